#include "service/turn/relay.h"

#include <vector>

#include "service/turn/relay_stream.h"

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

/// Reads the whole body, and writes it anew in the client's dialect.
Task<RelayResult> relay_body_translated(const RelayRequest& request, const RelayLimits& limits, UpstreamAnswer& answer,
                                        AnswerSink& sink) {
  RelayResult result;
  std::string body, out;
  if (auto read = co_await read_all(answer, limits.body_bytes_max, body); !read) {
    result.error = std::move(read).error();
    co_return result;
  }
  const auto document = json::Document::parse(body);
  auto response = document ? wire::parse_response(request.provider, *document) : std::unexpected(document.error());
  if (!response) {
    result.error = Error{ErrorKind::kUpstreamUnavailable, Retry::kOtherUpstream,
                         "the provider's answer could not be understood", response.error().message, std::nullopt};
    co_return result;
  }
  result.usage = response->usage;
  result.has_usage = response->has_usage;
  result.output_bytes = body.size();
  wire::emit_response(request.client, *response, request.answer, out);
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
  const bool same = request.client == request.provider;
  if (request.mode == StreamMode::kStreamed) {
    return same ? relay_stream(request, answer, sink) : relay_stream_translated(request, limits, answer, sink);
  }
  return same ? relay_body(request, limits, answer, sink) : relay_body_translated(request, limits, answer, sink);
}

}  // namespace switchyard
