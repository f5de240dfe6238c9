#pragma once
/// \file
/// Takes a provider's successful answer to the client: the very bytes when both speak one dialect, event by event when
/// they do not. Reads the usage on the way. Before anything has reached the client a failure is reported as one that
/// another attempt may heal; after it, the client's stream ends with its dialect's own error event.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "service/turn/answer_sink.h"
#include "service/upstream/upstream.h"
#include "wire/codec/codec.h"

namespace switchyard {

struct RelayRequest {
  Dialect client{};
  Dialect provider{};
  StreamMode mode{};           ///< What the client wants.
  StreamMode upstream_mode{};  ///< What the provider was asked for.
  Framing framing{};           ///< Of the provider's streams.
  bool hide_usage = false;     ///< The usage chunk was asked for by us only.
  wire::AnswerContext answer;
  AnswerHead head;  ///< Status and headers of the client's answer.
  std::string_view request_id;
};

struct RelayResult {
  bool committed = false;      ///< Something has reached the client.
  std::optional<Error> error;  ///< kCancelled: the client left.
  Usage usage;
  bool has_usage = false;
  std::size_t output_bytes = 0;  ///< Of text and arguments, to estimate usage from when the provider gave none.
};

/// Limits of what a provider may make us hold.
struct RelayLimits {
  std::size_t body_bytes_max = 64u << 20;   ///< One whole answer.
  std::size_t event_bytes_max = 16u << 20;  ///< One event of a stream.
};

/// `answer`, `sink` and what `request` refers to outlive the task.
Task<RelayResult> relay(const RelayRequest& request, const RelayLimits& limits, UpstreamAnswer& answer,
                        AnswerSink& sink);

/// Reads a whole body into `out`. Errors: those of reading, or kUpstreamUnavailable if it is larger than `bytes_max`.
Task<Result<void>> read_all(UpstreamAnswer& answer, std::size_t bytes_max, std::string& out);

}  // namespace switchyard
