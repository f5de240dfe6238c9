#pragma once
/// \file
/// The gateway's public HTTP interface on one event loop: finds the endpoint, the dialect and the caller, calls one use
/// case.

#include <memory>
#include <string>

#include "base/published.h"
#include "base/random.h"
#include "net/http_server.h"
#include "service/gateway/state.h"
#include "service/identity/key_ring.h"
#include "service/metrics/metrics.h"
#include "service/turn/turn.h"

namespace switchyard::http {

/// What all loops share. Everything outlives the API.
struct Shared {
  const Published<GatewayState>& state;
  const Published<identity::KeySnapshot>& keys;
  Metrics& metrics;
  LiveGauges& gauges;
  ledger::Ledger& ledger;
  std::atomic<bool>& draining;
};

/// One request on its way through an endpoint.
struct Call {
  net::ServerExchange& exchange;
  std::shared_ptr<const GatewayState> state;
  Dialect dialect{};  ///< In which errors are told.
  std::string id;     ///< "req_..."
  std::string cors_lines;
  const ApiKey* key = nullptr;
  std::shared_ptr<const identity::KeySnapshot> keys;  ///< Keeps `key` alive.
  ClientCredentials credentials;
  std::string_view path;  ///< Without repeated /v1: "/v1/messages".
};

class PublicApi {
 public:
  PublicApi(Shared shared, Upstreams& upstreams, const Clock& clock, std::uint64_t seed);
  Task<void> handle(net::ServerExchange& exchange);

  [[nodiscard]] Shared& shared() { return shared_; }
  [[nodiscard]] TurnService& turns() { return turns_; }
  [[nodiscard]] Upstreams& upstreams() { return upstreams_; }

 private:
  bool authenticate(Call& call);

  Shared shared_;
  Upstreams& upstreams_;
  TurnService turns_;
  Random random_;
  Published<GatewayState>::Reader state_;
  Published<identity::KeySnapshot>::Reader keys_;
};

/// Answers with JSON, or with an error in the call's dialect.
Task<void> answer_json(Call& call, int status, std::string_view body);
Task<void> answer_error(Call& call, const Error& error);
/// The dialect that clients of a path speak.
Dialect dialect_of(std::string_view path, const net::RequestHead& head);
/// For errors that the server finds before a handler runs.
net::RenderedError render_server_error(const Error& error, std::string_view path);

// --- the endpoints, one file each

Task<void> handle_health(PublicApi& api, Call& call);
Task<void> handle_metrics(PublicApi& api, Call& call);
Task<void> handle_validate(PublicApi& api, Call& call);
Task<void> handle_chat(PublicApi& api, Call& call);
Task<void> handle_gemini(PublicApi& api, Call& call);
Task<void> handle_count_tokens(PublicApi& api, Call& call);
Task<void> handle_models(PublicApi& api, Call& call);
Task<void> handle_route(PublicApi& api, Call& call);

}  // namespace switchyard::http
