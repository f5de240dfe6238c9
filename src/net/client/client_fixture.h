#pragma once
/// \file
/// For the client's tests: a server that follows a script, and one request turned into a line of text.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "net/http_client.h"

namespace switchyard::net {

using namespace std::chrono_literals;

inline const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/// A server that follows a script: for each connection it reads one request after another and writes the next answers.
class ScriptedServer {
 public:
  /// Each inner list is one connection's answers; after the last the connection is closed, unless `hold`.
  explicit ScriptedServer(std::vector<std::vector<std::string>> connections, bool hold = false)
      : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(fd_, reinterpret_cast<sockaddr*>(&address), size);
    listen(fd_, 8);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, connections = std::move(connections), hold] {
      for (const auto& answers : connections) {
        const int client = accept(fd_, nullptr, nullptr);
        if (client < 0) return;
        ++accepted;
        for (const std::string& answer : answers) {
          char bytes[65536];
          if (!wait_for(client, POLLIN) || recv(client, bytes, sizeof bytes, 0) <= 0) break;
          send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        }
        if (hold) (void)wait_for(client, POLLRDHUP);
        ::close(client);
      }
    });
  }
  ~ScriptedServer() {
    eventfd_write(stop_, 1);
    shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
    ::close(stop_);
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::atomic<int> accepted = 0;  ///< Connections so far.

 private:
  /// False once the server is to go: a client may hold its connection for longer.
  [[nodiscard]] bool wait_for(int client, short events) const {
    pollfd ends[] = {{client, events, 0}, {stop_, POLLIN, 0}};
    poll(ends, 2, -1);
    return ends[1].revents == 0;
  }

  int fd_, stop_ = eventfd(0, EFD_CLOEXEC);
  std::uint16_t port_ = 0;
  std::thread thread_;
};

class HttpClientTest : public testing::Test {
 protected:
  void make(ClientOptions options = {}) { client_ = *HttpClient::create(loop_, std::move(options)); }

  /// The status and body, or "error_kind". Turns the loop until it is known.
  std::string ask(const Origin& origin, CancelToken* token = nullptr, const std::function<void()>& meanwhile = {}) {
    std::optional<std::string> answer;
    const std::string_view body(body_);
    const std::string_view pieces[] = {body.substr(0, body.size() / 2), body.substr(body.size() / 2)};
    const ClientRequest request{
        .origin = &origin, .target = "/x", .header_lines = "a: b\r\n", .body = pieces, .timeouts = {1s, 2s, 3s}};
    spawn(run(request, token, answer));
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    while (!answer && std::chrono::steady_clock::now() < give_up) {
      loop_.run_once(2ms);
      if (meanwhile) meanwhile();
    }
    return answer.value_or("never");
  }
  Task<void> run(ClientRequest request, CancelToken* token, std::optional<std::string>& out) {
    auto exchange = co_await client_->send(request, token);
    if (!exchange) {
      out = error_kind_name(exchange.error().kind);
      co_return;
    }
    std::string body = std::to_string((*exchange)->head().status) + " ";
    for (;;) {
      auto piece = co_await (*exchange)->read();
      if (!piece) {
        out = body.append(error_kind_name(piece.error().kind));
        co_return;
      }
      if (piece->empty()) break;
      body += *piece;
    }
    out = body;
  }

  std::string body_ = "{\"a\":1}";     ///< What `ask` sends.
  std::atomic<std::size_t> open_ = 0;  ///< For caps; outlives the client.
  ManualClock clock_;
  EventLoop loop_{clock_};
  std::unique_ptr<HttpClient> client_;
};

}  // namespace switchyard::net
