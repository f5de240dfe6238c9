#pragma once
/// \file
/// The story of one request that is handed on as it is: embeddings, images, audio, moderations, files, batches, and
/// whatever else speaks OpenAI's JSON. Only the model's name and the credentials are ours; the answer's bytes are the
/// provider's. One ledger entry each, like a chat.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/body_source.h"
#include "domain/api_key.h"
#include "service/forward/target.h"
#include "service/ledger/ledger.h"
#include "service/turn/answer_sink.h"
#include "service/turn/upstream_request.h"
#include "service/upstream/upstream.h"

namespace switchyard::forward {

constexpr std::size_t kAttemptsMax = 4;                 ///< As for chats: more would only be slow.
constexpr std::size_t kErrorBodyBytesMax = 256 * 1024;  ///< Of an answer that may be replaced by another attempt's.

/// Whether another provider may be asked when one fails: not where the first may already have done something.
enum class Failover : std::uint8_t { kNever, kToOtherBindings };

/// How a model's name stands in the body.
enum class NameForm : std::uint8_t { kJson, kPlain };

/// Where the body names the model: `size` bytes at `at` in `ForwardRequest::front`, none if it names no model.
struct NamePlace {
  std::size_t at = 0, size = 0;
  NameForm form = NameForm::kJson;
};

/// What the edge knows of a request. Everything outlives the run.
struct ForwardRequest {
  std::string_view method;
  std::string_view subpath;  ///< Behind "/v1", checked: "/embeddings".
  std::string_view query;    ///< Checked; may be empty.
  std::string_view id;       ///< "req_...": ours.
  const HeaderSource* headers = nullptr;
  const ApiKey* key = nullptr;  ///< Null when authentication is off.
  ClientCredentials credentials;
  std::string_view client_lines;        ///< Headers of the client that travel on: "content-type: ...\r\n".
  std::string_view extra_header_lines;  ///< Of the edge (CORS), for every answer.
  std::string_view provider;            ///< x-switchyard-provider; may be empty.
  std::string_view model;               ///< Decoded; may be empty.
  NamePlace name;
  std::string_view front;      ///< The whole body, or what of it came first.
  BodySource* rest = nullptr;  ///< What follows; null for a body that is whole.
  Failover failover{};
};

/// One per event loop; used on its thread.
class ForwardService {
 public:
  ForwardService(Upstreams& upstreams, ledger::Ledger& ledger, const Clock& clock)
      : upstreams_(upstreams), ledger_(ledger), clock_(clock) {}
  /// Answers through `sink`, whatever happens. `state` is kept for the run's life.
  Task<void> run(ForwardRequest request, std::shared_ptr<const GatewayState> state, AnswerSink& sink);
  /// Answers with `error`, and writes it down as a request that could not be served.
  Task<void> refuse(ForwardRequest request, std::shared_ptr<const GatewayState> state, AnswerSink& sink, Error error);

 private:
  struct Run;
  Run start(const ForwardRequest& request, std::shared_ptr<const GatewayState> state, AnswerSink& sink);
  Task<bool> attempt(Run& run, const Target& target, bool last);
  Task<void> relay(Run& run, UpstreamAnswer& answer, const Target& target);
  Task<void> answer_error(Run& run, Error error);
  void settle(Run& run);

  Upstreams& upstreams_;
  ledger::Ledger& ledger_;
  const Clock& clock_;
};

}  // namespace switchyard::forward
