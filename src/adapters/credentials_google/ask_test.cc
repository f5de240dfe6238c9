#include "adapters/credentials_google/ask.h"

#include <gmock/gmock.h>

#include "adapters/credentials/issuer_fixture.h"
#include "base/json.h"
#include "wire/jwt/test_vectors.h"

namespace switchyard::google {
namespace {

using namespace std::chrono_literals;

class AskTest : public credentials::IssuerTest {
 protected:
  credentials::Fetch fetch(const credentials::Environment& environment, const std::string& file = {}) {
    auto planned = plan(environment, [&](const std::string&) -> Result<std::optional<std::string>> {
      if (file.empty()) return std::nullopt;
      return file;
    });
    EXPECT_TRUE(planned) << planned.error().message;
    return fetch_as_planned(*std::move(planned), *client_, loop_);
  }
  credentials::Fetch fetch_for_account() {
    return fetch({{"GOOGLE_APPLICATION_CREDENTIALS", "/key.json"}},
                 R"({"type":"service_account","private_key_id":"key-1","client_email":"svc@p.example","private_key":)" +
                     json::quoted(jwt::vectors::kPkcs8) + R"(,"token_uri":")" + url() + "/token\"}");
  }
  credentials::Fetch fetch_from_metadata() {
    return fetch({{"GCE_METADATA_HOST", url().substr(std::string_view("http://").size())}});
  }
};

const std::string kMetadata = "GET /computeMetadata/v1/instance/service-accounts/default/token";
const std::string kAnswer = R"({"access_token":"ya29.token","expires_in":3599,"token_type":"Bearer"})";

TEST_F(AskTest, ExchangesAnAssertionThatTheAccountsKeySigned) {
  replies_["POST /token"] = {200, kAnswer, ""};
  const auto got = ask(fetch_for_account());
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_EQ(got->bearer, "ya29.token");
  EXPECT_EQ(got->expires, clock_.wall() + 3599s);

  ASSERT_EQ(seen_.size(), 1u);
  const std::string prefix = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
  ASSERT_THAT(seen_[0].body, testing::StartsWith(prefix));
  EXPECT_EQ(seen_[0].header("Content-Type"), "application/x-www-form-urlencoded");
  const jwt::RsaKey key = *jwt::RsaKey::public_key(jwt::vectors::kPublic);
  const std::string assertion = seen_[0].body.substr(prefix.size());
  const auto claims = jwt::verify_rs256(assertion, key, clock_.wall());
  const auto unix = std::chrono::duration_cast<std::chrono::seconds>(clock_.wall().time_since_epoch()).count();
  EXPECT_EQ(claims.value_or("refused"),
            R"({"iss":"svc@p.example","scope":"https://www.googleapis.com/auth/cloud-platform","aud":")" + url() +
                R"(/token","iat":)" + std::to_string(unix) + R"(,"exp":)" + std::to_string(unix + 3600) + "}");
}

TEST_F(AskTest, ExchangesAUsersRefreshToken) {
  replies_["POST /token"] = {200, kAnswer, ""};
  const auto got = ask(fetch({}, R"({"type":"authorized_user","client_id":"id.apps","client_secret":"s&s",)"
                                 R"("refresh_token":"1//r","token_uri":")" +
                                     url() + "/token\"}"));
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_EQ(got->bearer, "ya29.token");
  EXPECT_EQ(seen_.at(0).body, "grant_type=refresh_token&client_id=id.apps&client_secret=s%26s&refresh_token=1%2F%2Fr");
}

TEST_F(AskTest, AsksTheMetadataServerAndChecksThatItIsGoogles) {
  replies_[kMetadata] = {200, kAnswer, "Metadata-Flavor: Google\r\n"};
  const auto got = ask(fetch_from_metadata());
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_EQ(got->bearer, "ya29.token");
  EXPECT_EQ(seen_.at(0).header("Metadata-Flavor"), "Google");
  replies_[kMetadata].header_lines = "";
  EXPECT_EQ(failure(fetch_from_metadata()), "Google's metadata server: expected Metadata-Flavor: Google");
}

TEST_F(AskTest, SaysWhyTheTokenEndpointRefuses) {
  replies_["POST /token"] = {400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})", ""};
  EXPECT_EQ(failure(fetch_for_account()), "Google's token endpoint: status 400, error 'invalid_grant'");
}

TEST_F(AskTest, TokensAreRenewedBeforeTheyExpireAndAnOutageOfTheIssuerIsNotNoticed) {
  replies_["POST /token"] = {200, kAnswer, ""};
  std::string logged;
  credentials::Refreshing refreshing(loop_, fetch_for_account(),
                                     {kRefreshAhead, [&](const Error& error) { logged = error.detail; }});
  const auto source = refreshing.on(loop_);
  const auto token_now = [&] {
    const auto got = ask([&](CancelToken& token) -> Task<Result<Credentials>> {
      const auto shared = co_await source->get(Deadline::never(), token);
      if (!shared) co_return std::unexpected(shared.error());
      co_return **shared;
    });
    return got ? got->bearer : got.error().detail;
  };
  const auto pass = [&](std::chrono::milliseconds time) {
    clock_.advance(time);  // At once: what happens then must not run into timeouts.
    for (int i = 0; i < 200; ++i) loop_.run_once(0ms);
  };
  EXPECT_EQ(token_now(), "ya29.token");
  replies_["POST /token"] = {503, "", ""};
  pass(3375s);
  EXPECT_EQ(logged, "Google's token endpoint: status 503, error 'unknown'");
  EXPECT_EQ(token_now(), "ya29.token");
  replies_["POST /token"] = {200, R"({"access_token":"ya29.second","expires_in":3599,"token_type":"Bearer"})", ""};
  pass(2s);
  EXPECT_EQ(token_now(), "ya29.second");
}

}  // namespace
}  // namespace switchyard::google
