#include "net/tls/context.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <fstream>
#include <optional>

#include "net/stream.h"
#include "net/tls/test_authority.h"

namespace switchyard::net {
namespace {

using namespace std::chrono_literals;

/// One handshake between two streams on one loop.
class HandshakeTest : public testing::Test {
 protected:
  struct Outcome {
    Result<void> client, server;
    std::string version, protocol;  ///< As the client sees them.
  };

  Outcome shake(SSL_CTX* client_context, SSL_CTX* server_context, const std::string& host = "localhost") {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    Stream client(loop_, ends[0]), server(loop_, ends[1]);
    std::optional<Result<void>> client_done, server_done;
    spawn(run(client, client_context, Side::kClient, host, client_done));
    spawn(run(server, server_context, Side::kServer, {}, server_done));
    for (int i = 0; i < 1000 && !(client_done && server_done); ++i) loop_.run_once(2ms);
    if (!client_done || !server_done) {
      ADD_FAILURE() << "the handshake hangs";
      return {fail(ErrorKind::kInternal, "hangs"), fail(ErrorKind::kInternal, "hangs"), {}, {}};
    }
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl(), &protocol, &size);
    return {*client_done, *server_done, SSL_get_version(client.ssl()),
            std::string(reinterpret_cast<const char*>(protocol), size)};
  }
  static Task<void> run(Stream& stream, SSL_CTX* context, Side side, std::string host,
                        std::optional<Result<void>>& done) {
    done = co_await stream.start_tls(context, side, std::move(host));
  }

  ManualClock clock_;
  EventLoop loop_{clock_};
  TestAuthority authority_;
};

TEST_F(HandshakeTest, SpeaksTls12And13WithHttp11) {
  const TlsContext client = authority_.client_context(), server = authority_.server_context();
  for (const auto& [version, name] : {std::pair(TLS1_3_VERSION, "TLSv1.3"), std::pair(TLS1_2_VERSION, "TLSv1.2")}) {
    SSL_CTX_set_max_proto_version(client.get(), version);
    for (const char* host : {"localhost", "127.0.0.1"}) {
      const Outcome got = shake(client.get(), server.get(), host);
      EXPECT_TRUE(got.client && got.server) << name << " " << host;
      EXPECT_EQ(got.version, name);
      EXPECT_EQ(got.protocol, "http/1.1");
    }
  }
}

TEST_F(HandshakeTest, RefusesTls11OnBothSides) {
  const TlsContext client = authority_.client_context(), server = authority_.server_context();
  // At OpenSSL's usual security level 1.1 fails for its hashes; here nothing but the lowest version is in the way.
  for (SSL_CTX* const context : {client.get(), server.get()}) SSL_CTX_set_security_level(context, 0);
  const TlsContext old_client = authority_.client_context(), old_server = authority_.server_context();
  for (SSL_CTX* const context : {old_client.get(), old_server.get()}) {
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
  }
  EXPECT_EQ(shake(old_client.get(), old_server.get()).version, "TLSv1.1") << "two old ones understand each other";

  const Outcome at_server = shake(old_client.get(), server.get());
  ASSERT_FALSE(at_server.server);
  EXPECT_EQ(at_server.server.error().kind, ErrorKind::kInvalidRequest);
  EXPECT_EQ(at_server.server.error().detail, "unsupported protocol");
  const Outcome at_client = shake(client.get(), old_server.get());
  ASSERT_FALSE(at_client.client);
  EXPECT_EQ(at_client.client.error().kind, ErrorKind::kUpstreamUnavailable);
}

TEST_F(HandshakeTest, RefusesACertificateThatNoTrustedRootSigned) {
  TestAuthority other;
  const TlsContext client = authority_.client_context(), server = other.server_context();
  const Outcome got = shake(client.get(), server.get());
  ASSERT_FALSE(got.client);
  EXPECT_EQ(got.client.error().detail, "unable to get local issuer certificate");
  EXPECT_FALSE(got.server);
}

struct Stranger {
  std::string name, names, host, detail;
};
class StrangerTest : public HandshakeTest, public testing::WithParamInterface<Stranger> {};
TEST_P(StrangerTest, RefusesACertificateOfAnotherHost) {
  const Stranger& stranger = GetParam();
  const TestAuthority::Files files = authority_.issue(stranger.names);
  const TlsContext client = authority_.client_context();
  const TlsContext server = *server_tls_context(files.certificate, files.key);
  const Outcome got = shake(client.get(), server.get(), stranger.host);
  ASSERT_FALSE(got.client);
  EXPECT_EQ(got.client.error().kind, ErrorKind::kUpstreamUnavailable);
  EXPECT_EQ(got.client.error().detail, stranger.detail);
}
INSTANTIATE_TEST_SUITE_P(
    Names, StrangerTest,
    testing::Values(Stranger{"OtherName", "DNS:other.example", "localhost", "hostname mismatch"},
                    Stranger{"NameAtTheEnd", "DNS:example", "api.example", "hostname mismatch"},
                    Stranger{"WildcardTooDeep", "DNS:*.example.com", "a.b.example.com", "hostname mismatch"},
                    Stranger{"OtherAddress", "IP:127.0.0.2", "127.0.0.1", "IP address mismatch"},
                    Stranger{"AddressAsName", "DNS:127.0.0.1", "127.0.0.1", "IP address mismatch"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(HandshakeTest, RefusesACertificateThatHasExpired) {
  const TestAuthority::Files files = authority_.issue("DNS:localhost", 0h);
  const TlsContext client = authority_.client_context();
  const TlsContext server = *server_tls_context(files.certificate, files.key);
  const Outcome got = shake(client.get(), server.get());
  ASSERT_FALSE(got.client);
  EXPECT_EQ(got.client.error().detail, "certificate has expired");
}

TEST_F(HandshakeTest, ServesClientsWithoutAlpnAndRefusesThoseThatOfferOnlyHttp2) {
  const TlsContext server = authority_.server_context();
  const TlsContext without = authority_.client_context(), http2 = authority_.client_context();
  SSL_CTX_set_alpn_protos(without.get(), nullptr, 0);
  const Outcome got = shake(without.get(), server.get());
  EXPECT_TRUE(got.client && got.server);
  EXPECT_EQ(got.protocol, "");
  constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(http2.get(), kHttp2, sizeof kHttp2);
  const Outcome refused = shake(http2.get(), server.get());
  EXPECT_FALSE(refused.client);
  EXPECT_FALSE(refused.server);
}

TEST(ServerTlsContext, NamesTheFileThatIsWrong) {
  TestAuthority authority;
  const TestAuthority::Files one = authority.issue("DNS:a"), two = authority.issue("DNS:b");
  const std::string text = authority.root_path() + ".txt";
  std::ofstream(text) << "no certificate\n";
  const auto message = [](const std::string& certificate, const std::string& key) {
    const auto made = server_tls_context(certificate, key);
    return made ? "made" : made.error().message;
  };
  EXPECT_EQ(message(one.certificate, one.key), "made");
  EXPECT_TRUE(message("/missing.pem", one.key).starts_with("TLS certificate '/missing.pem': "));
  EXPECT_TRUE(message(text, one.key).starts_with("TLS certificate '" + text + "': "));
  EXPECT_TRUE(message(one.certificate, text).starts_with("TLS key '" + text + "': "));
  EXPECT_EQ(message(one.certificate, two.key),
            "TLS key '" + two.key + "' does not belong to certificate '" + one.certificate + "'");
}

}  // namespace
}  // namespace switchyard::net
