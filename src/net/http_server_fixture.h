#pragma once
/// \file
/// For the server's tests: a server on a loop that stands still until it is turned, and a client that writes raw bytes.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"

namespace switchyard::net {
using namespace std::chrono_literals;

/// A client that writes raw bytes and reads what comes, turning the server's loop in between.
class RawClient {
 public:
  RawClient(EventLoop& loop, std::uint16_t port) : loop_(loop), fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // A cut request's second part must not wait for an ACK.
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void send(std::string_view bytes) {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  void half_close() { shutdown(fd_, SHUT_WR); }

  /// Reads until `until` has come, the server closes, or a second has passed.
  std::string read_until(std::string_view until) {
    std::string got;
    for (int i = 0; i < 500 && got.find(until) == std::string::npos; ++i) {
      loop_.run_once(0ms);
      pollfd ready{fd_, POLLIN, 0};
      if (poll(&ready, 1, 2) <= 0) continue;
      char bytes[65536];
      const ssize_t count = recv(fd_, bytes, sizeof bytes, 0);
      if (count <= 0) {
        closed_ = true;
        break;
      }
      got.append(bytes, static_cast<std::size_t>(count));
    }
    return got;
  }
  /// Everything until the server closes.
  std::string read_all() { return read_until("\x01 never \x01"); }
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  EventLoop& loop_;
  int fd_;
  bool closed_ = false;
};

class HttpServerTest : public testing::Test {
 protected:
  void start(ServerLimits limits = {}) {
    ServerOptions options;
    options.limits = limits;
    options.render_error = [](const Error& error, std::string_view path) {
      return RenderedError{"text/plain", std::string(path) + ": " + error.message,
                           error.retry_after ? "retry-after: 1\r\n" : ""};
    };
    server_.emplace(loop_, [this](ServerExchange& exchange) { return handle(exchange); }, options);
    ASSERT_TRUE(server_->listen({"127.0.0.1:0"}));
  }
  RawClient client() { return {loop_, server_->port()}; }

  Task<void> handle(ServerExchange& exchange) {
    paths_.emplace_back(exchange.head().path);
    if (exchange.head().path == "/early") {
      co_await exchange.respond({.status = 401}, "no");
      co_return;
    }
    if (exchange.head().path == "/throw") throw std::runtime_error("secret detail");
    if (exchange.head().path == "/pieces") co_return co_await answer_pieces(exchange);
    auto body = co_await exchange.read_body();
    if (!body) {
      error_ = body.error();
      co_await exchange.respond({.status = http_status(body.error().kind)}, body.error().message);
      co_return;
    }
    if (exchange.head().path == "/stream") {
      exchange.begin({.content_type = "text/event-stream"});
      co_await exchange.write("data: 1\n\n");
      co_await exchange.write("data: 2\n\n");
      co_await exchange.finish("data: 3\n\n");
    } else if (exchange.head().path == "/break") {
      exchange.begin({.content_type = "text/event-stream"});
      co_await exchange.write("data: 1\n\n");
      exchange.abort();
    } else if (exchange.head().path == "/wait") {
      exchange.on_client_gone([this] { gone_at_ = clock_.now(); });
      co_await loop_.sleep(10s);
      if (!exchange.client_gone()) co_await exchange.respond({}, "late");
    } else {
      const std::string answer = std::string(exchange.head().method) + " " + std::string(*body);
      co_await exchange.respond({.content_type = "text/plain", .header_lines = "x-a: b\r\n"}, answer);
    }
  }

  /// Says what came, read piece by piece; the head is looked at after the body.
  Task<void> answer_pieces(ServerExchange& exchange) {
    std::string joined;
    for (;;) {
      auto piece = co_await exchange.read_some();
      if (!piece) {
        error_ = piece.error();
        co_await exchange.respond({.status = http_status(piece.error().kind)}, piece.error().message);
        co_return;
      }
      if (piece->empty()) break;
      joined += *piece;
    }
    const std::string answer = std::string(exchange.head().method) + " " + joined + " of " +
                               std::string(exchange.head().headers.get("host").value_or("nobody"));
    co_await exchange.respond({.content_type = "text/plain"}, answer);
  }

  ManualClock clock_;
  EventLoop loop_{clock_};
  std::optional<HttpServer> server_;
  std::vector<std::string> paths_;
  std::optional<Error> error_;
  std::optional<SteadyTime> gone_at_;
};

inline constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

inline std::string post(std::string path, std::string body, std::string fields = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace switchyard::net
