#include <openssl/ssl.h>

#include "net/client/tls_fixture.h"

namespace switchyard::net {
namespace {

struct Version {
  std::string name;
  int number;
};
class TlsVersionTest : public TlsClientTest, public testing::WithParamInterface<Version> {
 protected:
  void SetUp() override {
    SSL_CTX_set_max_proto_version(client_context_.get(), GetParam().number);
    serve();
    make_tls();
  }
  [[nodiscard]] long resumed() const { return SSL_CTX_sess_hits(client_context_.get()); }
};

TEST_P(TlsVersionTest, CarriesBodiesLargerThanTheSocketsBuffers) {
  body_ = std::string(3'000'000, 'x') + "end";
  EXPECT_EQ(ask(url_.origin), "200 " + body_);
  body_ = "small";
  EXPECT_EQ(ask(url_.origin), "200 small");
  EXPECT_EQ(server_->open_connections(), 1u) << "one connection served both";
}

TEST_P(TlsVersionTest, ResumesTheSessionOnTheSecondConnection) {
  EXPECT_EQ(ask(url_.origin), "200 " + body_);
  EXPECT_EQ(resumed(), 0);
  for (int i = 1; i <= 3; ++i) {
    client_->close_idle();
    EXPECT_EQ(ask(url_.origin), "200 " + body_);
    EXPECT_EQ(resumed(), i);
  }
}

// Such a server costs a handshake each time, so that it is the one whose session is worth most.
TEST_P(TlsVersionTest, ResumesTheSessionOfAServerThatClosesAfterEachAnswer) {
  close_after_ = true;
  EXPECT_EQ(ask(url_.origin), "200 " + body_);
  EXPECT_EQ(ask(url_.origin), "200 " + body_);
  EXPECT_EQ(resumed(), 1);
}

TEST_P(TlsVersionTest, ShakesHandsInFullWhenTheServerForgotTheSession) {
  EXPECT_EQ(ask(url_.origin), "200 " + body_);
  client_->close_idle();
  unsigned char keys[80] = {1};
  ASSERT_EQ(SSL_CTX_set_tlsext_ticket_keys(server_context_.get(), keys, sizeof keys), 1);
  EXPECT_EQ(ask(url_.origin), "200 " + body_);
  EXPECT_EQ(resumed(), 0);
}

INSTANTIATE_TEST_SUITE_P(Versions, TlsVersionTest,
                         testing::Values(Version{"Tls12", TLS1_2_VERSION}, Version{"Tls13", TLS1_3_VERSION}),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(TlsClientTest, AsksNothingOfAServerItDoesNotTrust) {
  TestAuthority other;
  client_context_ = other.client_context();
  serve();
  make_tls();
  EXPECT_EQ(ask(url_.origin), "upstream_unavailable");
  EXPECT_EQ(requests_, 0);
}

TEST_F(TlsClientTest, AsksNothingOfAServerOfAnotherName) {
  const TestAuthority::Files files = authority_.issue("DNS:api.example");
  server_context_ = *server_tls_context(files.certificate, files.key);
  serve();
  make_tls();
  EXPECT_EQ(ask(url_.origin), "upstream_unavailable");
  EXPECT_EQ(requests_, 0);
}

TEST_F(TlsClientTest, GivesUpOnAServerThatSpeaksNoTls) {
  ScriptedServer plain({{"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"}});
  make_tls();
  std::string url = plain.url();
  EXPECT_EQ(ask(parse_url(url.insert(4, "s"))->origin), "upstream_unavailable");
}

TEST_F(TlsClientTest, CountsAServerThatStaysSilentInTheHandshakeAsTooSlow) {
  ScriptedServer silent({{""}}, true);
  make_tls();
  std::string url = silent.url();
  const Url origin = *parse_url(url.insert(4, "s"));
  int turns = 0;
  EXPECT_EQ(ask(origin.origin, nullptr,
                [&] {
                  if (++turns == 20) clock_.advance(2s);
                }),
            "upstream_timeout");
}

}  // namespace
}  // namespace switchyard::net
