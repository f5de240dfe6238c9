#include "adapters/credentials_aws/ask.h"

#include <gmock/gmock.h>

#include "adapters/credentials/issuer_fixture.h"
#include "wire/sigv4/canonical.h"

namespace switchyard::aws {
namespace {

using namespace std::chrono_literals;

class AskTest : public credentials::IssuerTest {
 protected:
  /// As the environment says; the only file is the token.
  credentials::Fetch fetch(const credentials::Environment& environment) {
    const auto read = [this](const std::string& path) -> Result<std::optional<std::string>> {
      if (path == "/run/token") return token_;
      return std::nullopt;
    };
    auto planned = plan(environment, read);
    EXPECT_TRUE(planned) << planned.error().message;
    return fetch_as_planned(*std::move(planned), *client_, loop_, read);
  }
  [[nodiscard]] std::string in(std::chrono::seconds time) const {
    std::string text = sigv4::amz_date(clock_.wall() + time);  // 20150830T123600Z
    for (const std::size_t at : {13u, 11u}) text.insert(at, ":");
    for (const std::size_t at : {6u, 4u}) text.insert(at, "-");
    return text;
  }
  [[nodiscard]] std::string sts_xml(std::string_view id, std::chrono::seconds life) const {
    return "<AssumeRoleWithWebIdentityResponse xmlns='x'><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>" +
           std::string(id) +
           "</AccessKeyId><SecretAccessKey>SK</SecretAccessKey><SessionToken>T</SessionToken><Expiration>" + in(life) +
           "</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";
  }
  [[nodiscard]] std::string endpoint_json(std::string_view id, std::chrono::seconds life) const {
    return R"({"Code":"Success","AccessKeyId":")" + std::string(id) +
           R"(","SecretAccessKey":"SK","Token":"T","Expiration":")" + in(life) + "\"}";
  }
  [[nodiscard]] credentials::Environment web_identity() const {
    return {{"AWS_WEB_IDENTITY_TOKEN_FILE", "/run/token"},
            {"AWS_ROLE_ARN", "arn:aws:iam::1:role/r"},
            {"AWS_ENDPOINT_URL_STS", url()}};
  }
  [[nodiscard]] credentials::Environment instance() const { return {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", url()}}; }
  void set_up_instance(std::chrono::seconds life) {
    replies_["PUT /latest/api/token"] = {200, "session-1", ""};
    replies_["GET /latest/meta-data/iam/security-credentials/"] = {200, "my-role\n", ""};
    replies_["GET /latest/meta-data/iam/security-credentials/my-role"] = {200, endpoint_json("AK", life), ""};
  }

  std::string token_ = "header.payload.signature+/=\n";
};

TEST_F(AskTest, GivesWhatTheEnvironmentHoldsWithoutAskingAnybody) {
  const auto keys = ask(fetch({{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "SK"}}));
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->keys, (sigv4::Keys{"AK", "SK", ""}));
  EXPECT_EQ(keys->expires, std::nullopt);
  const auto bearer = ask(fetch({{"AWS_BEARER_TOKEN_BEDROCK", "abc"}}));
  ASSERT_TRUE(bearer);
  EXPECT_EQ(bearer->bearer, "abc");
  EXPECT_TRUE(seen_.empty());
}

TEST_F(AskTest, ExchangesAWebIdentityWithSts) {
  replies_["POST /"] = {200, sts_xml("ASIA1", 3600s), ""};
  const auto got = ask(fetch(web_identity()));
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_EQ(got->keys, (sigv4::Keys{"ASIA1", "SK", "T"}));
  EXPECT_EQ(got->expires, clock_.wall() + 1h);
  ASSERT_EQ(seen_.size(), 1u);
  EXPECT_EQ(seen_[0].body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr"
            "&RoleSessionName=switchyard&WebIdentityToken=header.payload.signature%2B%2F%3D");
  EXPECT_EQ(seen_[0].header("Content-Type"), "application/x-www-form-urlencoded; charset=utf-8");
}

TEST_F(AskTest, ReadsTheTokenAnewEachTimeBecauseKubernetesReplacesIt) {
  replies_["POST /"] = {200, sts_xml("ASIA1", 3600s), ""};
  const auto fetching = fetch(web_identity());
  ASSERT_TRUE(ask(fetching));
  token_ = "second";
  ASSERT_TRUE(ask(fetching));
  EXPECT_THAT(seen_.at(1).body, testing::EndsWith("&WebIdentityToken=second"));
}

TEST_F(AskTest, SaysWhyStsRefusesWithoutTheToken) {
  replies_["POST /"] = {400,
                        "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>header.payload</Message></"
                        "Error></ErrorResponse>",
                        ""};
  EXPECT_EQ(failure(fetch(web_identity())), "AWS STS: status 400, error 'InvalidIdentityToken'");
  token_ = "";
  EXPECT_EQ(failure(fetch(web_identity())), "web identity: /run/token: expected one token");
}

TEST_F(AskTest, OpensASessionWithTheInstancesMetadataFirst) {
  set_up_instance(6h);
  const auto got = ask(fetch(instance()));
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_EQ(got->keys, (sigv4::Keys{"AK", "SK", "T"}));
  ASSERT_EQ(seen_.size(), 3u);
  EXPECT_EQ(seen_[0].header("X-aws-ec2-metadata-token-ttl-seconds"), "60");
  EXPECT_EQ(seen_[1].header("X-aws-ec2-metadata-token"), "session-1");
  EXPECT_EQ(seen_[2].header("X-aws-ec2-metadata-token"), "session-1");
}

TEST_F(AskTest, SaysWhichStepOfTheInstancesMetadataFailed) {
  const auto fetching = fetch(instance());
  replies_["PUT /latest/api/token"] = {403, "", ""};
  EXPECT_EQ(failure(fetching), "instance metadata: no session, status 403");
  replies_["PUT /latest/api/token"] = {200, "two\r\nlines: x", ""};
  EXPECT_EQ(failure(fetching), "instance metadata: no session, status 200");
  replies_["PUT /latest/api/token"] = {200, "session-1", ""};
  EXPECT_EQ(failure(fetching), "instance metadata: no role, status 404");
  replies_["GET /latest/meta-data/iam/security-credentials/"] = {200, "my-role", ""};
  EXPECT_EQ(failure(fetching), "instance metadata: status 404, error 'unknown'");
}

TEST_F(AskTest, SendsTheContainersTokenFromItsFile) {
  replies_["GET /v1/credentials?x=1"] = {200, endpoint_json("AK", 1h), ""};
  credentials::Environment environment = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url() + "/v1/credentials?x=1"},
                                          {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc"}};
  ASSERT_TRUE(ask(fetch(environment)));
  EXPECT_EQ(seen_.back().header("Authorization"), "Basic abc");
  environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/run/token";
  ASSERT_TRUE(ask(fetch(environment)));
  EXPECT_EQ(seen_.back().header("Authorization"), "header.payload.signature+/=");
  environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/gone";
  EXPECT_EQ(failure(fetch(environment)), "container credentials: /gone: no such file");
}

TEST_F(AskTest, AnInstancesKeysAreRenewedTenMinutesBeforeTheyExpire) {
  set_up_instance(6h);
  credentials::Refreshing refreshing(loop_, fetch(instance()), {kRefreshAhead, {}});
  const auto source = refreshing.on(loop_);
  const auto id_now = [&] {
    const auto got = ask([&](CancelToken& token) -> Task<Result<Credentials>> {
      const auto shared = co_await source->get(Deadline::never(), token);
      if (!shared) co_return std::unexpected(shared.error());
      co_return **shared;
    });
    return got ? got->keys.access_key_id : got.error().detail;
  };
  const auto pass = [&](std::chrono::milliseconds time) {
    clock_.advance(time);  // At once: what happens then must not run into timeouts.
    for (int i = 0; i < 200; ++i) loop_.run_once(0ms);
  };
  EXPECT_EQ(id_now(), "AK");
  replies_["GET /latest/meta-data/iam/security-credentials/my-role"] = {200, endpoint_json("AK2", 12h), ""};
  pass(349min);
  EXPECT_EQ(id_now(), "AK");
  EXPECT_EQ(seen_.size(), 3u);
  pass(2min);
  EXPECT_EQ(id_now(), "AK2");
  EXPECT_EQ(seen_.size(), 6u);
}

}  // namespace
}  // namespace switchyard::aws
