#include "net/client/tls_fixture.h"

namespace switchyard::net {
namespace {

class TunnelTest : public TlsClientTest {
 protected:
  void begin(const ScriptedProxy& proxy, std::string no_proxy = {}) {
    serve();
    ClientOptions options;
    options.https_proxy = "http://user:p%40ss@" + proxy.address();
    options.no_proxy = std::move(no_proxy);
    make_tls(std::move(options));
  }
};

TEST_F(TunnelTest, ReachesHttpsOriginsThroughTheProxy) {
  ScriptedProxy proxy("HTTP/1.1 200 Connection established\r\n\r\n");
  begin(proxy);
  EXPECT_EQ(ask(url_.origin), "200 " + body_);
  const std::string authority = "localhost:" + std::to_string(server_->port());
  EXPECT_EQ(proxy.heads(), "CONNECT " + authority + " HTTP/1.1\r\nhost: " + authority +
                               "\r\nproxy-authorization: Basic dXNlcjpwQHNz\r\n\r\n");
  body_ = std::string(300'000, 'x');
  EXPECT_EQ(ask(url_.origin), "200 " + body_);
  EXPECT_EQ(server_->open_connections(), 1u) << "the tunnel is reused";
}

TEST_F(TunnelTest, IsNotDugForHostsThatNoProxyNamesInAnyCase) {
  ScriptedProxy proxy("HTTP/1.1 200 OK\r\n\r\n");
  begin(proxy, "LocalHost");
  EXPECT_EQ(ask(url_.origin), "200 " + body_);
  EXPECT_EQ(proxy.heads(), "");
}

TEST_F(TunnelTest, IsNotDugForPlainHttp) {
  ScriptedProxy proxy("HTTP/1.1 200 OK\r\n\r\n");
  begin(proxy);
  ScriptedServer plain({{kOk}});
  EXPECT_EQ(ask(parse_url(plain.url())->origin), "200 hi");
  EXPECT_EQ(proxy.heads(), "");
}

TEST_F(TunnelTest, ChecksTheOriginsCertificateInsideTheTunnel) {
  ScriptedProxy proxy("HTTP/1.1 200 OK\r\n\r\n");
  TestAuthority other;
  client_context_ = other.client_context();
  begin(proxy);
  EXPECT_EQ(ask(url_.origin), "upstream_unavailable");
  EXPECT_EQ(requests_, 0);
}

struct ProxyAnswer {
  std::string name, bytes, want;
};
class ProxyAnswerTest : public TunnelTest, public testing::WithParamInterface<ProxyAnswer> {};
TEST_P(ProxyAnswerTest, OpensTheTunnelOrNotHoweverItsBytesAreCut) {
  for (const auto sending : {ScriptedProxy::Sending::kAtOnce, ScriptedProxy::Sending::kByteByByte}) {
    ScriptedProxy proxy(GetParam().bytes, sending);
    begin(proxy);
    EXPECT_EQ(ask(url_.origin), GetParam().want);
    client_->close_idle();
  }
}
const std::string kServed = "200 {\"a\":1}", kRefused = "upstream_unavailable";
INSTANTIATE_TEST_SUITE_P(
    Answers, ProxyAnswerTest,
    testing::Values(
        ProxyAnswer{"Ok", "HTTP/1.1 200 OK\r\n\r\n", kServed},
        ProxyAnswer{"OldVersion", "HTTP/1.0 200 Connection established\r\nProxy-Agent: x\r\n\r\n", kServed},
        ProxyAnswer{"OtherSuccess", "HTTP/1.1 201 Created\r\n\r\n", kServed},
        ProxyAnswer{"NoContent", "HTTP/1.1 204 No Content\r\n\r\n", kServed},
        ProxyAnswer{"LengthThatMeansNothing", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", kServed},
        ProxyAnswer{"Continue", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", kServed},
        ProxyAnswer{"SeveralInterim",
                    "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 202 OK\r\n\r\n",
                    kServed},
        ProxyAnswer{"AsksForAPassword", "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
                    kRefused},
        ProxyAnswer{"RefusesWithABody", "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", kRefused},
        ProxyAnswer{"SendsElsewhere", "HTTP/1.1 302 Found\r\nLocation: http://portal/\r\n\r\n", kRefused},
        ProxyAnswer{"OnlyInterim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 407 No\r\n\r\n", kRefused},
        ProxyAnswer{"NotHttp", "SSH-2.0-OpenSSH_9.2\r\n\r\n", kRefused}, ProxyAnswer{"Closes", "", kRefused},
        ProxyAnswer{"EndlessHeads",
                    [] {
                      std::string heads;
                      while (heads.size() < 20'000) heads += "HTTP/1.1 100 Continue\r\n\r\n";
                      return heads;
                    }(),
                    kRefused}),
    [](const auto& tested) { return tested.param.name; });

// What comes ahead of the TLS handshake cannot be the origin's: taking it for TLS would hide who sent it.
TEST_F(TunnelTest, RefusesBytesThatComeAheadOfTheHandshake) {
  ScriptedProxy proxy("HTTP/1.1 200 OK\r\n\r\nSSH-2.0-OpenSSH_9.2\r\n");
  begin(proxy);
  EXPECT_EQ(ask(url_.origin), "upstream_unavailable");
  EXPECT_EQ(requests_, 0);
}

}  // namespace
}  // namespace switchyard::net
