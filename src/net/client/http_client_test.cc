#include "net/http_client.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <poll.h>
#include <thread>

#include "net/client/connector.h"
#include "net/http_server.h"

namespace switchyard::net {
namespace {

using namespace std::chrono_literals;

/// A server that follows a script: for each connection it reads one request after another and writes the next answers.
class ScriptedServer {
 public:
  /// Each inner list is one connection's answers; after the last the connection is closed, unless `hold`.
  explicit ScriptedServer(std::vector<std::vector<std::string>> connections, bool hold = false) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
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
          if (recv(client, bytes, sizeof bytes, 0) <= 0) break;
          send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        }
        if (hold) {
          pollfd gone{client, POLLRDHUP, 0};
          poll(&gone, 1, 2000);
        }
        ::close(client);
      }
    });
  }
  ~ScriptedServer() {
    shutdown(fd_, SHUT_RDWR);
    ::close(fd_);
    thread_.join();
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::atomic<int> accepted = 0;

 private:
  int fd_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

class HttpClientTest : public testing::Test {
 protected:
  void make(ClientOptions options = {}) { client_ = *HttpClient::create(loop_, std::move(options)); }

  /// The status and body, or "error_kind". Turns the loop until it is known.
  std::string ask(const Origin& origin, CancelToken* token = nullptr, const std::function<void()>& meanwhile = {}) {
    std::optional<std::string> answer;
    const std::string_view pieces[] = {"{\"a\":", "1}"};
    const ClientRequest request{.origin = &origin, .target = "/x", .header_lines = "a: b\r\n", .body = pieces, .timeouts = {1s, 2s, 3s}};
    spawn(run(request, token, answer));
    for (int i = 0; i < 1000 && !answer; ++i) {
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

  ManualClock clock_;
  EventLoop loop_{clock_};
  std::unique_ptr<HttpClient> client_;
};

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

TEST_F(HttpClientTest, ReusesAConnectionAndReadsEveryFraming) {
  make();
  ScriptedServer server({{kOk, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                          "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nuntil close"}});
  const Url url = *parse_url(server.url());
  EXPECT_EQ(ask(url.origin), "200 hi");
  EXPECT_EQ(ask(url.origin), "201 abcde");
  EXPECT_EQ(ask(url.origin), "204 ");
  EXPECT_EQ(ask(url.origin), "200 until close");
  EXPECT_EQ(server.accepted, 1);
}

TEST_F(HttpClientTest, ReplacesAReusedConnectionThatTurnsOutDeadOnce) {
  make();
  ScriptedServer server({{kOk, ""}, {kOk}});
  const Url url = *parse_url(server.url());
  EXPECT_EQ(ask(url.origin), "200 hi");
  EXPECT_EQ(ask(url.origin), "200 hi");
  EXPECT_EQ(server.accepted, 2);
}

TEST_F(HttpClientTest, DoesNotAskTwiceOnceAByteHasCome) {
  make();
  ScriptedServer server({{kOk, "HTTP/1.1 2"}, {kOk}});
  const Url url = *parse_url(server.url());
  EXPECT_EQ(ask(url.origin), "200 hi");
  EXPECT_EQ(ask(url.origin), "upstream_unavailable");
}

TEST_F(HttpClientTest, TellsBrokenAnswersApart) {
  make();
  ScriptedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"}, {"SSH-2.0-x\r\n\r\n"}, {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}});
  const Url url = *parse_url(server.url());
  EXPECT_EQ(ask(url.origin), "200 hiupstream_unavailable");
  EXPECT_EQ(ask(url.origin), "upstream_unavailable");
  EXPECT_EQ(ask(url.origin), "200 upstream_unavailable");
}

TEST_F(HttpClientTest, WaitsNoLongerThanItsTimeouts) {
  make();
  ScriptedServer server({{""}, {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"}}, true);
  const Url url = *parse_url(server.url());
  int turns = 0;
  const auto tick = [&] {
    if (++turns == 20) clock_.advance(4s);
  };
  EXPECT_EQ(ask(url.origin, nullptr, tick), "upstream_timeout");
  turns = 0;
  EXPECT_EQ(ask(url.origin, nullptr, tick), "200 hiupstream_timeout");
}

TEST_F(HttpClientTest, EndsAtOnceWhenCancelled) {
  make();
  ScriptedServer server({{""}}, true);
  const Url url = *parse_url(server.url());
  CancelToken token;
  int turns = 0;
  EXPECT_EQ(ask(url.origin, &token, [&] {
              if (++turns == 10) token.cancel();
            }),
            "cancelled");
  EXPECT_EQ(ask(url.origin, &token), "cancelled");
}

TEST_F(HttpClientTest, HoldsTheCapOnConnections) {
  std::atomic<std::size_t> open = 1;
  ClientOptions options;
  options.connections_max = 1;
  options.open_connections = &open;
  make(std::move(options));
  const Url url = *parse_url("http://127.0.0.1:9");
  EXPECT_EQ(ask(url.origin), "unavailable");
  EXPECT_EQ(open, 1u);
}

TEST_F(HttpClientTest, SaysThatNobodyListens) {
  make();
  const Url url = *parse_url("http://127.0.0.1:1");
  EXPECT_EQ(ask(url.origin), "upstream_unavailable");
}

struct BadUrl {
  std::string name, text;
};
class BadUrlTest : public testing::TestWithParam<BadUrl> {};
TEST_P(BadUrlTest, IsRefusedWithoutRepeatingSecrets) {
  const auto url = parse_url(GetParam().text);
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Texts, BadUrlTest,
                         testing::Values(BadUrl{"Scheme", "ftp://a"}, BadUrl{"NoHost", "http://"}, BadUrl{"Port", "http://a:99999"}, BadUrl{"EmptyPort", "http://a:"},
                                         BadUrl{"Blank", "http://a b"}, BadUrl{"Query", "http://a/?x"}, BadUrl{"Password", "http://user:secret@a/"}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Url, IsTakenApart) {
  const auto url = parse_url("https://[::1]:8443/api/v1");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->origin.tls);
  EXPECT_EQ(url->origin.host, "::1");
  EXPECT_EQ(url->origin.port, 8443);
  EXPECT_EQ(url->origin.authority, "[::1]:8443");
  EXPECT_EQ(url->path, "/api/v1");
}

TEST(ProxyRules, ApplyToHttpsHostsThatAreNotExcepted) {
  const auto rules = parse_proxy_rules("http://user:p%40ss@proxy:3128", "internal.example, .corp");
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->host, "proxy");
  EXPECT_EQ(rules->authorization, "Basic dXNlcjpwQHNz");
  EXPECT_TRUE(rules->applies(parse_url("https://api.example")->origin));
  EXPECT_FALSE(rules->applies(parse_url("http://api.example")->origin));
  EXPECT_FALSE(rules->applies(parse_url("https://a.internal.example")->origin));
  EXPECT_FALSE(rules->applies(parse_url("https://x.corp")->origin));
  EXPECT_TRUE(rules->applies(parse_url("https://notinternal.example")->origin));
  EXPECT_FALSE(parse_proxy_rules("", "")->applies(parse_url("https://a")->origin));
  EXPECT_FALSE(parse_proxy_rules("https://proxy", ""));
}

}  // namespace
}  // namespace switchyard::net
