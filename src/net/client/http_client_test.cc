#include "net/http_client.h"

#include "net/client/client_fixture.h"

namespace switchyard::net {
namespace {

TEST_F(HttpClientTest, ReusesAConnectionAndReadsEveryFraming) {
  make();
  ScriptedServer server({{kOk,
                          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: "
                          "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
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
  EXPECT_EQ(server.accepted, 1);
}

// A second dead connection says that the origin is down, not that the pool was stale.
TEST_F(HttpClientTest, ReplacesADeadConnectionNoMoreThanOnce) {
  make();
  ScriptedServer server({{kOk, ""}, {""}, {kOk}});
  const Url url = *parse_url(server.url());
  EXPECT_EQ(ask(url.origin), "200 hi");
  EXPECT_EQ(ask(url.origin), "upstream_unavailable");
  EXPECT_EQ(server.accepted, 2);
}

TEST_F(HttpClientTest, DoesNotAskTwiceOnAFreshConnection) {
  make();
  ScriptedServer server({{""}, {kOk}});
  const Url url = *parse_url(server.url());
  EXPECT_EQ(ask(url.origin), "upstream_unavailable");
  EXPECT_EQ(server.accepted, 1);
}

TEST_F(HttpClientTest, TellsBrokenAnswersApart) {
  make();
  ScriptedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"},
                         {"SSH-2.0-x\r\n\r\n"},
                         {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}});
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
  EXPECT_EQ(ask(url.origin, &token,
                [&] {
                  if (++turns == 10) token.cancel();
                }),
            "cancelled");
  EXPECT_EQ(ask(url.origin, &token), "cancelled");
}

TEST_F(HttpClientTest, HoldsTheCapOnConnections) {
  open_ = 1;
  ClientOptions options;
  options.connections_max = 1;
  options.open_connections = &open_;
  make(std::move(options));
  const Url url = *parse_url("http://127.0.0.1:9");
  EXPECT_EQ(ask(url.origin), "unavailable");
  EXPECT_EQ(open_, 1u);
}

// Idle connections to one provider must not keep another provider from being asked.
TEST_F(HttpClientTest, ClosesTheOldestIdleConnectionAtTheCapInsteadOfRefusing) {
  ClientOptions options;
  options.connections_max = 2;
  options.open_connections = &open_;
  make(std::move(options));
  ScriptedServer oldest({{kOk}, {kOk}}, true), younger({{kOk, kOk}}, true), third({{kOk}}, true);
  const Url oldest_url = *parse_url(oldest.url()), younger_url = *parse_url(younger.url()),
            third_url = *parse_url(third.url());
  EXPECT_EQ(ask(oldest_url.origin), "200 hi");
  clock_.advance(100ms);
  EXPECT_EQ(ask(younger_url.origin), "200 hi");
  clock_.advance(100ms);
  EXPECT_EQ(ask(third_url.origin), "200 hi");
  EXPECT_EQ(open_, 2u);
  clock_.advance(100ms);
  EXPECT_EQ(ask(younger_url.origin), "200 hi");
  EXPECT_EQ(younger.accepted, 1) << "the younger idle connection stayed";
  EXPECT_EQ(ask(oldest_url.origin), "200 hi");
  EXPECT_EQ(oldest.accepted, 2) << "the oldest one was closed";
  EXPECT_EQ(open_, 2u);
}

// Each loop has a client of its own: one that is idle must not lock the others out.
TEST_F(HttpClientTest, GivesItsIdlePlacesToOtherClientsAtTheCap) {
  const auto one_place = [this] {
    ClientOptions options;
    options.connections_max = 1;
    options.open_connections = &open_;
    return options;
  };
  ScriptedServer first({{kOk}}, true), second({{kOk}}, true);
  const Url first_url = *parse_url(first.url()), second_url = *parse_url(second.url());
  make(one_place());
  EXPECT_EQ(ask(first_url.origin), "200 hi");
  const std::unique_ptr<HttpClient> idle_one = std::move(client_);
  make(one_place());
  EXPECT_EQ(ask(second_url.origin), "unavailable");
  clock_.advance(1100ms);
  loop_.run_once(0ms);
  EXPECT_EQ(ask(second_url.origin), "200 hi");
}

TEST_F(HttpClientTest, ClosesConnectionsThatWereIdleForTooLong) {
  ClientOptions options;
  options.open_connections = &open_;
  make(std::move(options));
  ScriptedServer server({{kOk}}, true);
  const Url url = *parse_url(server.url());
  EXPECT_EQ(ask(url.origin), "200 hi");
  for (int second = 0; second < 54; ++second) {
    clock_.advance(1s);
    loop_.run_once(0ms);
  }
  EXPECT_EQ(open_, 1u);
  clock_.advance(2s);
  loop_.run_once(0ms);
  EXPECT_EQ(open_, 0u);
}

TEST_F(HttpClientTest, SaysThatNobodyListens) {
  make();
  const Url url = *parse_url("http://127.0.0.1:1");
  EXPECT_EQ(ask(url.origin), "upstream_unavailable");
}

}  // namespace
}  // namespace switchyard::net
