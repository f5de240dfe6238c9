#include "adapters/credentials/fetch.h"

#include <algorithm>

namespace switchyard::credentials {

std::optional<std::string_view> FetchAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (net::same_name(key, name)) return value;
  }
  return std::nullopt;
}

std::unexpected<Error> not_available(std::string detail) {
  return fail(ErrorKind::kUpstreamUnavailable, "credentials for the provider are not available", std::move(detail),
              Retry::kOtherUpstream);
}

bool is_token_text(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string_view error_name(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, is_plain) ? text : "unknown";
}

Result<Place> place_of(std::string_view url) {
  const std::size_t question = std::min(url.find('?'), url.size());
  SY_TRY(net::Url parsed, net::parse_url(url.substr(0, question)));
  const std::string_view query = url.substr(question);
  if (!query.empty() && !is_token_text(query)) {
    return fail(ErrorKind::kInvalidRequest, "URL: expected no blanks or control characters");
  }
  if (parsed.path.empty()) parsed.path = "/";
  return Place{std::move(parsed.origin), parsed.path.append(query)};
}

Result<void> check_confidential(std::string_view url, std::string_view what) {
  const auto place = place_of(url);
  if (!place) return fail(ErrorKind::kInvalidRequest, std::string(what) + ": " + place.error().message);
  const std::string& host = place->origin.host;
  const bool is_ipv4 = host.find_first_not_of("0123456789.") == std::string::npos;
  const bool here = host == "localhost" || host == "::1" || (is_ipv4 && host.starts_with("127."));
  if (place->origin.tls || here) return {};
  return fail(ErrorKind::kInvalidRequest, std::string(what) + ": expected https://, as secrets are sent there");
}

Task<Result<FetchAnswer>> fetch(net::HttpClient& client, const net::EventLoop& loop, FetchRequest request,
                                CancelToken& token) {
  const auto failed = [&request](const Error& error) -> std::unexpected<Error> {
    if (error.kind == ErrorKind::kCancelled) return std::unexpected(error);
    return not_available(request.what + ": " + error.message + (error.detail.empty() ? "" : ": ") + error.detail);
  };
  const auto place = place_of(request.url);
  if (!place) co_return not_available(request.what + ": expected a URL");
  const std::string_view body[] = {request.body};
  auto exchange = co_await client.send({.origin = &place->origin,
                                        .method = request.method,
                                        .target = place->target,
                                        .header_lines = request.header_lines,
                                        .body = std::span(body, request.body.empty() ? 0 : 1),
                                        .timeouts = {request.within, request.within, request.within},
                                        .deadline = Deadline(loop.now() + request.within)},
                                       &token);
  if (!exchange) co_return failed(exchange.error());

  net::ClientExchange& running = **exchange;
  FetchAnswer answer{.status = running.head().status, .headers = {}, .body = {}};
  for (const net::Header& field : running.head().headers.fields()) answer.headers.emplace_back(field.name, field.value);
  token.set([&running] { running.cancel(); });
  for (;;) {
    const auto piece = co_await running.read();
    if (!piece) {
      token.set({});
      co_return failed(piece.error());
    }
    if (piece->empty()) break;
    if (answer.body.size() + piece->size() > kAnswerBytesMax) {
      token.set({});
      co_return not_available(request.what + ": an answer over its limit");
    }
    answer.body.append(*piece);
  }
  token.set({});
  co_return answer;
}

}  // namespace switchyard::credentials
