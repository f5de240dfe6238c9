#include "net/http_server.h"

#include "net/http_server_fixture.h"

namespace switchyard::net {
namespace {

struct Refused {
  std::string name, bytes;
  int status;
};
class RefusedTest : public HttpServerTest, public testing::WithParamInterface<Refused> {};
TEST_P(RefusedTest, IsAnsweredAndClosed) {
  ServerLimits limits;
  limits.body_bytes_max = 1000;
  start(limits);
  RawClient c = client();
  c.send(GetParam().bytes);
  const std::string got = c.read_all();
  EXPECT_TRUE(got.starts_with("HTTP/1.1 " + std::to_string(GetParam().status) + " ")) << got;
  EXPECT_NE(got.find("connection: close\r\n"), std::string::npos) << got;
  EXPECT_TRUE(c.closed());
}
INSTANTIATE_TEST_SUITE_P(
    Requests, RefusedTest,
    testing::Values(
        Refused{"LargeBody", post("/a", std::string(1001, 'x')), 413},
        Refused{"LargeChunked",
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'x') +
                    "\r\n",
                413},
        Refused{"BadChunk", "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        Refused{"LargeHead", "GET /a HTTP/1.1\r\nHost: x\r\nX: " + std::string(70'000, 'x'), 431},
        Refused{"LongLine", "GET /" + std::string(70'000, 'x'), 414},
        Refused{"BareLf", "GET /a HTTP/1.1\nHost: x\n\n", 400},
        Refused{"Smuggled",
                "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        Refused{"NotHttp", "\x16\x03\x01 hello\r\n\r\n", 400},
        Refused{"Expectation", "POST /a HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n", 417}),
    [](const auto& tested) { return tested.param.name; });

struct Slow {
  std::string name, bytes;
  std::chrono::milliseconds before, after;
  int status;
};
class SlowTest : public HttpServerTest, public testing::WithParamInterface<Slow> {};
TEST_P(SlowTest, IsToldSoAtTheLimit) {
  start();
  RawClient c = client();
  c.send(GetParam().bytes);
  for (int i = 0; i < 10; ++i) loop_.run_once(1ms);
  clock_.advance(GetParam().before);
  loop_.run_once(0ms);
  EXPECT_EQ(server_->open_connections(), 1u);
  clock_.advance(GetParam().after);
  const std::string got = c.read_all();
  if (GetParam().status == 0) {
    EXPECT_EQ(got, "");
  } else {
    EXPECT_TRUE(got.starts_with("HTTP/1.1 " + std::to_string(GetParam().status))) << got;
  }
  EXPECT_TRUE(c.closed());
}
INSTANTIATE_TEST_SUITE_P(Clients, SlowTest,
                         testing::Values(Slow{"Head", "GET /a HT", 9s, 2s, 408},
                                         Slow{"Body", "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab",
                                              29s, 2s, 408},
                                         Slow{"Idle", "", 119s, 2s, 0}),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(HttpServerTest, RefusesConnectionsAboveTheCap) {
  ServerLimits limits;
  limits.connections_max = 1;
  start(limits);
  RawClient first = client();
  first.send(kGet);
  EXPECT_NE(first.read_until("GET ").find("200 OK"), std::string::npos);
  RawClient second = client();
  second.send(kGet);
  const std::string got = second.read_all();
  EXPECT_TRUE(got.starts_with("HTTP/1.1 503 ")) << got;
  EXPECT_NE(got.find("retry-after: 1\r\n"), std::string::npos);
  first.send(kGet);
  EXPECT_NE(first.read_until("GET ").find("200 OK"), std::string::npos);
}

TEST_F(HttpServerTest, GivesBackTheMemoryOfLargeRequestsWhenIdle) {
  start();
  RawClient c = client();
  c.send(post("/a", std::string(500'000, 'x')));
  c.read_until(std::string(500'000, 'x'));
  clock_.advance(10s);
  loop_.run_once(0ms);
  c.send(kGet);
  EXPECT_NE(c.read_until("GET ").find("200 OK"), std::string::npos);
}

}  // namespace
}  // namespace switchyard::net
