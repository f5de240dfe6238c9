#include "net/server_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace switchyard::net {
namespace {

constexpr std::size_t kFirstBufferBytes = 4 * 1024;  ///< What an idle connection holds.
constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kKeptOutBytes = 4 * 1024;
constexpr std::size_t kLingerBytesMax = 4 << 20;  ///< Read and thrown away behind an early answer.
constexpr std::chrono::seconds kLingerTime{2};

Error cancelled() {
  return Error{ErrorKind::kCancelled, Retry::kNever, "the client closed the connection", {}, std::nullopt};
}

Error too_slow(const char* what) { return Error{ErrorKind::kRequestTimeout, Retry::kNever, what, {}, std::nullopt}; }

iovec piece(std::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

}  // namespace

ServerConnection::ServerConnection(ServerShared& shared, int fd, Admission admission)
    : shared_(shared),
      stream_(shared.loop, fd),
      timer_(shared.loop, [this] { stream_.cancel(on_timeout_()); }),
      refused_(admission == Admission::kRefuse) {}

ServerConnection::~ServerConnection() = default;

Task<void> ServerConnection::run() {
  if (shared_.options.tls != nullptr) {
    on_timeout_ = [] { return too_slow("TLS handshake: too slow"); };
    timer_.arm_after(shared_.options.limits.head_time);
    auto shaken = co_await stream_.start_tls(shared_.options.tls, Side::kServer, {});
    timer_.disarm();
    if (!shaken) {
      shared_.on_closed(*this);
      co_return;
    }
  }
  while (keep_alive_) {
    running_ = false;
    if (shared_.draining && buffered().empty()) break;
    const Got got = co_await read_head();
    if (got != Got::kRequest) break;
    running_ = true;
    keep_alive_ = head_.keep_alive && !shared_.draining;
    co_await serve_one();
    drop_request();
  }
  timer_.cancel();
  stream_.close();
  shared_.on_closed(*this);
}

Task<void> ServerConnection::serve_one() {
  if (refused_) {
    Error error{ErrorKind::kUnavailable, Retry::kNever, "too many connections", {}, std::chrono::seconds(1)};
    co_return co_await answer_error(std::move(error));
  }
  stream_.on_peer_gone([this] { note_gone(); });
  std::optional<Error> bug;
  try {
    co_await shared_.handler(*this);
  } catch (const std::exception& e) {
    bug = Error{ErrorKind::kInternal, Retry::kNever, "internal error", e.what(), std::nullopt};
  }
  client_gone_callback_ = {};
  stream_.on_peer_gone({});
  if (!finished_ && !begun_ && !gone_) {
    if (!bug)
      bug = Error{ErrorKind::kInternal, Retry::kNever, "internal error", "the handler gave no answer", std::nullopt};
    co_return co_await answer_error(*std::move(bug));
  }
  if (!finished_) keep_alive_ = false;  // A streamed answer broke off: only a cut connection says so.
  if (!body_read_ && head_.framing != Framing::kNone && !stream_.cancelled()) {
    keep_alive_ = false;
    co_await linger();
  }
}

/// Waits for a whole head. Errors are answered here.
Task<ServerConnection::Got> ServerConnection::read_head() {
  std::size_t scanned = 0;
  const ServerLimits& limits = shared_.options.limits;
  bool started = false;
  for (;;) {
    // A client may send empty lines between requests (RFC 9112, section 2.2).
    while (buffered().starts_with("\r\n")) input_begin_ += 2;
    const std::string_view bytes = buffered();
    if (const auto size = find_head_end(bytes, scanned)) {
      head_size_ = *size;
      if (*size > limits.head.head_bytes_max) break;
      timer_.disarm();
      auto parsed = parse_request_head(bytes.substr(0, *size), limits.head, head_);
      if (parsed) co_return Got::kRequest;
      co_await answer_error(std::move(parsed).error());
      co_return Got::kError;
    }
    if (bytes.size() > limits.head.head_bytes_max) break;
    if (!bytes.empty() && !started) {
      started = true;
      on_timeout_ = [] { return too_slow("request head: too slow"); };
      timer_.arm_after(limits.head_time);
    } else if (bytes.empty()) {
      on_timeout_ = cancelled;
      timer_.arm_after(limits.idle_time);
    }
    if (input_end_ == input_.capacity()) input_.reserve(std::max(kFirstBufferBytes, input_.capacity() * 2), input_end_);
    auto got = co_await stream_.read_some(input_.span(input_end_, input_.capacity() - input_end_));
    if (!got) {
      const bool slow = got.error().kind == ErrorKind::kRequestTimeout;
      if (slow) stream_.revive();
      if (slow) co_await answer_error(std::move(got).error());
      co_return slow ? Got::kError : Got::kClosed;
    }
    if (*got == 0) co_return Got::kClosed;
    input_end_ += *got;
  }
  const std::string_view line = buffered().substr(0, buffered().find('\n'));
  const bool long_line = line.size() > limits.head.line_bytes_max;
  co_await answer_error(Error{long_line ? ErrorKind::kUriTooLong : ErrorKind::kHeadersTooLarge,
                              Retry::kNever,
                              (long_line ? "request line: more than " : "header: more than ") +
                                  std::to_string(long_line ? limits.head.line_bytes_max : limits.head.head_bytes_max) +
                                  " bytes",
                              {},
                              std::nullopt});
  co_return Got::kError;
}

/// Answers what went wrong before or beside the handler, and closes.
Task<void> ServerConnection::answer_error(Error error) {
  keep_alive_ = false;
  const RenderedError rendered = shared_.options.render_error ? shared_.options.render_error(error, head_.path)
                                                              : RenderedError{"text/plain", error.message, {}};
  Answer answer{http_status(error.kind), rendered.content_type, rendered.header_lines};
  write_head(answer, rendered.body.size());
  finished_ = begun_ = head_sent_ = true;
  iovec pieces[] = {piece(out_), piece(rendered.body)};
  if (auto sent = co_await send(pieces); sent) co_await linger();
}

/// Keeps reading for a moment, so that closing does not reset the connection before the client has read the answer.
Task<void> ServerConnection::linger() {
  ::shutdown(stream_.fd(), SHUT_WR);
  on_timeout_ = cancelled;
  timer_.arm_after(kLingerTime);
  std::vector<char> sink(kReadBytes);
  for (std::size_t total = 0; total < kLingerBytesMax;) {
    auto got = co_await stream_.read_some(sink);
    if (!got || *got == 0) break;
    total += *got;
  }
  timer_.disarm();
}

void ServerConnection::note_gone() {
  gone_ = true;
  keep_alive_ = false;
  if (client_gone_callback_) std::exchange(client_gone_callback_, {})();
}

void ServerConnection::drain() {
  keep_alive_ = false;
  if (!running_ && buffered().empty()) stream_.cancel(cancelled());
}

void ServerConnection::cut() { stream_.cancel(cancelled()); }

void ServerConnection::abort() {
  keep_alive_ = false;
  finished_ = false;
  begun_ = true;
  // A reset, not an orderly end: otherwise an answer that lasts until close would look complete.
  const ::linger hard{1, 0};
  setsockopt(stream_.fd(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

/// Makes room for the next request; what the client sent ahead moves to the front.
void ServerConnection::drop_request() {
  const std::size_t in_place = body_read_ && head_.framing == Framing::kLength && body_size_ == 0
                                   ? static_cast<std::size_t>(head_.content_length)
                                   : 0;
  input_begin_ += head_size_ + in_place;
  const std::size_t left = input_end_ - input_begin_;
  if (left == 0 && input_.capacity() > kFirstBufferBytes) {
    input_.release();
  } else if (left > 0) {
    std::memmove(input_.data(), input_.data() + input_begin_, left);
  }
  input_begin_ = 0;
  input_end_ = left;
  head_size_ = 0;
  if (body_.capacity() > 0) shared_.give_buffer(std::exchange(body_, {}));
  body_size_ = 0;
  inflated_ = {};
  if (out_.capacity() > kKeptOutBytes) out_ = {};
  body_read_ = continue_sent_ = begun_ = head_sent_ = finished_ = chunked_ = false;
}

std::string_view ServerConnection::peer() const {
  if (!peer_.empty()) return peer_;
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  char text[INET6_ADDRSTRLEN] = "";
  if (getpeername(stream_.fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return "unknown";
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    peer_ = std::string(text) + ":" + std::to_string(ntohs(v4.sin_port));
  } else if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    peer_ = "[" + std::string(text) + "]:" + std::to_string(ntohs(v6.sin6_port));
  } else {
    peer_ = "unix";
  }
  return peer_;
}

}  // namespace switchyard::net
