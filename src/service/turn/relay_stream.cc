#include "service/turn/relay_stream.h"

#include <utility>
#include <variant>
#include <vector>

namespace switchyard {
namespace {

Error broke_off(std::string detail) {
  return Error{ErrorKind::kUpstreamUnavailable, Retry::kOtherUpstream, "the provider's stream broke off",
               std::move(detail), std::nullopt};
}

/// Ends a stream that has begun with its dialect's error event. The connection stays whole: the event says what
/// happened.
Task<void> end_with_error(const RelayRequest& request, AnswerSink& sink, const Error& error) {
  if (error.kind == ErrorKind::kCancelled) {
    sink.abort();
    co_return;
  }
  const std::string event = wire::render_stream_error(request.client, error, request.request_id);
  if (auto sent = co_await sink.finish(event); !sent) sink.abort();
}

}  // namespace

Task<RelayResult> relay_stream(const RelayRequest& request, UpstreamAnswer& answer, AnswerSink& sink) {
  RelayResult result;
  wire::StreamTap tap(request.provider, request.hide_usage);
  for (;;) {
    auto piece = co_await answer.read();
    if (!piece) {
      result.error = std::move(piece).error();
      break;
    }
    if (piece->empty()) {
      if (!tap.ended() && !tap.failed()) result.error = broke_off("ended without its last event");
      break;
    }
    const std::string_view bytes = tap.feed(*piece);
    if (!result.committed && tap.failed() && !tap.had_output()) {
      result.error = broke_off("began with an error event");
      break;
    }
    if (bytes.empty()) continue;
    if (!result.committed) sink.begin(request.head);
    result.committed = true;
    const bool last = tap.ended() && answer.complete();
    auto sent = last ? co_await sink.finish(bytes) : co_await sink.write(bytes);
    if (!sent) {
      result.error = std::move(sent).error();
      break;
    }
    if (last) {
      result.usage = tap.usage();
      result.has_usage = tap.has_usage();
      result.output_bytes = tap.output_bytes();
      co_return result;
    }
  }
  result.usage = tap.usage();
  result.has_usage = tap.has_usage();
  result.output_bytes = tap.output_bytes();
  if (!result.committed) {
    if (!result.error) result.error = broke_off("ended without an event");
    co_return result;
  }
  if (result.error) {
    co_await end_with_error(request, sink, *result.error);
    co_return result;
  }
  if (tap.failed()) result.error = broke_off("an error event");
  if (auto sent = co_await sink.finish(tap.finish()); !sent) result.error = std::move(sent).error();
  co_return result;
}

namespace {

/// Decodes what one read brought and encodes it for the client.
class Translation {
 public:
  Translation(const RelayRequest& request, const RelayLimits& limits)
      : events_(limits.event_bytes_max), decoder_(request.provider), encoder_(request.client, request.answer) {}

  /// Appends what the client is to get to `out`. Errors: kUpstreamUnavailable for broken events, or the provider's own
  /// error event.
  Result<void> feed(std::string_view bytes, std::string& out) {
    SY_CHECK(events_.feed(bytes));
    while (const auto event = events_.next()) {
      decoded_.clear();
      if (auto decoded = decoder_.decode(*event, decoded_); !decoded) {
        return std::unexpected(broke_off(decoded.error().message));
      }
      for (const ChatEvent& chat_event : decoded_) {
        if (const auto* error = std::get_if<StreamError>(&chat_event)) {
          return fail(ErrorKind::kUpstreamUnavailable, "the provider reported an error: " + error->message, error->type,
                      Retry::kOtherUpstream);
        }
        note(chat_event);
        encoder_.encode(chat_event, out);
      }
    }
    return {};
  }
  [[nodiscard]] bool ended() const { return encoder_.ended(); }
  /// A provider that closes behind a finish reason without its last event has said all it had to say.
  void end_of_body(std::string& out) {
    if (finished_ && !encoder_.ended()) encoder_.encode(StreamEnd{}, out);
  }
  void report(RelayResult& result) const {
    result.usage = usage_;
    result.has_usage = has_usage_;
    result.output_bytes = output_bytes_;
  }

 private:
  void note(const ChatEvent& event) {
    if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
      usage_ = usage->usage;
      has_usage_ = true;
    } else if (const auto* text = std::get_if<TextDelta>(&event)) {
      output_bytes_ += text->text.escaped.size();
    } else if (const auto* thinking = std::get_if<ThinkingDelta>(&event)) {
      output_bytes_ += thinking->text.escaped.size();
    } else if (const auto* arguments = std::get_if<ToolCallArguments>(&event)) {
      output_bytes_ += arguments->fragment.escaped.size();
    } else if (std::holds_alternative<StreamFinish>(event)) {
      finished_ = true;
    }
  }

  sse::Decoder events_;
  wire::StreamDecoder decoder_;
  wire::StreamEncoder encoder_;
  std::vector<ChatEvent> decoded_;
  Usage usage_;
  bool has_usage_ = false, finished_ = false;
  std::size_t output_bytes_ = 0;
};

}  // namespace

Task<RelayResult> relay_stream_translated(const RelayRequest& request, const RelayLimits& limits,
                                          UpstreamAnswer& answer, AnswerSink& sink) {
  RelayResult result;
  Translation translation(request, limits);
  std::string out;
  while (!translation.ended()) {
    auto piece = co_await answer.read();
    if (!piece) {
      result.error = std::move(piece).error();
      break;
    }
    out.clear();
    if (piece->empty()) {
      translation.end_of_body(out);
      if (!translation.ended()) result.error = broke_off("ended without its last event");
    } else if (auto fed = translation.feed(*piece, out); !fed) {
      result.error = std::move(fed).error();
    }
    // What was translated before an error still belongs to the client, unless another attempt can start afresh.
    if (!out.empty() && (result.committed || !result.error)) {
      if (!result.committed) sink.begin(request.head);
      result.committed = true;
      if (auto sent = co_await sink.write(out); !sent) result.error = std::move(sent).error();
    }
    if (result.error) break;
  }
  translation.report(result);
  if (!result.error) {
    if (auto sent = co_await sink.finish({}); !sent) result.error = std::move(sent).error();
  } else if (result.committed) {
    co_await end_with_error(request, sink, *result.error);
  }
  co_return result;
}

}  // namespace switchyard
