#include "service/turn/upstream_events.h"

#include <string>
#include <utility>

#include "base/encoding/base64.h"
#include "base/json.h"

namespace switchyard {
namespace {

std::unexpected<Error> broken(std::string detail) {
  return std::unexpected(Error{ErrorKind::kUpstreamUnavailable, Retry::kOtherUpstream,
                               "the provider's stream broke off", std::move(detail), std::nullopt});
}

/// What Bedrock wraps: {"bytes": base64 of one event's JSON}.
constexpr std::string_view kChunk = "chunk";

Result<std::string> unwrapped(std::string_view payload) {
  const auto document = json::Document::parse(payload);
  if (!document) return broken("a chunk that is not JSON");
  auto bytes = from_base64(document->root()["bytes"].escaped(), Base64::kStandard);
  if (!bytes || bytes->empty()) return broken("a chunk without bytes in base64");
  return *std::move(bytes);
}

}  // namespace

std::unexpected<Error> told_error(std::string_view type, std::string_view message) {
  return fail(ErrorKind::kUpstreamUnavailable, "the provider reported an error: " + std::string(message),
              std::string(type), Retry::kOtherUpstream);
}

UpstreamEvents::UpstreamEvents(Framing framing, std::size_t event_bytes_max)
    : decoder_(std::in_place_type<sse::Decoder>, event_bytes_max) {
  if (framing == Framing::kAwsEventStream) decoder_.emplace<aws_event_stream::Decoder>(event_bytes_max);
}

Result<void> UpstreamEvents::feed(std::string_view bytes) {
  if (auto* sse = std::get_if<sse::Decoder>(&decoder_)) return sse->feed(bytes);
  std::get<aws_event_stream::Decoder>(decoder_).feed(bytes);
  return {};
}

Result<std::optional<sse::Event>> UpstreamEvents::next() {
  if (auto* sse = std::get_if<sse::Decoder>(&decoder_)) return sse->next();
  return next_message(std::get<aws_event_stream::Decoder>(decoder_));
}

Result<std::optional<sse::Event>> UpstreamEvents::next_message(aws_event_stream::Decoder& decoder) {
  SY_TRY(const bool found, decoder.next(message_));
  if (!found) return std::nullopt;
  const std::string_view kind = message_.string(":message-type").value_or("event");
  if (kind == "exception") {
    const auto document = json::Document::parse(message_.payload);
    const std::string message = document ? document->root()["message"].string() : std::string();
    return told_error(message_.string(":exception-type").value_or("exception"), message);
  }
  if (kind == "error") {
    return told_error(message_.string(":error-code").value_or("error"), message_.string(":error-message").value_or(""));
  }
  const std::string_view name = message_.string(":event-type").value_or("");
  if (name != kChunk) return sse::Event{name, message_.payload};
  SY_TRY(chunk_, unwrapped(message_.payload));
  return sse::Event{{}, chunk_};
}

}  // namespace switchyard
