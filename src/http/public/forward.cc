// The endpoints that hand a request on to the provider of its model: embeddings, images, audio, moderations, files,
// batches, and other OpenAI-compatible ones.

#include "service/forward/forward.h"

#include <algorithm>

#include "http/public/api.h"
#include "http/public/credentials.h"
#include "http/public/exchange_sink.h"
#include "http/public/header_source.h"
#include "http/public/multipart.h"
#include "service/forward/path.h"

namespace switchyard::http {
namespace {

/// Twice OpenAI's largest file. Uploads are not held in memory; this ends those that never end.
constexpr std::uint64_t kUploadBytesMax = std::uint64_t{1} << 30;
/// How far into a form its model is looked for. Forms that put it behind a file go to the default provider.
constexpr std::size_t kModelWindowBytes = 64 * 1024;

/// Paths that another provider may be asked for when the first fails: they read, and leave nothing behind.
constexpr std::string_view kRepeatable[] = {"/embeddings", "/moderations", "/images/generations"};
/// Paths that need no model to know where they belong. All others could be a typing error.
constexpr std::string_view kWithoutModel[] = {"/files",       "/batches", "/images",        "/audio",
                                              "/moderations", "/uploads", "/vector_stores", "/embeddings"};
/// Paths of other dialects and of the gateway, which OpenAI's providers do not have.
constexpr std::string_view kNeverForwarded[] = {"/messages", "/models", "/route"};
/// Headers of the client that a provider may see; none of them says who the client is.
constexpr std::string_view kTravelling[] = {"content-type", "accept", "openai-beta", "idempotency-key"};

template <std::size_t n>
bool lies_in(std::string_view path, const std::string_view (&folders)[n]) {
  return std::ranges::any_of(folders, [path](std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
  });
}

/// "application/json" of "Application/JSON; charset=utf-8".
bool is_type(std::string_view content_type, std::string_view wanted) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return net::same_name(type, wanted);
}

std::string travelling_lines(const net::Headers& headers, bool with_body) {
  std::string lines;
  for (const std::string_view name : kTravelling) {
    const auto value = headers.get(name);
    if (!value || holds_gateway_key(*value) || (!with_body && name == "content-type")) continue;
    lines.append(name).append(": ").append(*value).append("\r\n");
  }
  return lines;
}

/// What of an upload was not looked at yet, as the client sends it.
class RestOfUpload final : public BodySource {
 public:
  RestOfUpload(net::ServerExchange& exchange, std::uint64_t taken) : exchange_(exchange), taken_(taken) {}

  Task<Result<std::string_view>> read_some() override {
    auto piece = co_await exchange_.read_some();
    if (!piece) co_return piece;
    taken_ += piece->size();
    if (taken_ > kUploadBytesMax) co_return fail(ErrorKind::kTooLarge, too_large());
    co_return piece;
  }
  [[nodiscard]] std::optional<std::uint64_t> left() const override {
    if (exchange_.head().framing != net::Framing::kLength) return std::nullopt;
    return exchange_.head().content_length - taken_;
  }
  static std::string too_large() { return "body: more than " + std::to_string(kUploadBytesMax) + " bytes"; }

 private:
  net::ServerExchange& exchange_;
  std::uint64_t taken_;
};

/// One request being prepared.
struct Forwarding {
  PublicApi& api;
  Call& call;
  RequestHeaders headers;
  ExchangeSink sink;
  forward::ForwardRequest request;
  std::string lines, model;

  Task<void> refuse(Error error) { return api.forwards().refuse(request, call.state, sink, std::move(error)); }
  Task<void> run() {
    request.model = model;
    return api.forwards().run(request, call.state, sink);
  }
};

Error unsupported(std::string message) {
  return Error{ErrorKind::kUnsupportedMediaType, Retry::kNever, std::move(message), {}, std::nullopt};
}

/// What is wrong with the model's name, or where it says that nothing else does where the request belongs.
std::optional<Error> check_model(const Forwarding& f) {
  if (f.model == "auto") {
    return Error{ErrorKind::kInvalidRequest,
                 Retry::kNever,
                 "model: 'auto' chooses among chat models; name a model here",
                 {},
                 std::nullopt};
  }
  if (!f.model.empty() || !f.request.provider.empty() || lies_in(f.request.subpath, kWithoutModel)) return std::nullopt;
  return Error{ErrorKind::kNotFound,
               Retry::kNever,
               "/v1" + std::string(f.request.subpath.substr(0, 200)) +
                   " is not a path of this gateway; to hand it on to a provider, name a model or x-switchyard-provider",
               {},
               std::nullopt};
}

Task<void> forward_json(Forwarding& f) {
  auto body = co_await f.call.exchange.read_body();
  if (!body) {
    if (body.error().kind != ErrorKind::kCancelled) co_await f.refuse(std::move(body).error());
    co_return;
  }
  f.request.front = *body;
  if (!body->empty()) {
    const auto document = json::Document::parse(*body, {f.call.state->config->server.json_depth_max});
    if (!document) co_return co_await f.refuse(document.error());
    const json::Value name = document->root()["model"];
    if (name.has_value() && !name.is_string()) {
      co_return co_await f.refuse(
          {ErrorKind::kInvalidRequest, Retry::kNever, "model: expected a string", {}, std::nullopt});
    }
    if (name.is_string()) {
      f.model = name.string();
      f.request.name = {name.offset(), name.raw().size(), forward::NameForm::kJson};
    }
  }
  if (auto wrong = check_model(f)) co_return co_await f.refuse(*std::move(wrong));
  if (lies_in(f.request.subpath, kRepeatable)) f.request.failover = forward::Failover::kToOtherBindings;
  co_await f.run();
}

/// Reads the form's beginning, for the model that it may name, and hands the rest on as it arrives.
Task<void> forward_form(Forwarding& f, std::string_view content_type) {
  const net::RequestHead& head = f.call.exchange.head();
  auto boundary = multipart_boundary(content_type);
  if (!boundary) co_return co_await f.refuse(std::move(boundary).error());
  if (const auto coding = head.headers.get("content-encoding"); coding && !net::same_name(*coding, "identity")) {
    co_return co_await f.refuse(unsupported("content-encoding: a form is handed on as it comes; send it without one"));
  }
  if (head.framing == net::Framing::kLength && head.content_length > kUploadBytesMax) {
    co_return co_await f.refuse({ErrorKind::kTooLarge, Retry::kNever, RestOfUpload::too_large(), {}, std::nullopt});
  }
  FieldWindow window(*boundary, "model", kModelWindowBytes);
  bool ended = false;
  while (window.state() == FieldWindow::State::kLooking && !ended) {
    auto piece = co_await f.call.exchange.read_some();
    if (!piece) {
      if (piece.error().kind != ErrorKind::kCancelled) co_await f.refuse(std::move(piece).error());
      co_return;
    }
    ended = piece->empty();
    window.feed(*piece);
  }
  if (window.state() == FieldWindow::State::kFound && !window.value().empty()) {
    f.model = window.value();
    f.request.name = {window.value_at(), window.value().size(), forward::NameForm::kPlain};
  }
  f.request.front = window.bytes();
  RestOfUpload rest(f.call.exchange, window.bytes().size());
  if (!ended && rest.left() != 0u) f.request.rest = &rest;
  if (auto wrong = check_model(f)) co_return co_await f.refuse(*std::move(wrong));
  co_await f.run();
}

}  // namespace

Task<void> handle_forward(PublicApi& api, Call& call) {
  const net::RequestHead& head = call.exchange.head();
  call.dialect = Dialect::kOpenAiChat;
  const bool has_body = head.framing != net::Framing::kNone && head.method == "POST";
  const std::string lines = travelling_lines(head.headers, has_body);
  Forwarding f{.api = api, .call = call, .headers = RequestHeaders(head.headers), .sink = ExchangeSink(call.exchange)};
  f.request = {.method = head.method,
               .subpath = call.path.substr(std::string_view("/v1").size()),
               .query = head.query,
               .id = call.id,
               .headers = &f.headers,
               .key = call.key,
               .credentials = call.credentials,
               .client_lines = lines,
               .extra_header_lines = call.cors_lines,
               .provider = head.headers.get("x-switchyard-provider").value_or("")};
  if (auto good = forward::check_path(f.request.subpath); !good) co_return co_await f.refuse(good.error());
  if (auto good = forward::check_query(f.request.query); !good) co_return co_await f.refuse(good.error());
  if (lies_in(f.request.subpath, kNeverForwarded)) {
    co_return co_await f.refuse({ErrorKind::kNotFound,
                                 Retry::kNever,
                                 std::string(call.path) + " is not a path of this gateway",
                                 {},
                                 std::nullopt});
  }
  if (!has_body) {
    if (auto wrong = check_model(f)) co_return co_await f.refuse(*std::move(wrong));
    co_return co_await f.run();
  }
  const std::string_view type = head.headers.get("content-type").value_or("");
  const bool form = is_type(type, "multipart/form-data");
  if (form) co_return co_await forward_form(f, type);
  if (is_type(type, "application/json")) co_return co_await forward_json(f);
  co_await f.refuse(unsupported("content-type: expected application/json or multipart/form-data"));
}

}  // namespace switchyard::http
