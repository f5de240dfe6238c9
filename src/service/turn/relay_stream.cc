#include "service/turn/relay_stream.h"

#include <utility>
#include <variant>
#include <vector>

#include "service/turn/upstream_events.h"
#include "wire/codec/whole.h"

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

/// Decodes what one read brought, and counts it.
class Decoding {
 public:
  Decoding(const RelayRequest& request, const RelayLimits& limits)
      : events_(request.framing, limits.event_bytes_max), decoder_(request.provider) {}

  /// Shows each event to `see`, which returns a Result<void>. Errors: kUpstreamUnavailable for broken events, or the
  /// provider's own error event.
  template <class See>
  Result<void> feed(std::string_view bytes, See&& see) {
    SY_CHECK(events_.feed(bytes));
    while (true) {
      SY_TRY(const std::optional<sse::Event> event, events_.next());
      if (!event) return {};
      decoded_.clear();
      if (auto decoded = decoder_.decode(*event, decoded_); !decoded) {
        return std::unexpected(broke_off(decoded.error().message));
      }
      for (const ChatEvent& chat_event : decoded_) {
        if (const auto* error = std::get_if<StreamError>(&chat_event)) {
          return told_error(error->type, error->message);
        }
        note(chat_event);
        SY_CHECK(see(chat_event));
      }
    }
  }
  /// Whether the finish reason was told: a provider that closes behind it without its last event has said all it had to
  /// say.
  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] bool ended() const { return ended_; }
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
    } else if (std::holds_alternative<StreamEnd>(event)) {
      ended_ = true;
    }
  }

  UpstreamEvents events_;
  wire::StreamDecoder decoder_;
  std::vector<ChatEvent> decoded_;
  Usage usage_;
  bool has_usage_ = false, finished_ = false, ended_ = false;
  std::size_t output_bytes_ = 0;
};

}  // namespace

Task<RelayResult> relay_stream_translated(const RelayRequest& request, const RelayLimits& limits,
                                          UpstreamAnswer& answer, AnswerSink& sink) {
  RelayResult result;
  Decoding decoding(request, limits);
  wire::StreamEncoder encoder(request.client, request.answer);
  std::string out;
  const auto encode = [&](const ChatEvent& event) {
    encoder.encode(event, out);
    return Result<void>{};
  };
  while (!encoder.ended()) {
    auto piece = co_await answer.read();
    if (!piece) {
      result.error = std::move(piece).error();
      break;
    }
    out.clear();
    if (piece->empty()) {
      if (decoding.finished()) encoder.encode(StreamEnd{}, out);
      if (!encoder.ended()) result.error = broke_off("ended without its last event");
    } else if (auto fed = decoding.feed(*piece, encode); !fed) {
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
  decoding.report(result);
  if (!result.error) {
    if (auto sent = co_await sink.finish({}); !sent) result.error = std::move(sent).error();
  } else if (result.committed && request.client == Dialect::kOpenAiResponses && !sink.client_gone() &&
             result.error->kind != ErrorKind::kCancelled) {
    // Its last event repeats the whole answer and counts on from the others, which only the encoder can.
    out.clear();
    encoder.encode(StreamError{std::string(error_kind_name(result.error->kind)), result.error->message}, out);
    if (auto sent = co_await sink.finish(out); !sent) sink.abort();
  } else if (result.committed) {
    co_await end_with_error(request, sink, *result.error);
  }
  co_return result;
}

Task<RelayResult> relay_collected(const RelayRequest& request, const RelayLimits& limits, UpstreamAnswer& answer,
                                  AnswerSink& sink) {
  RelayResult result;
  Decoding decoding(request, limits);
  wire::Collector collector(limits.body_bytes_max);
  const auto collect = [&](const ChatEvent& event) { return collector.add(event); };
  while (!decoding.ended() && !result.error) {
    auto piece = co_await answer.read();
    if (!piece) {
      result.error = std::move(piece).error();
    } else if (piece->empty()) {
      if (!decoding.finished()) result.error = broke_off("ended without its last event");
      break;
    } else if (auto fed = decoding.feed(*piece, collect); !fed) {
      result.error = std::move(fed).error();
    }
  }
  decoding.report(result);
  if (result.error) co_return result;
  const ChatResponse response = collector.take();
  std::string out;
  wire::emit_response(request.client, response, request.answer, out);
  result.committed = true;
  if (auto sent = co_await sink.respond(request.head, out); !sent) result.error = std::move(sent).error();
  co_return result;
}

}  // namespace switchyard
