#include "adapters/credentials/fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/credentials/files.h"
#include "adapters/credentials/rfc3339.h"
#include "net/http_server.h"

namespace switchyard::credentials {
namespace {

using namespace std::chrono_literals;

constexpr auto kSlow = 10s;  // Twice what a fetch waits.

class FetchTest : public testing::Test {
 protected:
  FetchTest() {
    const auto answer = [this](net::ServerExchange& exchange) { return serve(exchange); };
    server_.emplace(loop_, answer, net::ServerOptions{});
    EXPECT_TRUE(server_->listen({"127.0.0.1:0"}));
    client_ = *net::HttpClient::create(loop_, {});
  }
  /// Lets handlers that sleep wake up and end.
  void TearDown() override {
    clock_.advance(kSlow);
    for (int i = 0; i < 20; ++i) loop_.run_once(1ms);
  }
  Task<void> serve(net::ServerExchange& exchange) {
    const auto body = co_await exchange.read_body();
    const std::string_view path = exchange.head().path;
    if (path == "/slow") co_await loop_.sleep(kSlow);
    std::string text = path == "/long"
                           ? std::string(kAnswerBytesMax + 1, 'x')
                           : std::string(exchange.head().method) + " " + std::string(exchange.head().target) + " " +
                                 std::string(body.value_or("?"));
    (void)co_await exchange.respond({.status = path == "/no" ? 403 : 200, .header_lines = "X-Flavor: a\r\n"}, text);
  }
  Task<void> run(FetchRequest request, CancelToken& token, std::optional<std::string>& out) {
    const auto got = co_await fetch(*client_, loop_, std::move(request), token);
    if (got) {
      out = std::to_string(got->status) + " " + std::string(got->header("x-flavor").value_or("-")) + " " + got->body;
    } else {
      out = std::string(error_kind_name(got.error().kind)) + " " + got.error().detail;
    }
  }
  std::string ask(std::string method, const std::string& target, std::string body = {}, bool cancel = false) {
    std::optional<std::string> got;
    CancelToken token;
    const std::string url = "http://127.0.0.1:" + std::to_string(server_->port()) + target;
    spawn(run({"the issuer", std::move(method), url, "A: b\r\n", std::move(body), 5s}, token, got));
    for (int i = 0; i < 1000 && !got; ++i) {
      loop_.run_once(1ms);
      if (target == "/slow" && i > 50) clock_.advance(20ms);
      if (cancel && i == 50) token.cancel();
    }
    return got.value_or("never");
  }

  ManualClock clock_;
  net::EventLoop loop_{clock_};
  std::optional<net::HttpServer> server_;
  std::unique_ptr<net::HttpClient> client_;
};

TEST_F(FetchTest, GivesEveryStatusWithItsBodyAndHeaders) {
  EXPECT_EQ(ask("GET", ""), "200 a GET / ");
  EXPECT_EQ(ask("GET", "/a?b=c&d"), "200 a GET /a?b=c&d ");
  EXPECT_EQ(ask("POST", "/form", "x=y"), "200 a POST /form x=y");
  EXPECT_EQ(ask("PUT", "/no"), "403 a PUT /no ");
}

TEST_F(FetchTest, EndsInTimeAndAtItsLimitAndWhenCancelled) {
  EXPECT_EQ(ask("GET", "/long"), "upstream_unavailable the issuer: an answer over its limit");
  EXPECT_EQ(ask("GET", "/slow"), "upstream_unavailable the issuer: the provider did not answer in time");
  EXPECT_EQ(ask("GET", "/slow", "", true), "cancelled ");
}

TEST_F(FetchTest, SaysThatNobodyIsThere) {
  server_->shut_down();
  server_.reset();
  server_.emplace(loop_, [](net::ServerExchange&) -> Task<void> { co_return; }, net::ServerOptions{});
  EXPECT_THAT(ask("GET", "/"), testing::StartsWith("upstream_unavailable the issuer: "));
}

TEST(CheckConfidential, AllowsTlsAndThisMachineOnly) {
  for (const char* good :
       {"https://sts.amazonaws.com", "http://127.0.0.1:80/x?y", "http://localhost", "http://[::1]:8080/"}) {
    EXPECT_TRUE(check_confidential(good, "token_uri")) << good;
  }
  for (const char* bad :
       {"http://sts.amazonaws.com", "http://127.evil.example", "http://10.0.0.1", "ftp://localhost", ""}) {
    const auto checked = check_confidential(bad, "token_uri");
    ASSERT_FALSE(checked) << bad;
    EXPECT_THAT(checked.error().message, testing::StartsWith("token_uri: "));
  }
}

TEST(Rfc3339, ReadsTimesAndRefusesEverythingElse) {
  const auto seconds = [](std::string_view text) {
    const auto time = parse_rfc3339(text);
    return time ? std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count() : -1;
  };
  EXPECT_EQ(seconds("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(seconds("2024-02-29T23:59:59Z"), 1'709'251'199);
  EXPECT_EQ(seconds("2024-02-29T23:59:59.123456Z"), 1'709'251'199);
  EXPECT_EQ(seconds("2024-03-01T01:29:59+01:30"), 1'709'251'199);
  EXPECT_EQ(seconds("2024-02-29T18:59:59-05:00"), 1'709'251'199);
  for (const char* bad : {"", "2024-02-30T00:00:00Z", "2024-02-29T24:00:00Z", "2024-02-29T00:00:00", "2024-02-29",
                          "2024-02-29T00:00:00.Z", "2024-02-29T00:00:00Zx", "2024-2-29T00:00:00Z",
                          "9999-01-01T00:00:00Z", "2024-02-29T00:00:00+1:30", "2024-02-29T00:00:00+01:60"}) {
    EXPECT_EQ(seconds(bad), -1) << bad;
  }
}

TEST(ReadTokenFile, CutsLineEndsAndNeverRepeatsWhatItRefuses) {
  const auto with = [](std::optional<std::string> bytes) {
    const auto token = read_token_file([&](const std::string&) -> Result<std::optional<std::string>> { return bytes; },
                                       "/run/token", "web identity");
    return token ? *token : token.error().detail;
  };
  EXPECT_EQ(with("abc.def\n"), "abc.def");
  EXPECT_EQ(with("two tokens"), "web identity: /run/token: expected one token");
  EXPECT_EQ(with("a\r\nInjected: x"), "web identity: /run/token: expected one token");
  EXPECT_EQ(with(""), "web identity: /run/token: expected one token");
  EXPECT_EQ(with(std::nullopt), "web identity: /run/token: no such file");
}

TEST(ReadFile, TellsAMissingFileFromOneThatCannotBeRead) {
  const auto missing = read_file(testing::TempDir() + "no-such-folder/credentials");
  ASSERT_TRUE(missing);
  EXPECT_EQ(*missing, std::nullopt);
  EXPECT_FALSE(read_file(testing::TempDir())) << "a folder";
}

}  // namespace
}  // namespace switchyard::credentials
