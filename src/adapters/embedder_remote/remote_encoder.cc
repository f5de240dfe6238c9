#include "adapters/embedder_remote/remote_encoder.h"

#include <algorithm>
#include <optional>

#include "adapters/embedder_remote/embeddings_answer.h"

namespace switchyard::embedder_remote {
namespace {

constexpr auto kTurn = std::chrono::milliseconds(50);  // How long a turn of the loop may wait; events end it at once.

/// What the server's status means to the caller. Its body may hold host names or keys: it goes nowhere.
Result<void> check_status(int status) {
  if (status >= 200 && status < 300) return {};
  const std::string message = "the embedding server answered " + std::to_string(status);
  if (status == 401 || status == 403) return fail(ErrorKind::kUnauthenticated, message);
  if (status == 429) return fail(ErrorKind::kRateLimited, message, {}, Retry::kSameUpstreamLater);
  return fail(ErrorKind::kUpstreamRejected, message, {}, status >= 500 ? Retry::kSameUpstreamLater : Retry::kNever);
}

/// At most `kTextBytesMax`, not ending inside a character.
std::string_view cut(std::string_view text) {
  if (text.size() <= kTextBytesMax) return text;
  std::size_t end = kTextBytesMax;
  while (end > 0 && (text[end] & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos; }

}  // namespace

Result<std::unique_ptr<RemoteEncoder>> RemoteEncoder::open(RemoteSettings settings) {
  if (settings.key.find_first_of("\r\n") != std::string::npos) {
    return fail(ErrorKind::kInvalidRequest, "the embedding server's key: expected one line");
  }
  if (settings.model.empty()) return fail(ErrorKind::kInvalidRequest, "the embedding model: expected a name");
  std::unique_ptr<RemoteEncoder> out(new RemoteEncoder(std::move(settings)));
  RemoteEncoder& self = *out;
  SY_TRY(self.url_, net::parse_url(self.settings_.url));
  self.target_ = self.url_.path;
  while (self.target_.ends_with('/')) self.target_.pop_back();
  if (!self.target_.ends_with("/v1")) self.target_ += "/v1";
  self.target_ += "/embeddings";
  self.header_lines_ = "Content-Type: application/json\r\nAccept: application/json\r\n";
  if (!self.settings_.key.empty()) self.header_lines_ += "Authorization: Bearer " + self.settings_.key + "\r\n";
  self.identity_ = "remote:" + self.settings_.model;
  net::ClientOptions options;
  options.https_proxy = self.settings_.https_proxy;
  options.no_proxy = self.settings_.no_proxy;
  options.tls = [&self]() -> Result<SSL_CTX*> {
    if (!self.tls_) {
      SY_TRY(self.tls_, net::client_tls_context());
    }
    return self.tls_.get();
  };
  SY_TRY(self.client_, net::HttpClient::create(self.loop_, std::move(options)));
  const std::string_view probe[] = {"a"};
  SY_TRY(const std::vector<float> vector, self.ask(probe));
  self.dimension_ = vector.size();
  return out;
}

Result<std::vector<float>> RemoteEncoder::encode(std::span<const std::string_view> texts) const {
  std::vector<float> out(texts.size() * dimension_);
  std::vector<std::size_t> places;
  std::vector<std::string_view> asked;
  const auto flush = [&]() -> Result<void> {
    if (asked.empty()) return {};
    SY_TRY(const std::vector<float> vectors, ask(asked));
    if (vectors.size() != asked.size() * dimension_) {
      return fail(ErrorKind::kUpstreamUnavailable, "the embedding server's vectors changed their dimension");
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
      std::copy_n(vectors.begin() + static_cast<std::ptrdiff_t>(i * dimension_), dimension_,
                  out.begin() + static_cast<std::ptrdiff_t>(places[i] * dimension_));
    }
    places.clear();
    asked.clear();
    return {};
  };
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (blank(texts[i])) continue;
    places.push_back(i);
    asked.push_back(cut(texts[i]));
    if (asked.size() == kTextsMax) SY_CHECK(flush());
  }
  SY_CHECK(flush());
  return out;
}

Result<std::vector<float>> RemoteEncoder::ask(std::span<const std::string_view> texts) const {
  const std::string body = embeddings_request(settings_.model, texts);
  std::optional<Result<std::string>> answer;
  {
    const std::lock_guard lock(mutex_);
    spawn(exchange(body, answer));
    // The client's own timeouts end every exchange.
    while (!answer) loop_.run_once(kTurn);
  }
  if (!*answer) return std::unexpected(std::move(*answer).error());
  return read_embeddings(**answer, texts.size());
}

Task<void> RemoteEncoder::exchange(std::string_view body, std::optional<Result<std::string>>& out) const {
  const std::string_view pieces[] = {body};
  auto exchange = co_await client_->send(
      {.origin = &url_.origin,
       .target = target_,
       .header_lines = header_lines_,
       .body = pieces,
       .timeouts = {.connect = settings_.timeout, .first_byte = settings_.timeout, .between_bytes = settings_.timeout},
       .deadline = Deadline(clock_.now() + settings_.timeout)});
  if (!exchange) {
    out = std::unexpected(std::move(exchange).error());
    co_return;
  }
  if (auto checked = check_status((*exchange)->head().status); !checked) {
    out = std::unexpected(std::move(checked).error());
    co_return;
  }
  std::string text;
  for (;;) {
    const auto piece = co_await (*exchange)->read();
    if (!piece) {
      out = std::unexpected(piece.error());
      co_return;
    }
    if (piece->empty()) break;
    if (text.size() + piece->size() > kAnswerBytesMax) {
      out = fail(ErrorKind::kUpstreamUnavailable, "the embedding server's answer has more than 64 MiB");
      co_return;
    }
    text.append(*piece);
  }
  out = std::move(text);
}

}  // namespace switchyard::embedder_remote
