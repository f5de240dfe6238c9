#pragma once
/// \file
/// An HTTP/1.1 server on one event loop: accepts, reads requests within limits, hands each to a handler, writes
/// answers. It knows no language model. Errors that it finds itself are answered through `ServerOptions::render_error`,
/// so that their body has the shape that the path's clients expect.

#include <openssl/types.h>

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "net/event_loop.h"
#include "net/http1.h"

namespace switchyard::net {

struct ServerLimits {
  HeadLimits head;
  std::size_t body_bytes_max = 64u << 20;        ///< As sent and inflated: 413 beyond it.
  std::chrono::milliseconds head_time{10'000};   ///< From the first byte of a request to its head's end: 408.
  std::chrono::milliseconds body_time{30'000};   ///< Between two pieces of the body: 408.
  std::chrono::milliseconds idle_time{120'000};  ///< Between requests; then the connection is closed silently.
  std::chrono::milliseconds write_time{60'000};  ///< Without the client taking a byte; then the connection is cut.
  std::size_t connections_max = 20'000;          ///< In the whole process: 503 with Retry-After beyond it.
};

/// An answer's own headers as "Name: value\r\n" lines; the server adds Date, framing and Connection.
struct Answer {
  int status = 200;
  std::string_view content_type = "application/json";
  std::string_view header_lines = {};  ///< Each ends with CRLF.
};

/// One request and its answer. Lives until the handler returns.
class ServerExchange {
 public:
  virtual ~ServerExchange() = default;
  [[nodiscard]] virtual const RequestHead& head() const = 0;
  /// The whole body, inflated if it came with a Content-Encoding of gzip, deflate, br or zstd. Valid until the exchange
  /// ends; at least 64 readable bytes follow it. Answers `Expect: 100-continue` first. Errors: kTooLarge,
  /// kRequestTimeout, kUnsupportedMediaType, kInvalidRequest, kCancelled (the client left).
  virtual Task<Result<std::string_view>> read_body() = 0;
  /// The body's next bytes as they arrive, framing taken off, a Content-Encoding left on; empty at its end. Valid until
  /// the next call. Instead of `read_body`, where a body may be larger than memory: nothing is read ahead of the
  /// caller, so that a slow one slows the client down, and `body_bytes_max` does not hold. Errors: kRequestTimeout,
  /// kInvalidRequest, kCancelled.
  virtual Task<Result<std::string_view>> read_some() = 0;

  /// The whole answer in one write. HEAD requests get its head only.
  virtual Task<Result<void>> respond(const Answer& answer, std::string_view body) = 0;
  /// Begins a streamed answer (chunked, or until close for HTTP/1.0). The head leaves with the first `write` or
  /// `flush`.
  virtual void begin(const Answer& answer) = 0;
  /// Sends `bytes` now, in one write. Errors: kCancelled once the client has left.
  virtual Task<Result<void>> write(std::string_view bytes) = 0;
  /// Sends the head if it has not left yet.
  virtual Task<Result<void>> flush() = 0;
  /// Ends a streamed answer; `last` are its last bytes, sent in the same write as the end.
  virtual Task<Result<void>> finish(std::string_view last = {}) = 0;
  /// Cuts the connection, so that the client sees that the answer broke off.
  virtual void abort() = 0;
  /// Tells that nothing more can be kept alive: the connection closes after this answer.
  virtual void close_after() = 0;

  [[nodiscard]] virtual bool begun() const = 0;
  /// Calls back once, on the loop, when the client leaves before the answer's end. Cleared when the handler returns.
  virtual void on_client_gone(std::function<void()> callback) = 0;
  [[nodiscard]] virtual bool client_gone() const = 0;
  [[nodiscard]] virtual EventLoop& loop() = 0;
  /// "127.0.0.1:5123" or "unix".
  [[nodiscard]] virtual std::string_view peer() const = 0;
};

using Handler = std::function<Task<void>(ServerExchange&)>;

struct RenderedError {
  std::string content_type = "application/json";
  std::string body;
  std::string header_lines;
};

struct ServerOptions {
  ServerLimits limits;
  /// Shapes an error for a path ("" if the head could not be read).
  std::function<RenderedError(const Error&, std::string_view path)> render_error;
  SSL_CTX* tls = nullptr;                           ///< Serves TLS when set; outlives the server.
  std::atomic<std::size_t>* connections = nullptr;  ///< Counts the whole process's; may be null.
};

/// Where to listen: "0.0.0.0:8080", "[::]:8080", "127.0.0.1:0" or "unix:/path".
struct ListenAddress {
  std::string text;
};

/// One server on one loop. Several servers in one process listen on one port through SO_REUSEPORT.
class HttpServer {
 public:
  HttpServer(EventLoop& loop, Handler handler, ServerOptions options);
  ~HttpServer();
  /// Errors: kInvalidRequest (bad address), kUnavailable (cannot bind), with the system's reason in the message.
  Result<void> listen(const ListenAddress& address);
  /// The port that was bound; useful after ":0".
  [[nodiscard]] std::uint16_t port() const;
  /// Stops accepting and closes idle connections; running exchanges go on, and close after their answer.
  void drain();
  /// Connections that are open now.
  [[nodiscard]] std::size_t open_connections() const;
  /// Cuts everything that is left.
  void shut_down();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace switchyard::net
