#pragma once
/// \file
/// For the client's tests: an https server on the client's own loop, and an HTTP proxy that follows a script.

#include <arpa/inet.h>
#include <netinet/tcp.h>

#include <mutex>

#include "net/client/client_fixture.h"
#include "net/http_server.h"
#include "net/tls/test_authority.h"

namespace switchyard::net {

/// Echoes bodies over TLS; both sides run on the test's loop.
class TlsClientTest : public HttpClientTest {
 protected:
  void serve() {
    ServerOptions options;
    options.tls = server_context_.get();
    server_.emplace(loop_, [this](ServerExchange& exchange) { return echo(exchange); }, options);
    ASSERT_TRUE(server_->listen({"127.0.0.1:0"}));
    url_ = *parse_url("https://localhost:" + std::to_string(server_->port()));
  }
  void make_tls(ClientOptions options = {}) {
    options.tls = [this]() -> Result<SSL_CTX*> { return client_context_.get(); };
    make(std::move(options));
  }
  Task<void> echo(ServerExchange& exchange) {
    ++requests_;
    auto body = co_await exchange.read_body();
    if (!body) co_return;
    if (close_after_) exchange.close_after();
    co_await exchange.respond({.content_type = "text/plain"}, *body);
  }

  TestAuthority authority_;
  TlsContext client_context_ = authority_.client_context(), server_context_ = authority_.server_context();
  std::optional<HttpServer> server_;
  Url url_;
  int requests_ = 0;
  bool close_after_ = false;
};

/// Reads each CONNECT, answers with the bytes it was given, and then passes bytes on in both directions.
class ScriptedProxy {
 public:
  enum class Sending : std::uint8_t { kAtOnce, kByteByByte };

  explicit ScriptedProxy(std::string answer, Sending sending = Sending::kAtOnce)
      : answer_(std::move(answer)), sending_(sending), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~ScriptedProxy() {
    eventfd_write(stop_, 1);
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    ::close(stop_);
  }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// The heads of all CONNECT requests so far, one behind another.
  [[nodiscard]] std::string heads() {
    const std::lock_guard lock(mutex_);
    return heads_;
  }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
  }

  void run() {
    for (;;) {
      const int client = accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      const int on = 1;
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const std::string head = read_head(client);
      {
        const std::lock_guard lock(mutex_);
        heads_ += head;
      }
      const std::size_t piece = sending_ == Sending::kAtOnce ? answer_.size() : 1;
      for (std::size_t at = 0; at < answer_.size(); at += piece) {
        ::send(client, answer_.data() + at, std::min(piece, answer_.size() - at), MSG_NOSIGNAL);
      }
      const std::size_t colon = head.find(':');
      if (!answer_.empty() && colon != std::string::npos) {
        tunnel(client, static_cast<std::uint16_t>(std::strtoul(head.c_str() + colon + 1, nullptr, 10)));
      }
      ::close(client);
    }
  }
  static std::string read_head(int client) {
    std::string head;
    char byte = 0;
    while (!head.ends_with("\r\n\r\n") && recv(client, &byte, 1, 0) == 1) head.push_back(byte);
    return head;
  }
  /// Until either side closes, or the proxy goes.
  void tunnel(int client, std::uint16_t port) const {
    const int origin = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    bool open = connect(origin, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    while (open) {
      pollfd ends[] = {{client, POLLIN, 0}, {origin, POLLIN, 0}, {stop_, POLLIN, 0}};
      if (poll(ends, 3, -1) <= 0 || ends[2].revents != 0) break;
      for (int i = 0; i < 2 && open; ++i) {
        if (ends[i].revents == 0) continue;
        char bytes[16384];
        const ssize_t got = recv(ends[i].fd, bytes, sizeof bytes, 0);
        open = got > 0 && ::send(ends[1 - i].fd, bytes, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
      }
    }
    ::close(origin);
  }

  std::string answer_;
  Sending sending_;
  int listener_, stop_ = eventfd(0, EFD_CLOEXEC);
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::string heads_;
  std::thread thread_;
};

}  // namespace switchyard::net
