#pragma once
/// \file
/// An HTTP/1.1 client on one event loop: connection pools per origin, TLS with session resumption, IPv6/IPv4 racing,
/// HTTPS_PROXY, and timeouts. It knows no language model. A reused connection that turns out dead is replaced once by a
/// fresh one, if no byte of the answer had come.

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "base/body_source.h"
#include "base/cancel_token.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "net/event_loop.h"
#include "net/http1.h"

namespace switchyard::net {

/// scheme://host[:port], parsed once. Letters are small, so that however a host was written, it has one pool.
struct Origin {
  bool tls = false;
  std::string host;  ///< Without brackets.
  std::uint16_t port = 0;
  std::string authority;  ///< What goes into the Host field.
  friend bool operator==(const Origin&, const Origin&) = default;
};

struct Url {
  Origin origin;
  std::string path;  ///< Begins with '/', or empty.
};
/// Absolute http:// or https:// URLs. Errors: kInvalidRequest.
Result<Url> parse_url(std::string_view text);

struct ClientTimeouts {
  std::chrono::milliseconds connect{10'000};      ///< DNS, TCP, TLS together.
  std::chrono::milliseconds first_byte{120'000};  ///< From the request's last byte to the head.
  std::chrono::milliseconds between_bytes{90'000};
};

struct ClientOptions {
  std::size_t idle_per_origin_max = 64;  ///< Kept open for reuse, on this loop.
  /// On all loops together, through `open_connections`. At the cap, a new connection takes the place of this loop's
  /// oldest idle one, and those of other loops give up theirs within two seconds.
  std::size_t connections_max = 4'096;
  std::chrono::milliseconds idle_time{55'000};  ///< Below the 60 s at which common load balancers cut idle connections.
  std::chrono::milliseconds dns_max_age{30'000};
  HeadLimits head{.line_bytes_max = 8 * 1024, .head_bytes_max = 256 * 1024, .fields_max = 200};
  /// The client context, asked for at the first https connection, since reading the roots takes time. Empty: https
  /// fails.
  std::function<Result<SSL_CTX*>()> tls;
  std::string https_proxy;                               ///< "http://host:port", or empty.
  std::string no_proxy;                                  ///< Comma-separated suffixes, or "*".
  std::atomic<std::size_t>* open_connections = nullptr;  ///< Outlives the client and its exchanges.
};

struct ClientRequest {
  const Origin* origin = nullptr;  ///< Outlives the exchange.
  std::string_view method = "POST";
  std::string_view target;
  std::string_view header_lines;           ///< "Name: value\r\n" each; the client adds Host, Content-Length.
  std::span<const std::string_view> body;  ///< Sent as they are, without joining them.
  /// What follows `body`, sent as it arrives; chunked if its length is not known. Such a request cannot be repeated, so
  /// it gets a fresh connection. Its errors are given back as they are. May be null; outlives the call.
  BodySource* rest = nullptr;
  ClientTimeouts timeouts;
  Deadline deadline = Deadline::never();
};

/// One answer being read. Destroying it before its end closes the connection; after it, the connection is reused.
class ClientExchange {
 public:
  virtual ~ClientExchange() = default;
  [[nodiscard]] virtual const ResponseHead& head() const = 0;
  /// The next bytes of the body, framing taken off; empty at its end. Valid until the next call.
  /// Errors: kUpstreamUnavailable (broke off), kUpstreamTimeout, or the error given to `cancel`.
  virtual Task<Result<std::string_view>> read() = 0;
  /// Ends a waiting `read` (or the call that is still opening) with kCancelled, and closes the connection.
  virtual void cancel() = 0;
  /// Whether what has been read so far is the whole body.
  [[nodiscard]] virtual bool complete() const = 0;
  /// Whether the connection had served before.
  [[nodiscard]] virtual bool reused() const = 0;
};

class HttpClient {
 public:
  /// Errors: kInvalidRequest for a bad `https_proxy`.
  static Result<std::unique_ptr<HttpClient>> create(EventLoop& loop, ClientOptions options);
  ~HttpClient();
  /// Sends the request and waits for the answer's head (1xx heads are skipped). `token` may be null.
  /// Errors: kUpstreamUnavailable (cannot connect, broke off), kUpstreamTimeout, kUnavailable (connection cap),
  /// kCancelled.
  Task<Result<std::unique_ptr<ClientExchange>>> send(ClientRequest request, CancelToken* token = nullptr);
  /// Closes idle connections.
  void close_idle();

 private:
  struct Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace switchyard::net
