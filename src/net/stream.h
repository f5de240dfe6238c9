#pragma once
/// \file
/// A connected, non-blocking byte stream: TCP, Unix socket, or TLS over one of them. Used on its loop's thread.
/// One reader and one writer at a time. Whatever waits is ended by `cancel`, with the error given to it.

#include <openssl/types.h>
#include <sys/uio.h>

#include <coroutine>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/task.h"
#include "net/event_loop.h"

using SSL_SESSION = struct ssl_session_st;  // As <openssl/ssl.h> has it; <openssl/types.h> leaves it out.

namespace switchyard::net {

enum class Side : std::uint8_t { kServer, kClient };

class Stream final : private FdWatcher {
 public:
  /// Takes over a connected or connecting non-blocking socket.
  Stream(EventLoop& loop, int fd);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Waits until a connecting socket is connected. Errors: kUpstreamUnavailable with the reason in `detail`.
  Task<Result<void>> connected();
  /// Makes this a TLS stream and shakes hands. `host` is sent and checked on the client side. `session` may resume one.
  /// Errors: kUpstreamUnavailable (client) or kInvalidRequest (server), the reason in `detail`.
  Task<Result<void>> start_tls(SSL_CTX* context, Side side, std::string host, SSL_SESSION* session = nullptr);

  /// Reads what is there, at least one byte; 0 means the peer has sent everything.
  /// Errors: kUpstreamUnavailable when the connection broke, or the error given to `cancel`.
  auto read_some(std::span<char> into) {
    struct Awaiter {
      Stream& stream;
      std::span<char> into;
      Result<std::size_t> result = std::size_t{0};
      bool await_ready() { return stream.try_read(into, result); }
      void await_suspend(std::coroutine_handle<> handle) { stream.pending_read_ = {into, &result, handle}; }
      Result<std::size_t> await_resume() { return std::move(result); }
    };
    return Awaiter{*this, into};
  }

  /// Writes all of `pieces` (their bytes stay alive until it returns); one system call when the socket takes it.
  /// The array itself may be changed.
  auto write_all(std::span<iovec> pieces) {
    struct Awaiter {
      Stream& stream;
      std::span<iovec> pieces;
      Result<void> result = {};
      bool await_ready() { return stream.try_write(pieces, result); }
      void await_suspend(std::coroutine_handle<> handle) { stream.pending_write_ = {pieces, &result, handle}; }
      Result<void> await_resume() { return std::move(result); }
    };
    return Awaiter{*this, pieces};
  }
  Task<Result<void>> write_all(std::string_view bytes);

  /// Ends whatever waits on this stream now with `error`; later reads and writes fail with it too.
  void cancel(Error error);
  /// Takes a `cancel` back, so that a late request can still be answered.
  void revive() { cancelled_.reset(); }
  /// Calls back once when the peer closes or resets while nobody reads. An empty function stops that.
  /// For servers that wait on something else: a client that leaves is seen at once.
  void on_peer_gone(std::function<void()> callback);

  /// Whether bytes or an end are known to be waiting, so that an idle pooled connection is not fit for use.
  [[nodiscard]] bool has_input();
  [[nodiscard]] bool cancelled() const { return cancelled_.has_value(); }
  [[nodiscard]] bool secure() const { return ssl_ != nullptr; }
  [[nodiscard]] SSL* ssl() { return ssl_; }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] EventLoop& loop() { return loop_; }
  /// Sends TLS close_notify if possible and closes. Nothing may wait on the stream.
  void close();

 private:
  struct PendingRead {
    std::span<char> into;
    Result<std::size_t>* result = nullptr;
    std::coroutine_handle<> handle;
  };
  struct PendingWrite {
    std::span<iovec> pieces;
    Result<void>* result = nullptr;
    std::coroutine_handle<> handle;
  };
  struct PendingReady {
    Result<void>* result = nullptr;
    std::coroutine_handle<> handle;
  };

  void on_events(std::uint32_t events) override;
  bool try_read(std::span<char> into, Result<std::size_t>& result);
  bool try_write(std::span<iovec>& pieces, Result<void>& result);
  bool try_read_tls(std::span<char> into, Result<std::size_t>& result);
  bool try_write_tls(std::span<iovec>& pieces, Result<void>& result);
  struct ReadyAwaiter;  ///< Waits for the next event of any kind.

  EventLoop& loop_;
  int fd_;
  SSL* ssl_ = nullptr;
  bool readable_ = true, writable_ = true, hung_up_ = false;
  std::string tls_out_;  ///< Pieces joined into one record while a TLS write waits.
  std::size_t tls_out_done_ = 0;
  PendingRead pending_read_;
  PendingWrite pending_write_;
  PendingReady pending_ready_;
  std::function<void()> peer_gone_;
  std::optional<Error> cancelled_;
  bool* destroyed_ = nullptr;  ///< Told when the stream dies while it resumes somebody.
};

}  // namespace switchyard::net
