#pragma once
/// \file
/// For tests: an HTTP server that plays an issuer of credentials, and a client that asks it, on one loop with a clock
/// that a test moves.

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/credentials/refreshing.h"
#include "net/http_client.h"
#include "net/http_server.h"

namespace switchyard::credentials {

class IssuerTest : public testing::Test {
 protected:
  struct Reply {
    int status = 200;
    std::string body;
    std::string header_lines;
  };
  struct Seen {
    std::string line;  ///< "GET /path?query"
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    [[nodiscard]] std::string header(std::string_view name) const {
      for (const auto& [key, value] : headers) {
        if (net::same_name(key, name)) return value;
      }
      return "-";
    }
  };

  IssuerTest() {
    const auto handler = [this](net::ServerExchange& exchange) { return serve(exchange); };
    server_.emplace(loop_, handler, net::ServerOptions{});
    EXPECT_TRUE(server_->listen({"127.0.0.1:0"}));
    client_ = *net::HttpClient::create(loop_, {});
  }

  /// "http://127.0.0.1:1234"
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

  Result<Credentials> ask(const Fetch& fetch) {
    std::optional<Result<Credentials>> got;
    CancelToken token;
    spawn(run(fetch, token, got));
    for (int i = 0; i < 1000 && !got; ++i) loop_.run_once(std::chrono::milliseconds(1));
    return got.value_or(fail(ErrorKind::kInternal, "never"));
  }
  /// The failure's `detail`, after checking that callers are told nothing but that credentials are missing.
  std::string failure(const Fetch& fetch) {
    const auto got = ask(fetch);
    if (got) return "none";
    EXPECT_EQ(got.error().kind, ErrorKind::kUpstreamUnavailable);
    EXPECT_EQ(got.error().message, "credentials for the provider are not available");
    return got.error().detail;
  }

  ManualClock clock_;
  net::EventLoop loop_{clock_};
  std::optional<net::HttpServer> server_;
  std::unique_ptr<net::HttpClient> client_;
  std::map<std::string, Reply> replies_;  ///< By "GET /path?query"; 404 for others.
  std::vector<Seen> seen_;

 private:
  Task<void> serve(net::ServerExchange& exchange) {
    Seen seen;
    seen.line = std::string(exchange.head().method) + " " + std::string(exchange.head().target);
    for (const net::Header& field : exchange.head().headers.fields())
      seen.headers.emplace_back(field.name, field.value);
    seen.body = std::string((co_await exchange.read_body()).value_or("unreadable"));
    seen_.push_back(seen);
    const auto found = replies_.find(seen.line);
    const Reply reply = found == replies_.end() ? Reply{404, "not here", {}} : found->second;
    (void)co_await exchange.respond({.status = reply.status, .header_lines = reply.header_lines}, reply.body);
  }
  static Task<void> run(const Fetch& fetch, CancelToken& token, std::optional<Result<Credentials>>& out) {
    out = co_await fetch(token);
  }
};

}  // namespace switchyard::credentials
