#include "net/http_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace switchyard::net {
namespace {

using namespace std::chrono_literals;

/// A client that writes raw bytes and reads what comes, turning the server's loop in between.
class RawClient {
 public:
  RawClient(EventLoop& loop, std::uint16_t port) : loop_(loop), fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
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

  ManualClock clock_;
  EventLoop loop_{clock_};
  std::optional<HttpServer> server_;
  std::vector<std::string> paths_;
  std::optional<Error> error_;
  std::optional<SteadyTime> gone_at_;
};

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(std::string path, std::string body, std::string fields = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  start();
  RawClient c = client();
  for (int i = 0; i < 3; ++i) {
    c.send(post("/a", "hello"));
    const std::string got = c.read_until("POST hello");
    EXPECT_TRUE(got.starts_with("HTTP/1.1 200 OK\r\ndate: ")) << got;
    EXPECT_NE(got.find("x-a: b\r\ncontent-length: 10\r\n\r\n"), std::string::npos) << got;
  }
}

// The network cuts a request where it likes.
TEST_F(HttpServerTest, ReadsRequestsUnderEveryCut) {
  start();
  const std::string request = post("/a", "hello");
  RawClient c = client();
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    c.send(request.substr(0, cut));
    loop_.run_once(0ms);
    c.send(request.substr(cut));
    EXPECT_NE(c.read_until("POST hello").find("POST hello"), std::string::npos) << cut;
  }
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  RawClient c = client();
  c.send(post("/a", "one") + "\r\n" + post("/a", std::string(9000, 'x')) +
         "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n" +
         post("/a", "three"));
  const std::string got = c.read_until("POST three");
  const std::size_t one = got.find("POST one"), two = got.find("POST two"), three = got.find("POST three");
  EXPECT_TRUE(one < two && two < three && three != std::string::npos) << got;
  EXPECT_NE(got.find("POST " + std::string(9000, 'x')), std::string::npos);
}

TEST_F(HttpServerTest, ReadsLargeBodiesOfBothFramings) {
  start();
  RawClient c = client();
  const std::string large(300'000, 'y');
  c.send(post("/a", large));
  EXPECT_NE(c.read_until(large).find(large), std::string::npos);
  std::string chunked = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 100; ++i) chunked += "bb8\r\n" + large.substr(0, 3000) + "\r\n";
  c.send(chunked + "0\r\nTrailer: x\r\n\r\n");
  EXPECT_NE(c.read_until(large).find(large), std::string::npos);
}

TEST_F(HttpServerTest, SaysContinueBeforeItReadsTheBody) {
  start();
  RawClient c = client();
  c.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(c.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  c.send("hi");
  EXPECT_NE(c.read_until("POST hi").find("POST hi"), std::string::npos);
}

TEST_F(HttpServerTest, SendsOnlyTheHeadToHead) {
  start();
  RawClient c = client();
  c.send("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string got = c.read_all();
  EXPECT_NE(got.find("content-length: 5\r\n"), std::string::npos);
  EXPECT_TRUE(got.ends_with("\r\n\r\n")) << got;
  EXPECT_TRUE(c.closed());
}

TEST_F(HttpServerTest, StreamsInChunks) {
  start();
  RawClient c = client();
  c.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string got = c.read_until("0\r\n\r\n");
  EXPECT_NE(got.find("transfer-encoding: chunked\r\n"), std::string::npos);
  EXPECT_TRUE(got.ends_with("\r\n\r\n9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n9\r\ndata: 3\n\n\r\n0\r\n\r\n")) << got;
}

TEST_F(HttpServerTest, StreamsUntilCloseToOldClients) {
  start();
  RawClient c = client();
  c.send("GET /stream HTTP/1.0\r\n\r\n");
  const std::string got = c.read_all();
  EXPECT_TRUE(got.ends_with("\r\n\r\ndata: 1\n\ndata: 2\n\ndata: 3\n\n")) << got;
  EXPECT_EQ(got.find("chunked"), std::string::npos);
}

TEST_F(HttpServerTest, CutsAStreamThatBrokeOff) {
  start();
  RawClient c = client();
  c.send("GET /break HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string got = c.read_all();
  EXPECT_EQ(got.find("0\r\n\r\n"), std::string::npos);
  EXPECT_TRUE(c.closed());
}

TEST_F(HttpServerTest, SeesAClientThatLeaves) {
  start();
  RawClient c = client();
  c.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  for (int i = 0; i < 10; ++i) loop_.run_once(1ms);
  EXPECT_FALSE(gone_at_);
  c.close();
  for (int i = 0; i < 10 && !gone_at_; ++i) loop_.run_once(5ms);
  EXPECT_TRUE(gone_at_);
  clock_.advance(11s);
  loop_.run_once(0ms);
}

TEST_F(HttpServerTest, AnswersEarlyWithoutLosingTheAnswerOfALargeUpload) {
  start();
  RawClient c = client();
  c.send("POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + std::string(200'000, 'z'));
  const std::string got = c.read_all();
  EXPECT_TRUE(got.starts_with("HTTP/1.1 401 ")) << got;
  EXPECT_NE(got.find("connection: close"), std::string::npos);
}

TEST_F(HttpServerTest, TurnsAnExceptionIntoA500WithoutItsText) {
  start();
  RawClient c = client();
  c.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string got = c.read_all();
  EXPECT_TRUE(got.starts_with("HTTP/1.1 500 ")) << got;
  EXPECT_EQ(got.find("secret"), std::string::npos);
}

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

TEST_F(HttpServerTest, DrainsIdleConnectionsAtOnceAndBusyOnesAfterTheirAnswer) {
  start();
  RawClient idle = client(), busy = client();
  idle.send(kGet);
  idle.read_until("GET ");
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  for (int i = 0; i < 10; ++i) loop_.run_once(1ms);
  server_->drain();
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_TRUE(idle.closed());
  clock_.advance(11s);
  const std::string got = busy.read_all();
  EXPECT_TRUE(got.ends_with("late")) << got;
  EXPECT_NE(got.find("connection: close"), std::string::npos);
  EXPECT_EQ(server_->open_connections(), 0u);
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
