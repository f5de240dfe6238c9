// Requests whose body is handed on while it arrives.

#include "net/http_client.h"

#include "net/client/client_fixture.h"
#include "net/http_server.h"

namespace switchyard::net {
namespace {

/// Yields its pieces one by one; then ends, or fails.
class Pieces final : public BodySource {
 public:
  Pieces(std::vector<std::string> pieces, bool length_known) : pieces_(std::move(pieces)), known_(length_known) {}
  Task<Result<std::string_view>> read_some() override {
    if (at_ == pieces_.size()) {
      if (failure) co_return std::unexpected(*failure);
      co_return std::string_view();
    }
    co_return pieces_[at_++];
  }
  [[nodiscard]] std::optional<std::uint64_t> left() const override {
    if (!known_) return std::nullopt;
    std::uint64_t total = 0;
    for (std::size_t i = at_; i < pieces_.size(); ++i) total += pieces_[i].size();
    return total;
  }
  std::optional<Error> failure;
  [[nodiscard]] std::size_t taken() const { return at_; }

 private:
  std::vector<std::string> pieces_;
  bool known_;
  std::size_t at_ = 0;
};

class UploadTest : public HttpClientTest {
 protected:
  /// An origin that tells how a body was framed and what it was; "/refuse" is answered at once.
  std::uint16_t echo() {
    server_.emplace(
        loop_,
        [](ServerExchange& exchange) -> Task<void> {
          if (exchange.head().path == "/refuse") {
            co_await exchange.respond({.status = 413}, "too much");
            co_return;
          }
          std::string body = exchange.head().framing == Framing::kChunked ? "chunked " : "length ";
          for (;;) {
            auto piece = co_await exchange.read_some();
            if (!piece) co_return;
            if (piece->empty()) break;
            body += *piece;
          }
          co_await exchange.respond({}, body);
        },
        ServerOptions{});
    EXPECT_TRUE(server_->listen({"127.0.0.1:0"}));
    return server_->port();
  }
  std::string upload(std::uint16_t port, std::string_view target, BodySource& rest) {
    const Url url = *parse_url("http://127.0.0.1:" + std::to_string(port));
    const std::string_view front[] = {"front,"};
    const ClientRequest request{
        .origin = &url.origin, .target = target, .body = front, .rest = &rest, .timeouts = {1s, 2s, 3s}};
    std::optional<std::string> answer;
    spawn(run(request, nullptr, answer));
    for (int i = 0; i < 2000 && !answer; ++i) loop_.run_once(2ms);
    return answer.value_or("never");
  }
  std::optional<HttpServer> server_;
};

TEST_F(UploadTest, SendsTheRestWithALengthOrChunked) {
  make();
  const std::uint16_t port = echo();
  Pieces known({"a", std::string(200'000, 'b'), "c"}, true), unknown({"a", "bc"}, false), none({}, true);
  EXPECT_EQ(upload(port, "/x", known), "200 length front,a" + std::string(200'000, 'b') + "c");
  EXPECT_EQ(upload(port, "/x", unknown), "200 chunked front,abc");
  EXPECT_EQ(upload(port, "/x", none), "200 length front,");
}

TEST_F(UploadTest, HandsOnWhyTheRestDidNotCome) {
  make();
  const std::uint16_t port = echo();
  Pieces slow({"a"}, false);
  slow.failure = Error{ErrorKind::kRequestTimeout, Retry::kNever, "body: too slow", {}, std::nullopt};
  EXPECT_EQ(upload(port, "/x", slow), "request_timeout");
}

TEST_F(UploadTest, ReadsAnAnswerThatComesBeforeEverythingWasSent) {
  make();
  const std::uint16_t port = echo();
  Pieces much(std::vector<std::string>(1000, std::string(64 * 1024, 'x')), false);
  EXPECT_EQ(upload(port, "/refuse", much), "413 too much");
  EXPECT_LT(much.taken(), 1000u) << "what nobody reads is not sent";
}

TEST_F(UploadTest, FailsWhenTheProviderClosesWithoutAnAnswer) {
  make();
  ScriptedServer server({{""}});
  const Url url = *parse_url(server.url());
  Pieces much(std::vector<std::string>(1000, std::string(64 * 1024, 'x')), true);
  EXPECT_EQ(upload(url.origin.port, "/x", much), "upstream_unavailable");
}

}  // namespace
}  // namespace switchyard::net
