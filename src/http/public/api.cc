#include "http/public/api.h"

#include <algorithm>

#include "http/public/credentials.h"
#include "http/public/paths.h"
#include "wire/codec/codec.h"

namespace switchyard::http {
namespace {

using Handler = Task<void> (*)(PublicApi&, Call&);
enum class Auth : std::uint8_t { kNone, kKey };
struct Route {
  std::string_view method, path;  ///< A path that ends in "/*" stands for all below it.
  Auth auth;
  Handler handler;
};

constexpr Route kRoutes[] = {
    {"POST", "/v1/chat/completions", Auth::kKey, handle_chat},
    {"POST", "/v1/messages", Auth::kKey, handle_chat},
    {"POST", "/v1/responses", Auth::kKey, handle_chat},
    {"POST", "/v1/completions", Auth::kKey, handle_chat},
    {"POST", "/v1beta/models/*", Auth::kKey, handle_gemini},
    {"GET", "/v1beta/models", Auth::kKey, handle_models},
    {"GET", "/v1beta/models/*", Auth::kKey, handle_models},
    {"POST", "/v1/messages/count_tokens", Auth::kKey, handle_count_tokens},
    {"GET", "/v1/models", Auth::kKey, handle_models},
    {"GET", "/v1/models/*", Auth::kKey, handle_models},
    {"POST", "/v1/route", Auth::kKey, handle_route},
    {"GET", "/validate", Auth::kKey, handle_validate},
    {"GET", "/health", Auth::kNone, handle_health},
    {"GET", "/health/*", Auth::kNone, handle_health},
    {"GET", "/metrics", Auth::kNone, handle_metrics},
};

bool matches(const Route& route, std::string_view path) {
  if (route.path.ends_with("/*")) return path.starts_with(route.path.substr(0, route.path.size() - 1));
  return route.path == path;
}

std::string cors_lines(const net::RequestHead& head, const config::ServerSettings& server) {
  const auto origin = head.headers.get("origin");
  if (!origin) return {};
  const bool any = std::ranges::find(server.cors_origins, "*") != server.cors_origins.end();
  if (!any && std::ranges::find(server.cors_origins, *origin) == server.cors_origins.end()) return {};
  return "access-control-allow-origin: " + (any ? "*" : std::string(*origin)) +
         "\r\naccess-control-expose-headers: *\r\nvary: origin\r\n";
}

Task<void> answer_preflight(Call& call) {
  std::string lines = call.cors_lines;
  lines +=
      "access-control-allow-methods: GET, POST, HEAD, OPTIONS\r\naccess-control-max-age: 86400\r\nallow: GET, POST, "
      "HEAD, OPTIONS\r\n";
  const auto wanted = call.exchange.head().headers.get("access-control-request-headers");
  if (wanted) lines.append("access-control-allow-headers: ").append(*wanted).append("\r\n");
  (void)co_await call.exchange.respond({.status = 204, .content_type = {}, .header_lines = lines}, {});
}

std::int64_t unix_ms(const net::EventLoop& loop) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(loop.clock().wall().time_since_epoch()).count();
}

/// Counts a request while it lives.
class InFlight {
 public:
  explicit InFlight(LiveGauges& gauges) : gauges_(gauges) {
    gauges_.requests_in_flight.fetch_add(1, std::memory_order_relaxed);
  }
  ~InFlight() { gauges_.requests_in_flight.fetch_sub(1, std::memory_order_relaxed); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  LiveGauges& gauges_;
};

}  // namespace

PublicApi::PublicApi(Shared shared, Upstreams& upstreams, const Clock& clock, std::uint64_t seed)
    : shared_(shared),
      upstreams_(upstreams),
      turns_(upstreams, shared.ledger, clock),
      random_(seed),
      state_(shared.state),
      keys_(shared.keys) {}

/// Order: a header of our own, then the vendors' ways. Whatever our key did not occupy stays the client's, unless it is
/// a second gateway key.
bool PublicApi::authenticate(Call& call) {
  const net::Headers& headers = call.exchange.head().headers;
  constexpr std::string_view kBearer = "Bearer ";
  std::string_view own, authorization, x_api_key, x_goog_api_key;
  for (const net::Header& field : headers.fields()) {
    const std::size_t size = field.name.size();
    if (size == 13 && net::same_name(field.name, "authorization")) authorization = field.value;
    if (size == 9 && net::same_name(field.name, "x-api-key")) x_api_key = field.value;
    if (size == 14 && net::same_name(field.name, "x-goog-api-key")) x_goog_api_key = field.value;
    if (size == 16 && own.empty() && net::same_name(field.name, "x-switchyard-key")) own = field.value;
    if (size == 18 && own.empty() && net::same_name(field.name, "x-weave-router-key")) own = field.value;
  }
  const bool bearer =
      authorization.size() > kBearer.size() && net::same_name(authorization.substr(0, kBearer.size()), kBearer);
  const std::string_view from_bearer = bearer ? authorization.substr(kBearer.size()) : std::string_view();
  call.keys = keys_.get();
  if (!own.empty()) {
    call.key = call.keys->find(own);
    call.credentials = {forwardable(authorization), forwardable(x_api_key)};
  } else if ((call.key = call.keys->find(from_bearer)) == nullptr &&
             (call.key = call.keys->find(x_api_key)) == nullptr && call.dialect == Dialect::kGemini) {
    call.key = call.keys->find(x_goog_api_key);
    if (call.key == nullptr) {
      call.key = call.keys->find(query_value(call.exchange.head().query, "key").value_or(std::string_view()));
    }
  }
  if (!call.state->config->server.auth_required) {
    if (call.key == nullptr) call.credentials = {forwardable(authorization), forwardable(x_api_key)};
    return true;
  }
  return call.key != nullptr;
}

Task<void> PublicApi::handle(net::ServerExchange& exchange) {
  const InFlight counted(shared_.gauges);
  const net::RequestHead& head = exchange.head();
  std::string made;
  Call call{.exchange = exchange,
            .state = state_.get(),
            .dialect = {},
            .id = random_.timed_id("req_", unix_ms(exchange.loop())),
            .cors_lines = {},
            .path = normal_path(head.path, made)};
  call.dialect = dialect_of(call.path, head);
  call.cors_lines = cors_lines(head, call.state->config->server);
  if (head.method == "OPTIONS") co_return co_await answer_preflight(call);

  const std::string_view method = head.method == "HEAD" ? std::string_view("GET") : head.method;
  const Route* found = nullptr;
  bool path_known = false;
  for (const Route& route : kRoutes) {
    if (!matches(route, call.path)) continue;
    path_known = true;
    if (route.method == method) {
      found = &route;
      break;
    }
  }
  if (found == nullptr) {
    const Error error{
        path_known ? ErrorKind::kMethodNotAllowed : ErrorKind::kNotFound,
        Retry::kNever,
        std::string(head.method) + " " + std::string(head.path.substr(0, 200)) +
            (path_known ? " is not allowed; the path takes another method" : " is not a path of this gateway"),
        {},
        std::nullopt};
    co_return co_await answer_error(call, error);
  }
  if (found->auth == Auth::kKey && !authenticate(call)) {
    shared_.gauges.unauthenticated.fetch_add(1, std::memory_order_relaxed);
    const Error error{
        ErrorKind::kUnauthenticated,
        Retry::kNever,
        "the router key is missing or not valid; expected rk_... as Authorization: Bearer, x-api-key, "
        "X-Switchyard-Key or X-Weave-Router-Key, or, as Gemini's clients send it, x-goog-api-key or ?key=",
        {},
        std::nullopt};
    co_return co_await answer_error(call, error);
  }
  co_await found->handler(*this, call);
}

Dialect dialect_of(std::string_view path, const net::RequestHead& head) {
  if (const auto told = dialect_of_path(path)) return *told;
  return head.headers.get("anthropic-version") ? Dialect::kAnthropic : Dialect::kOpenAiChat;
}

net::RenderedError render_server_error(const Error& error, std::string_view path) {
  std::string made;
  const Dialect dialect = dialect_of_path(normal_path(path, made)).value_or(Dialect::kOpenAiChat);
  net::RenderedError rendered;
  rendered.body = wire::render_error(dialect, error, {});
  if (error.retry_after) rendered.header_lines = "retry-after: " + std::to_string(error.retry_after->count()) + "\r\n";
  return rendered;
}

Task<void> answer_json(Call& call, int status, std::string_view body) {
  const std::string lines = call.cors_lines + "x-request-id: " + call.id + "\r\n";
  (void)co_await call.exchange.respond({.status = status, .header_lines = lines}, body);
}

Task<void> answer_error(Call& call, const Error& error) {
  std::string lines = call.cors_lines + "x-request-id: " + call.id + "\r\nrequest-id: " + call.id + "\r\n";
  if (error.retry_after) lines += "retry-after: " + std::to_string(error.retry_after->count()) + "\r\n";
  const std::string body = wire::render_error(call.dialect, error, call.id);
  (void)co_await call.exchange.respond({.status = http_status(error.kind), .header_lines = lines}, body);
}

}  // namespace switchyard::http
