#pragma once
/// \file
/// The story of one chat request: understood, planned, tried at one provider after another, answered, accounted for.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "domain/api_key.h"
#include "service/ledger/ledger.h"
#include "service/turn/relay.h"
#include "service/turn/upstream_request.h"

namespace switchyard {

/// What the edge knows of a request. Everything outlives the turn.
struct TurnRequest {
  Dialect dialect{};
  std::string_view body;
  PathTarget path;
  bool json_array = false;  ///< Gemini streams: as one JSON array.
  std::string_view id;      ///< "req_...": ours, in the answer's headers and the ledger.
  const HeaderSource* headers = nullptr;
  const ApiKey* key = nullptr;  ///< Null when authentication is off.
  ClientCredentials credentials;
  std::string_view extra_header_lines;  ///< Of the edge (CORS), for every answer.
};

/// One per event loop; used on its thread.
class TurnService {
 public:
  TurnService(Upstreams& upstreams, ledger::Ledger& ledger, const Clock& clock)
      : upstreams_(upstreams), ledger_(ledger), clock_(clock) {}
  /// Answers through `sink`, whatever happens. `state` is kept for the turn's life.
  Task<void> run(TurnRequest request, std::shared_ptr<const GatewayState> state, AnswerSink& sink);

 private:
  struct Run;
  Task<void> attempt_all(Run& run);
  Task<bool> attempt(Run& run, std::uint32_t binding, bool last);
  Task<void> answer_failure(Run& run);
  Task<void> refuse(Run& run, Error error);
  void settle(Run& run);

  Upstreams& upstreams_;
  ledger::Ledger& ledger_;
  const Clock& clock_;
};

}  // namespace switchyard
