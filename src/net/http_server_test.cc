#include "net/http_server.h"

#include "net/http_server_fixture.h"

namespace switchyard::net {
namespace {

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

}  // namespace
}  // namespace switchyard::net
