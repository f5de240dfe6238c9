#pragma once
/// \file
/// The events of a provider's stream, whatever frames them: text/event-stream, or AWS's event stream, in which Bedrock
/// sends Converse's events and, wrapped once more, those of Anthropic's models.
/// Source: Amazon Bedrock API Reference, "ConverseStream" and "InvokeModelWithResponseStream".

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "domain/provider.h"
#include "wire/aws_event_stream/decoder.h"
#include "wire/sse/decoder.h"

namespace switchyard {

/// One per stream; not thread-safe.
class UpstreamEvents {
 public:
  /// `event_bytes_max` bounds what one unfinished event may hold in memory.
  UpstreamEvents(Framing framing, std::size_t event_bytes_max);

  /// Accepts the next bytes, cut anywhere. Errors: kUpstreamUnavailable for an event over the limit.
  Result<void> feed(std::string_view bytes);
  /// The oldest complete event, or nullopt if more bytes are needed; valid until the next call or `feed`. An AWS
  /// event's name is its ":event-type"; one that wraps another dialect's event gives that event's JSON, without a name.
  /// Errors: kUpstreamUnavailable for broken bytes, and with the provider's own words for an exception in the stream.
  Result<std::optional<sse::Event>> next();

 private:
  Result<std::optional<sse::Event>> next_message(aws_event_stream::Decoder& decoder);

  std::variant<sse::Decoder, aws_event_stream::Decoder> decoder_;
  aws_event_stream::Message message_;
  std::string chunk_;
};

/// The error of a provider that told its failure inside a stream; `type` goes to the log only.
std::unexpected<Error> told_error(std::string_view type, std::string_view message);

}  // namespace switchyard
