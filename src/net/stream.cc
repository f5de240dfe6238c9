#include "net/stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace switchyard::net {
namespace {

constexpr std::uint32_t kGone = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

std::unexpected<Error> broke(std::string detail) {
  return fail(ErrorKind::kUpstreamUnavailable, "the connection broke", std::move(detail), Retry::kOtherUpstream);
}
std::unexpected<Error> broke_errno(int code) { return broke(std::strerror(code)); }

std::string tls_reason(SSL* ssl) {
  const long verify = SSL_get_verify_result(ssl);
  if (verify != X509_V_OK) return X509_verify_cert_error_string(verify);
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason != nullptr ? reason : "TLS: the peer closed the connection";
}

/// Takes `count` bytes off the front of `pieces`.
void advance(std::span<iovec>& pieces, std::size_t count) {
  while (!pieces.empty() && count >= pieces.front().iov_len) {
    count -= pieces.front().iov_len;
    pieces = pieces.subspan(1);
  }
  if (!pieces.empty()) {
    pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + count;
    pieces.front().iov_len -= count;
  }
}

}  // namespace

Stream::Stream(EventLoop& loop, int fd) : loop_(loop), fd_(fd) {
  loop_.add(fd_, *this);  // epoll reports what is ready already, so the flags may start out false.
  readable_ = false;
  writable_ = false;
}

Stream::~Stream() {
  close();
  if (destroyed_ != nullptr) *destroyed_ = true;
}

void Stream::close() {
  if (fd_ < 0) return;
  if (ssl_ != nullptr) {
    if (SSL_is_init_finished(ssl_) && !cancelled_) {
      SSL_shutdown(ssl_);
      ERR_clear_error();
    }
    SSL_free(ssl_);
    ssl_ = nullptr;
  }
  loop_.remove(fd_, *this);
  ::close(fd_);
  fd_ = -1;
}

struct Stream::ReadyAwaiter {
  Stream& stream;
  Result<void> result = {};
  [[nodiscard]] bool await_ready() {
    if (stream.cancelled_) result = std::unexpected(*stream.cancelled_);
    return !result.has_value();
  }
  void await_suspend(std::coroutine_handle<> handle) { stream.pending_ready_ = {&result, handle}; }
  Result<void> await_resume() { return std::move(result); }
};

Task<Result<void>> Stream::connected() {
  while (!writable_) {
    ReadyAwaiter ready{*this};
    auto waited = co_await ready;
    if (!waited) co_return waited;
  }
  int code = 0;
  socklen_t size = sizeof code;
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &code, &size);
  if (code != 0) co_return broke_errno(code);
  co_return Result<void>{};
}

Task<Result<void>> Stream::start_tls(SSL_CTX* context, Side side, std::string host, SSL_SESSION* session) {
  ssl_ = SSL_new(context);
  if (ssl_ == nullptr || SSL_set_fd(ssl_, fd_) != 1) co_return broke("TLS: out of memory");
  SSL_set_mode(ssl_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  if (side == Side::kClient) {
    // An address is checked as one, and is not sent as a server name (RFC 6066).
    const bool is_address = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host.c_str()) == 1;
    if (!is_address && (SSL_set_tlsext_host_name(ssl_, host.c_str()) != 1 || SSL_set1_host(ssl_, host.c_str()) != 1)) {
      co_return broke("TLS: the host name cannot be checked");
    }
    if (session != nullptr) SSL_set_session(ssl_, session);
    SSL_set_connect_state(ssl_);
  } else {
    SSL_set_accept_state(ssl_);
  }
  for (;;) {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_);
    if (done == 1) {
      readable_ = true;  // The handshake's last read may have fetched application data as well.
      co_return Result<void>{};
    }
    const int want = SSL_get_error(ssl_, done);
    if (want != SSL_ERROR_WANT_READ && want != SSL_ERROR_WANT_WRITE) {
      if (side == Side::kServer) co_return fail(ErrorKind::kInvalidRequest, "TLS handshake failed", tls_reason(ssl_));
      co_return broke(tls_reason(ssl_));
    }
    ReadyAwaiter ready{*this};
    auto waited = co_await ready;
    if (!waited) co_return waited;
  }
}

Task<Result<void>> Stream::write_all(std::string_view bytes) {
  iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
  co_return co_await write_all(std::span(&piece, 1));
}

bool Stream::try_read(std::span<char> into, Result<std::size_t>& result) {
  if (cancelled_) {
    result = std::unexpected(*cancelled_);
    return true;
  }
  if (ssl_ != nullptr) return try_read_tls(into, result);
  while (readable_) {
    const ssize_t got = ::recv(fd_, into.data(), into.size(), 0);
    if (got >= 0) {
      // A short read has emptied the socket; unless the peer hung up, the next event will tell of more.
      if (got > 0 && static_cast<std::size_t>(got) < into.size() && !hung_up_) readable_ = false;
      result = static_cast<std::size_t>(got);
      return true;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) {
      result = broke_errno(errno);
      return true;
    }
    readable_ = false;
  }
  return false;
}

bool Stream::try_read_tls(std::span<char> into, Result<std::size_t>& result) {
  if (!readable_ && SSL_pending(ssl_) == 0) return false;
  ERR_clear_error();
  std::size_t got = 0;
  const int done = SSL_read_ex(ssl_, into.data(), into.size(), &got);
  if (done == 1) {
    result = got;
    return true;
  }
  switch (SSL_get_error(ssl_, done)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      readable_ = false;
      return false;
    case SSL_ERROR_ZERO_RETURN:
      result = std::size_t{0};
      return true;
    default:
      result = broke(tls_reason(ssl_));
      return true;
  }
}

bool Stream::try_write(std::span<iovec>& pieces, Result<void>& result) {
  if (cancelled_) {
    result = std::unexpected(*cancelled_);
    return true;
  }
  if (ssl_ != nullptr) return try_write_tls(pieces, result);
  while (!pieces.empty() && pieces.front().iov_len == 0) pieces = pieces.subspan(1);
  while (!pieces.empty()) {
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    const ssize_t put = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (put >= 0) {
      advance(pieces, static_cast<std::size_t>(put));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) {
      writable_ = false;
      return false;
    }
    result = broke_errno(errno);
    return true;
  }
  return true;
}

bool Stream::try_write_tls(std::span<iovec>& pieces, Result<void>& result) {
  for (const iovec& piece : pieces) tls_out_.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
  pieces = {};
  while (tls_out_done_ < tls_out_.size()) {
    ERR_clear_error();
    std::size_t put = 0;
    const int done = SSL_write_ex(ssl_, tls_out_.data() + tls_out_done_, tls_out_.size() - tls_out_done_, &put);
    if (done == 1) {
      tls_out_done_ += put;
      continue;
    }
    const int want = SSL_get_error(ssl_, done);
    if (want == SSL_ERROR_WANT_READ || want == SSL_ERROR_WANT_WRITE) return false;
    result = broke(tls_reason(ssl_));
    return true;
  }
  tls_out_done_ = 0;
  constexpr std::size_t kKeptBytesMax = 16 * 1024;  // An idle connection must not hold a large answer's memory.
  if (tls_out_.capacity() > kKeptBytesMax) {
    tls_out_ = {};
  } else {
    tls_out_.clear();
  }
  return true;
}

void Stream::on_events(std::uint32_t events) {
  if (events & (EPOLLIN | kGone)) readable_ = true;
  if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) writable_ = true;
  if (events & kGone) hung_up_ = true;

  // Whoever is resumed may destroy this stream.
  bool destroyed = false;
  bool* const outer = std::exchange(destroyed_, &destroyed);
  if (pending_ready_.handle) std::exchange(pending_ready_, {}).handle.resume();
  if (!destroyed && pending_read_.handle && try_read(pending_read_.into, *pending_read_.result)) {
    std::exchange(pending_read_, {}).handle.resume();
  }
  if (!destroyed && pending_write_.handle && try_write(pending_write_.pieces, *pending_write_.result)) {
    std::exchange(pending_write_, {}).handle.resume();
  }
  if (!destroyed && hung_up_ && peer_gone_) std::exchange(peer_gone_, {})();
  if (destroyed) {
    if (outer != nullptr) *outer = true;
  } else {
    destroyed_ = outer;
  }
}

void Stream::cancel(Error error) {
  if (cancelled_ || fd_ < 0) return;
  cancelled_ = std::move(error);
  bool destroyed = false;
  bool* const outer = std::exchange(destroyed_, &destroyed);
  if (pending_ready_.handle) {
    *pending_ready_.result = std::unexpected(*cancelled_);
    std::exchange(pending_ready_, {}).handle.resume();
  }
  if (!destroyed && pending_read_.handle) {
    *pending_read_.result = std::unexpected(*cancelled_);
    std::exchange(pending_read_, {}).handle.resume();
  }
  if (!destroyed && pending_write_.handle) {
    *pending_write_.result = std::unexpected(*cancelled_);
    std::exchange(pending_write_, {}).handle.resume();
  }
  if (destroyed) {
    if (outer != nullptr) *outer = true;
  } else {
    destroyed_ = outer;
  }
}

void Stream::on_peer_gone(std::function<void()> callback) {
  peer_gone_ = std::move(callback);
  // Not from inside this call: the caller is still setting up what the callback ends. epoll tells again of the hang-up.
  if (peer_gone_ && hung_up_) loop_.rearm(fd_, *this);
}

bool Stream::has_input() {
  if (hung_up_ || cancelled_ || fd_ < 0) return true;
  if (!readable_) return ssl_ != nullptr && SSL_pending(ssl_) > 0;
  char byte;
  return ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || errno != EAGAIN;
}

}  // namespace switchyard::net
