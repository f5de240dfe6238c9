#include "adapters/credentials_google/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/credentials_google/answer.h"
#include "base/json.h"
#include "wire/jwt/test_vectors.h"

namespace switchyard::google {
namespace {

using credentials::Environment;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

using Files = std::map<std::string, std::string>;

std::string account_file(const std::string& more = {}) {
  return R"({"type":"service_account","project_id":"my-project","private_key_id":"key-1","private_key":)" +
         json::quoted(jwt::vectors::kPkcs8) + R"(,"client_email":"svc@my-project.iam.gserviceaccount.com")" + more +
         "}";
}
const std::string kUserFile =
    R"({"type":"authorized_user","client_id":"id","client_secret":"hush","refresh_token":"1//hush","quota_project_id":"q"})";

std::string describe(const Result<Plan>& plan) {
  if (!plan) return "error: " + plan.error().message;
  struct Text {
    std::string operator()(const ServiceAccount& s) const {
      return "account " + s.client_email + " " + s.key_id + " " + s.token_url;
    }
    std::string operator()(const AuthorizedUser& s) const {
      return "user " + s.client_id + " " + s.client_secret + " " + s.refresh_token + " " + s.token_url;
    }
    std::string operator()(const MetadataServer& s) const { return "metadata " + s.endpoint; }
  };
  return std::visit(Text{}, plan->source) + " | " + plan->project + " | " + plan->quota_project + " | " + plan->origin;
}

struct Case {
  std::string name;
  Environment environment;
  Files files;
  std::string want;
};
class PlanTest : public testing::TestWithParam<Case> {};

TEST_P(PlanTest, TakesTheFirstSourceThatIsThere) {
  const Case& c = GetParam();
  Environment environment = c.environment;
  environment.emplace("HOME", "/home/me");
  const auto got = plan(environment, [&](const std::string& path) -> Result<std::optional<std::string>> {
    const auto found = c.files.find(path);
    if (found == c.files.end()) return std::nullopt;
    return found->second;
  });
  EXPECT_EQ(describe(got), c.want);
  EXPECT_THAT(got ? "" : got.error().message, Not(HasSubstr("hush")));
}

const std::string kGcloud = "/home/me/.config/gcloud/application_default_credentials.json";
const Environment kKeyFile = {{"GOOGLE_APPLICATION_CREDENTIALS", "/key.json"}};

INSTANTIATE_TEST_SUITE_P(
    Environments, PlanTest,
    testing::Values(
        Case{"Nothing", {}, {}, "metadata http://metadata.google.internal |  |  | metadata server"},
        Case{"MetadataElsewhere",
             {{"GCE_METADATA_HOST", "127.0.0.1:8080"},
              {"GOOGLE_CLOUD_PROJECT", "p"},
              {"GOOGLE_CLOUD_QUOTA_PROJECT", "q"}},
             {},
             "metadata http://127.0.0.1:8080 | p | q | metadata server"},
        Case{"MetadataWithAPath",
             {{"GCE_METADATA_HOST", "host/path"}},
             {},
             "error: GCE_METADATA_HOST: expected a host, or host:port"},
        Case{"NothingLeft",
             {{"NO_GCE_CHECK", "true"}},
             {},
             "error: no Google credentials: expected GOOGLE_APPLICATION_CREDENTIALS or a metadata server (NO_GCE_CHECK "
             "is "
             "set)"},
        Case{"ServiceAccount",
             kKeyFile,
             {{"/key.json", account_file()}, {kGcloud, kUserFile}},
             "account svc@my-project.iam.gserviceaccount.com key-1 https://oauth2.googleapis.com/token | my-project |  "
             "| "
             "/key.json"},
        Case{"ServiceAccountElsewhere",
             kKeyFile,
             {{"/key.json", account_file(R"(,"token_uri":"http://127.0.0.1:1/t")")}},
             "account svc@my-project.iam.gserviceaccount.com key-1 http://127.0.0.1:1/t | my-project |  | /key.json"},
        Case{"TokenUrlInTheClear",
             kKeyFile,
             {{"/key.json", account_file(R"(,"token_uri":"http://10.0.0.1/t")")}},
             "error: /key.json: token_uri: expected https://, as secrets are sent there"},
        Case{"KeyFileMissing",
             kKeyFile,
             {{kGcloud, kUserFile}},
             "error: GOOGLE_APPLICATION_CREDENTIALS: /key.json: no such file"},
        Case{"UserOfGcloud",
             {{"GOOGLE_CLOUD_PROJECT", "p"}},
             {{kGcloud, kUserFile}},
             "user id hush 1//hush https://oauth2.googleapis.com/token | p | q | " + kGcloud},
        Case{"UserInAnotherFolder",
             {{"CLOUDSDK_CONFIG", "/cfg"}},
             {{"/cfg/application_default_credentials.json", kUserFile}},
             "user id hush 1//hush https://oauth2.googleapis.com/token |  | q | "
             "/cfg/application_default_credentials.json"},
        Case{
            "OtherTypeIsRefusedByName",
            kKeyFile,
            {{"/key.json", R"({"type":"external_account","token":"hush"})"}},
            "error: /key.json: type: 'external_account' is not supported: expected service_account or authorized_user"},
        Case{"NotJson", kKeyFile, {{"/key.json", "hush"}}, "error: /key.json: expected a JSON object"},
        Case{"BadKey",
             kKeyFile,
             {{"/key.json", R"({"type":"service_account","client_email":"a","private_key":"hush"})"}},
             "error: /key.json: private_key: expected a private key in PEM"},
        Case{"MissingField",
             kKeyFile,
             {{"/key.json", R"({"type":"authorized_user","client_id":"id","client_secret":"hush"})"}},
             "error: /key.json: refresh_token: expected a string"},
        Case{"QuotaProjectThatWouldEndAHeader",
             kKeyFile,
             {{"/key.json", account_file(R"(,"quota_project_id":"a\r\nb: c")")}},
             "error: /key.json: quota_project_id: expected a project's id"}),
    [](const auto& tested) { return tested.param.name; });

TEST(TokenAnswer, GivesTheTokenOrTheNameOfTheError) {
  const WallTime now{1'700'000'000s};
  const auto parse = [now](int status, std::string_view body) {
    const auto got = parse_token_answer(status, body, "x", now);
    if (!got) return got.error().detail;
    return got->bearer + " " +
           std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*got->expires - now).count());
  };
  EXPECT_EQ(parse(200, R"({"access_token":"ya29.a","expires_in":3599,"token_type":"Bearer"})"), "ya29.a 3599");
  EXPECT_EQ(parse(200, R"({"access_token":"ya29.a","expires_in":3599,"id_token":"z"})"), "ya29.a 3599");
  EXPECT_EQ(parse(200, R"({"access_token":"hush","expires_in":3599,"token_type":"mac"})"),
            "x: expected a token of type Bearer");
  EXPECT_EQ(parse(200, R"({"access_token":"hu\r\nsh","expires_in":3599})"), "x: expected an access token");
  EXPECT_EQ(parse(200, R"({"expires_in":3599})"), "x: expected an access token");
  for (const char* life : {"0", "-1", "1e99", "\"3599\"", "9223372036854775807", "null"}) {
    EXPECT_EQ(parse(200, R"({"access_token":"hush","expires_in":)" + std::string(life) + "}"),
              "x: expected a time of expiry")
        << life;
  }
  EXPECT_EQ(parse(200, "hush"), "x: expected a JSON object");
  EXPECT_EQ(parse(400, R"({"error":"invalid_grant","error_description":"hush"})"),
            "x: status 400, error 'invalid_grant'");
  EXPECT_EQ(parse(401, R"({"error":{"message":"hush"}})"), "x: status 401, error 'unknown'");
  EXPECT_EQ(parse(500, "hush"), "x: status 500, error 'unknown'");
}

}  // namespace
}  // namespace switchyard::google
