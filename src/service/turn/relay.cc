#include "service/turn/relay.h"

#include <optional>
#include <vector>

#include "service/turn/relay_stream.h"
#include "wire/codec/whole.h"

namespace switchyard {
namespace {

Error broke_off() {
  return Error{
      ErrorKind::kUpstreamUnavailable, Retry::kOtherUpstream, "the provider's answer broke off", {}, std::nullopt};
}

/// Hands the whole body on; one read is the usual case and is not copied.
Task<RelayResult> relay_body(const RelayRequest& request, const RelayLimits& limits, UpstreamAnswer& answer,
                             AnswerSink& sink) {
  RelayResult result;
  std::string collected;
  auto first = co_await answer.read();
  if (!first) {
    result.error = std::move(first).error();
    co_return result;
  }
  std::string_view body = *first;
  if (!answer.complete()) {
    collected = body;
    if (auto rest = co_await read_all(answer, limits.body_bytes_max, collected); !rest) {
      result.error = std::move(rest).error();
      co_return result;
    }
    body = collected;
  }
  result.has_usage = wire::tap_body(request.provider, body, result.usage);
  result.output_bytes = body.size();
  result.committed = true;
  if (auto sent = co_await sink.respond(request.head, body); !sent) result.error = std::move(sent).error();
  co_return result;
}

/// A whole answer, read and understood; `body` holds its bytes.
struct WholeAnswer {
  std::string body;
  std::optional<json::Document> document;
  ChatResponse response;
};

Task<Result<void>> read_whole(const RelayRequest& request, const RelayLimits& limits, UpstreamAnswer& answer,
                              WholeAnswer& whole) {
  if (auto read = co_await read_all(answer, limits.body_bytes_max, whole.body); !read) {
    co_return std::unexpected(std::move(read).error());
  }
  auto document = json::Document::parse(whole.body);
  auto response = document ? wire::parse_response(request.provider, *document) : std::unexpected(document.error());
  if (!response) {
    co_return std::unexpected(Error{ErrorKind::kUpstreamUnavailable, Retry::kOtherUpstream,
                                    "the provider's answer could not be understood", response.error().message,
                                    std::nullopt});
  }
  whole.document = *std::move(document);
  whole.response = *std::move(response);
  co_return Result<void>{};
}

RelayResult result_of(const WholeAnswer& whole) {
  RelayResult result;
  result.usage = whole.response.usage;
  result.has_usage = whole.response.has_usage;
  result.output_bytes = whole.body.size();
  return result;
}

/// The answer of a provider that does not stream, told as a stream.
Task<RelayResult> relay_told(const RelayRequest& request, const RelayLimits& limits, UpstreamAnswer& answer,
                             AnswerSink& sink) {
  WholeAnswer whole;
  if (auto read = co_await read_whole(request, limits, answer, whole); !read) {
    RelayResult failed;
    failed.error = std::move(read).error();
    co_return failed;
  }
  RelayResult result = result_of(whole);
  std::string out;
  wire::StreamEncoder encoder(request.client, request.answer);
  wire::tell(whole.response, [&](const ChatEvent& event) { encoder.encode(event, out); });
  sink.begin(request.head);
  result.committed = true;
  if (auto sent = co_await sink.finish(out); !sent) result.error = std::move(sent).error();
  co_return result;
}

/// Reads the whole body, and writes it anew in the client's dialect.
Task<RelayResult> relay_body_translated(const RelayRequest& request, const RelayLimits& limits, UpstreamAnswer& answer,
                                        AnswerSink& sink) {
  WholeAnswer whole;
  if (auto read = co_await read_whole(request, limits, answer, whole); !read) {
    RelayResult failed;
    failed.error = std::move(read).error();
    co_return failed;
  }
  RelayResult result = result_of(whole);
  std::string out;
  wire::emit_response(request.client, whole.response, request.answer, out);
  result.committed = true;
  if (auto sent = co_await sink.respond(request.head, out); !sent) result.error = std::move(sent).error();
  co_return result;
}

}  // namespace

Task<Result<void>> read_all(UpstreamAnswer& answer, std::size_t bytes_max, std::string& out) {
  while (!answer.complete() || out.empty()) {
    auto piece = co_await answer.read();
    if (!piece) co_return std::unexpected(std::move(piece).error());
    if (piece->empty()) break;
    if (out.size() + piece->size() > bytes_max) {
      Error error = broke_off();
      error.detail = "more than " + std::to_string(bytes_max) + " bytes";
      co_return std::unexpected(std::move(error));
    }
    out.append(*piece);
  }
  co_return Result<void>{};
}

Task<RelayResult> relay(const RelayRequest& request, const RelayLimits& limits, UpstreamAnswer& answer,
                        AnswerSink& sink) {
  const bool same =
      request.client == request.provider && request.mode == request.upstream_mode &&
      (request.mode == StreamMode::kBuffered || (request.framing == Framing::kSse && !request.answer.json_array));
  if (request.upstream_mode == StreamMode::kStreamed) {
    if (request.mode == StreamMode::kBuffered) return relay_collected(request, limits, answer, sink);
    return same ? relay_stream(request, answer, sink) : relay_stream_translated(request, limits, answer, sink);
  }
  if (request.mode == StreamMode::kStreamed) return relay_told(request, limits, answer, sink);
  return same ? relay_body(request, limits, answer, sink) : relay_body_translated(request, limits, answer, sink);
}

}  // namespace switchyard
