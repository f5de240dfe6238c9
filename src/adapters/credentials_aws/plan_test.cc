#include "adapters/credentials_aws/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/credentials_aws/profile.h"

namespace switchyard::aws {
namespace {

using credentials::Environment;
using testing::HasSubstr;
using testing::Not;

using Files = std::map<std::string, std::string>;

Result<Plan> plan_with(Environment environment, Files files = {}) {
  environment.emplace("HOME", "/home/me");
  return plan(environment, [&](const std::string& path) -> Result<std::optional<std::string>> {
    const auto found = files.find(path);
    if (found == files.end()) return std::nullopt;
    if (found->second == "unreadable") return fail(ErrorKind::kInvalidRequest, path + ": cannot be opened");
    return found->second;
  });
}

/// A plan on one line.
std::string describe(const Result<Plan>& plan) {
  if (!plan) return "error: " + plan.error().message;
  struct Text {
    std::string operator()(const BearerToken& s) const { return "bearer " + s.token; }
    std::string operator()(const sigv4::Keys& s) const {
      return "keys " + s.access_key_id + " " + s.secret_access_key + " " + s.session_token;
    }
    std::string operator()(const WebIdentity& s) const {
      return "sts " + s.role_arn + " " + s.token_path + " " + s.session_name + " " + s.sts_url;
    }
    std::string operator()(const Container& s) const {
      return "container " + s.url + " " + s.token + " " + s.token_path;
    }
    std::string operator()(const InstanceMetadata& s) const { return "instance " + s.endpoint; }
  };
  return std::visit(Text{}, plan->source) + " | " + plan->region + " | " + plan->origin;
}

const std::string kCredentials = "/home/me/.aws/credentials", kConfig = "/home/me/.aws/config";

struct Case {
  std::string name;
  Environment environment;
  Files files;
  std::string want;
};
class PlanTest : public testing::TestWithParam<Case> {};

TEST_P(PlanTest, TakesTheFirstSourceThatIsThere) {
  const Case& c = GetParam();
  EXPECT_EQ(describe(plan_with(c.environment, c.files)), c.want);
}

const Environment kIdentity = {{"AWS_WEB_IDENTITY_TOKEN_FILE", "/run/token"},
                               {"AWS_ROLE_ARN", "arn:aws:iam::1:role/r"}};

Environment with(Environment base, const Environment& more) {
  base.insert(more.begin(), more.end());
  return base;
}

INSTANTIATE_TEST_SUITE_P(
    Environments, PlanTest,
    testing::Values(
        Case{"Nothing", {}, {}, "instance http://169.254.169.254 |  | instance metadata"},
        Case{"EmptyVariablesCountAsUnset",
             {{"AWS_ACCESS_KEY_ID", ""}, {"AWS_PROFILE", ""}},
             {},
             "instance http://169.254.169.254 |  | instance metadata"},
        Case{"BedrockKeyBeforeKeys",
             {{"AWS_BEARER_TOKEN_BEDROCK", "abc"}, {"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_REGION", "us-east-1"}},
             {},
             "bearer abc | us-east-1 | AWS_BEARER_TOKEN_BEDROCK"},
        Case{"Keys",
             {{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "SK"}, {"AWS_SESSION_TOKEN", "T"}},
             {{kCredentials, "[default]\naws_access_key_id=no\n"}},
             "keys AK SK T |  | AWS_ACCESS_KEY_ID"},
        Case{"KeysDespiteAnUnreadableFile",
             {{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "SK"}},
             {{kCredentials, "unreadable"}},
             "keys AK SK  |  | AWS_ACCESS_KEY_ID"},
        Case{"UnreadableFile", {}, {{kCredentials, "unreadable"}}, "error: " + kCredentials + ": cannot be opened"},
        Case{"KeyWithoutSecret",
             {{"AWS_ACCESS_KEY_ID", "AK"}},
             {},
             "error: AWS_ACCESS_KEY_ID: expected a secret access key with the access key id"},
        Case{
            "WebIdentity",
            with(kIdentity, {{"AWS_REGION", "eu-west-1"}, {"AWS_ROLE_SESSION_NAME", "pod"}}),
            {},
            "sts arn:aws:iam::1:role/r /run/token pod https://sts.eu-west-1.amazonaws.com/ | eu-west-1 | web identity"},
        Case{"WebIdentityInChina",
             with(kIdentity, {{"AWS_DEFAULT_REGION", "cn-north-1"}}),
             {},
             "sts arn:aws:iam::1:role/r /run/token switchyard https://sts.cn-north-1.amazonaws.com.cn/ | cn-north-1 | "
             "web "
             "identity"},
        Case{"WebIdentityOfAProfile",
             {},
             {{kConfig, "[default]\nweb_identity_token_file = /t\nrole_arn = r\nrole_session_name = s\n"}},
             "sts r /t s https://sts.amazonaws.com/ |  | web identity"},
        Case{"WebIdentityWithoutRole",
             {{"AWS_WEB_IDENTITY_TOKEN_FILE", "/t"}},
             {},
             "error: AWS_ROLE_ARN: expected a role with AWS_WEB_IDENTITY_TOKEN_FILE"},
        Case{"StsInTheClear",
             with(kIdentity, {{"AWS_ENDPOINT_URL_STS", "http://sts.example"}}),
             {},
             "error: AWS_ENDPOINT_URL_STS: expected https://, as secrets are sent there"},
        Case{"RegionThatIsNoHostName",
             with(kIdentity, {{"AWS_REGION", "evil.example/"}}),
             {},
             "error: AWS_REGION: expected a region's name"},
        Case{"DefaultProfileOfBothFiles",
             {},
             {{kCredentials, "[default]\naws_access_key_id = AK\naws_secret_access_key = S/K+=\n"},
              {kConfig, "[default]\nregion = us-west-2\naws_access_key_id = lower\n"}},
             "keys AK S/K+=  | us-west-2 | profile 'default'"},
        Case{"NamedProfile",
             {{"AWS_PROFILE", "dev"}, {"AWS_CONFIG_FILE", "/etc/aws"}, {"AWS_SHARED_CREDENTIALS_FILE", "/etc/keys"}},
             {{"/etc/keys", "[dev]\naws_access_key_id=AK\naws_secret_access_key=SK\naws_session_token=T\n"},
              {"/etc/aws", "[profile dev]\nregion=eu-north-1\n"}},
             "keys AK SK T | eu-north-1 | profile 'dev'"},
        Case{"NoSuchProfile",
             {{"AWS_PROFILE", "dev"}},
             {{kConfig, "[dev]\nregion=x\n"}},
             "error: AWS_PROFILE: no file has a profile 'dev'"},
        Case{"SourceProfileIsRefusedByName",
             {},
             {{kConfig, "[default]\nrole_arn=r\nsource_profile=base\n"}},
             "error: profile 'default': source_profile is not supported: expected aws_access_key_id or "
             "web_identity_token_file"},
        Case{"ContainerOfEcs",
             {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/x?id=1"}},
             {},
             "container http://169.254.170.2/v2/credentials/x?id=1   |  | container credentials"},
        Case{"ContainerOfEks",
             {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"},
              {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/run/eks"},
              {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc"}},
             {},
             "container http://169.254.170.23/v1/credentials Basic abc /run/eks |  | container credentials"},
        Case{"ContainerElsewhereInTheClear",
             {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://10.0.0.1/"}},
             {},
             "error: AWS_CONTAINER_CREDENTIALS_FULL_URI: expected https://, as secrets are sent there"},
        Case{"ContainerTokenWithALineEnd",
             {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nb: c"}},
             {},
             "error: AWS_CONTAINER_AUTHORIZATION_TOKEN: expected one line of ASCII"},
        Case{"InstanceElsewhere",
             {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338/"}},
             {},
             "instance http://127.0.0.1:1338 |  | instance metadata"},
        Case{"InstanceWithIpv6",
             {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}},
             {},
             "instance http://[fd00:ec2::254] |  | instance metadata"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Plan, SaysWhatIsMissingWhenNothingIsLeft) {
  const auto none = plan_with({{"AWS_EC2_METADATA_DISABLED", "true"}});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::kInvalidRequest);
  EXPECT_THAT(none.error().message, testing::StartsWith("no AWS credentials: expected AWS_BEARER_TOKEN_BEDROCK, "));
}

TEST(Plan, NeverRepeatsASecretItRefuses) {
  const Environment refused[] = {
      {{"AWS_BEARER_TOKEN_BEDROCK", "hush hush"}},
      {{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "hush\r\nhush"}},
      {{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "SK"}, {"AWS_SESSION_TOKEN", "hush hush"}},
  };
  for (const Environment& environment : refused) EXPECT_THAT(describe(plan_with(environment)), Not(HasSubstr("hush")));
  EXPECT_EQ(describe(plan_with({}, {{kCredentials, "[default]\naws_secret_access_key hush\n"}})),
            "error: " + kCredentials + ":2: expected name = value");
}

TEST(Profiles, AreReadAsAwsWritesThem) {
  const std::string_view text =
      "# comment\n\n[default] ; comment\nRegion = us-east-1 # comment\n; comment\ns3 =\n  max_concurrent_requests = "
      "20\n"
      "secret = a#b;c\r\n[profile  two words ]\nempty =\n[sso-session x]\nsso_region = y\n[default]\nmore=1";
  const auto config = parse_profiles(text, ProfileFile::kConfig, "config");
  ASSERT_TRUE(config);
  const Profiles want = {{"default", {{"region", "us-east-1"}, {"s3", ""}, {"secret", "a#b;c"}, {"more", "1"}}},
                         {"two words", {{"empty", ""}}}};
  EXPECT_EQ(*config, want);
  const auto shared = parse_profiles("[profile x]\na=1\n[y]\nb=2\n", ProfileFile::kCredentials, "credentials");
  ASSERT_TRUE(shared);
  EXPECT_EQ(*shared, (Profiles{{"profile x", {{"a", "1"}}}, {"y", {{"b", "2"}}}}));
}

TEST(Profiles, NameTheLineThatIsWrong) {
  const auto error = [](std::string_view text) {
    const auto parsed = parse_profiles(text, ProfileFile::kConfig, "f");
    return parsed ? "none" : parsed.error().message;
  };
  EXPECT_EQ(error("[default\n"), "f:1: expected ']' behind a section's name");
  EXPECT_EQ(error("\na = b\n"), "f:2: expected a section such as [default] first");
  EXPECT_EQ(error("[x]\n= b"), "f:2: expected name = value");
}

}  // namespace
}  // namespace switchyard::aws
