#include "net/http_server.h"

#include "net/http_server_fixture.h"

namespace switchyard::net {
namespace {

const std::string kChunkedPieces =
    "POST /pieces HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5;q=1\r\ndefgh\r\n0\r\n\r\n";

struct Streamed {
  std::string name, bytes, want;
};
class PiecesTest : public HttpServerTest, public testing::WithParamInterface<Streamed> {};

// The network cuts a request where it likes, and what follows on the connection is the client's next request.
TEST_P(PiecesTest, AreTheSameHoweverTheBytesAreCut) {
  start();
  const std::string bytes = GetParam().bytes + std::string(kGet);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    RawClient c = client();
    c.send(std::string_view(bytes).substr(0, cut));
    for (int i = 0; i < 3; ++i) loop_.run_once(0ms);
    c.send(std::string_view(bytes).substr(cut));
    const std::string got = c.read_until("GET ");
    EXPECT_NE(got.find(GetParam().want + "HTTP/1.1 200"), std::string::npos) << cut << ": " << got;
    EXPECT_TRUE(got.ends_with("GET ")) << cut << ": " << got;
  }
}
INSTANTIATE_TEST_SUITE_P(Bodies, PiecesTest,
                         testing::Values(Streamed{"Length", post("/pieces", "abcdefgh"), "POST abcdefgh of x"},
                                         Streamed{"Chunked", kChunkedPieces, "POST abcdefgh of x"},
                                         Streamed{"Empty", post("/pieces", ""), "POST  of x"},
                                         Streamed{"None", "GET /pieces HTTP/1.1\r\nHost: x\r\n\r\n", "GET  of x"}),
                         [](const auto& tested) { return tested.param.name; });

using ServerPiecesTest = HttpServerTest;

TEST_F(ServerPiecesTest, MayBeMoreThanABufferedBody) {
  ServerLimits limits;
  limits.body_bytes_max = 10;
  start(limits);
  RawClient c = client();
  c.send(post("/pieces", std::string(100'000, 'x')));
  EXPECT_NE(c.read_until(" of x").find(std::string(100'000, 'x')), std::string::npos);
}

TEST_F(ServerPiecesTest, AskAClientThatWaitsToGoOn) {
  start();
  RawClient c = client();
  c.send("POST /pieces HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_TRUE(c.read_until("\r\n\r\n").starts_with("HTTP/1.1 100 Continue"));
  c.send("ok");
  EXPECT_NE(c.read_until(" of x").find("POST ok"), std::string::npos);
}

TEST_F(ServerPiecesTest, EndWithAnErrorWhenTheClientLeavesOrBreaksTheFraming) {
  start();
  {
    RawClient c = client();
    c.send("POST /pieces HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\nhalf");
    for (int i = 0; i < 5; ++i) loop_.run_once(1ms);
  }
  for (int i = 0; i < 100 && !error_; ++i) loop_.run_once(1ms);
  ASSERT_TRUE(error_);
  EXPECT_EQ(error_->kind, ErrorKind::kCancelled);
  RawClient c = client();
  c.send("POST /pieces HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
  EXPECT_TRUE(c.read_all().starts_with("HTTP/1.1 400 "));
}

// The head was read through memory that had been given back: what followed a chunked body was put behind the head, and
// the head's buffer grew.
TEST_F(ServerPiecesTest, AreFollowedByMuchMoreWithoutHarmToTheHead) {
  start();
  const std::string next = "GET /a HTTP/1.1\r\nHost: x\r\nX: " + std::string(7'000, 'n') + "\r\n\r\n";
  for (const std::string path : {"/pieces", "/a"}) {
    RawClient c = client();
    c.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 3; ++i) loop_.run_once(0ms);
    c.send("2\r\nok\r\n0\r\n\r\n" + next);
    const std::string got = c.read_until("GET ");
    EXPECT_NE(got.find("POST ok"), std::string::npos) << path << got;
    EXPECT_TRUE(got.ends_with("GET ")) << path << got;
  }
}

}  // namespace
}  // namespace switchyard::net
