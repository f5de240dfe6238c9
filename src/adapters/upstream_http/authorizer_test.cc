#include "adapters/upstream_http/authorizer.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "net/event_loop.h"
#include "wire/sigv4/verifier.h"

namespace switchyard {
namespace {

class FixedSource final : public CredentialSource {
 public:
  explicit FixedSource(Result<Credentials> result) : result_(std::move(result)) {}
  Task<Result<std::shared_ptr<const Credentials>>> get(Deadline, CancelToken&) override {
    if (!result_) co_return std::unexpected(result_.error());
    co_return std::make_shared<const Credentials>(*result_);
  }

 private:
  Result<Credentials> result_;
};

std::unique_ptr<CredentialSource> source(Credentials credentials) {
  return std::make_unique<FixedSource>(std::move(credentials));
}

const Credentials kKeys{.bearer = {}, .keys = {"AKID", "secret", "session"}, .expires = std::nullopt};
const Credentials kToken{.bearer = "tok", .keys = {}, .expires = std::nullopt};

class AuthorizerTest : public testing::Test {
 protected:
  Result<std::string> lines(CloudCredentials credentials, AuthScheme auth) {
    Authorizer authorizer(std::move(credentials), clock_);
    std::optional<Result<std::string>> got;
    CancelToken token;
    spawn(run(authorizer, auth, token, got));
    for (int i = 0; i < 100 && !got; ++i) loop_.run_once(std::chrono::milliseconds(1));
    return got.value_or(fail(ErrorKind::kInternal, "never"));
  }
  Task<void> run(Authorizer& authorizer, AuthScheme auth, CancelToken& token, std::optional<Result<std::string>>& out) {
    const net::ClientRequest request{.origin = &origin_, .target = target_, .header_lines = {}, .body = body_};
    out = co_await authorizer.lines(auth, request, token);
  }

  ManualClock clock_;
  net::EventLoop loop_{clock_};
  net::Origin origin_{true, "bedrock-runtime.eu-west-1.amazonaws.com", 443, "bedrock-runtime.eu-west-1.amazonaws.com"};
  std::string target_ = "/model/a%3A0/invoke";
  std::array<std::string_view, 2> body_{"{\"a\":", "1}"};
};

TEST_F(AuthorizerTest, SignsExactlyWhatIsSent) {
  const auto got = lines({.aws = source(kKeys), .google = {}, .aws_region = "us-east-1", .google_quota_project = {}},
                         AuthScheme::kAwsSigV4);
  ASSERT_TRUE(got) << got.error().message;
  std::vector<sigv4::Field> headers{{"host", origin_.authority}};
  std::string_view rest = *got;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(": "), end = rest.find("\r\n");
    headers.push_back({rest.substr(0, colon), rest.substr(colon + 2, end - colon - 2)});
    rest.remove_prefix(end + 2);
  }
  const std::string hash = sigv4::payload_sha256(body_);
  const sigv4::Request request{.path = target_, .query = {}, .headers = headers, .payload_sha256 = hash};
  const sigv4::Expected expected{"eu-west-1", "bedrock"};
  const auto find = [](std::string_view id) { return id == "AKID" ? &kKeys.keys : nullptr; };
  const auto verified = sigv4::verify(request, expected, find, clock_.wall());
  EXPECT_TRUE(verified) << verified.error().message;
  const sigv4::Request other{.path = "/model/b/invoke", .query = {}, .headers = headers, .payload_sha256 = hash};
  EXPECT_FALSE(sigv4::verify(other, expected, find, clock_.wall()));
}

TEST_F(AuthorizerTest, SendsTokensAsTheyAre) {
  EXPECT_EQ(
      lines({.aws = source(kToken), .google = {}, .aws_region = {}, .google_quota_project = "q"}, AuthScheme::kAwsSigV4)
          .value_or("none"),
      "authorization: Bearer tok\r\n");
  EXPECT_EQ(lines({.aws = {}, .google = source(kToken), .aws_region = {}, .google_quota_project = {}},
                  AuthScheme::kGoogleOauth)
                .value_or("none"),
            "authorization: Bearer tok\r\n");
  EXPECT_EQ(lines({.aws = {}, .google = source(kToken), .aws_region = {}, .google_quota_project = "q"},
                  AuthScheme::kGoogleOauth)
                .value_or("none"),
            "authorization: Bearer tok\r\nx-goog-user-project: q\r\n");
  EXPECT_EQ(lines({}, AuthScheme::kBearer).value_or("none"), "");
}

TEST_F(AuthorizerTest, LetsTheNextProviderTryWithoutCredentials) {
  const auto failed = [](ErrorKind kind) {
    return std::make_unique<FixedSource>(std::unexpected(Error{kind, Retry::kNever, "m", "why", std::nullopt}));
  };
  const auto missing = lines({}, AuthScheme::kGoogleOauth);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kUnavailable);
  const auto broken = lines(
      {.aws = failed(ErrorKind::kUpstreamUnavailable), .google = {}, .aws_region = {}, .google_quota_project = {}},
      AuthScheme::kAwsSigV4);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(broken.error().retry, Retry::kOtherUpstream);
  EXPECT_EQ(broken.error().detail, "why");
  const auto left =
      lines({.aws = failed(ErrorKind::kCancelled), .google = {}, .aws_region = {}, .google_quota_project = {}},
            AuthScheme::kAwsSigV4);
  EXPECT_EQ(left.error().kind, ErrorKind::kCancelled);
  origin_.host = "h";
  const auto nowhere =
      lines({.aws = source(kKeys), .google = {}, .aws_region = {}, .google_quota_project = {}}, AuthScheme::kAwsSigV4);
  ASSERT_FALSE(nowhere);
  EXPECT_TRUE(nowhere.error().detail.starts_with("no region")) << nowhere.error().detail;
}

TEST(SigningRegion, IsTheHostsOwnIfItTellsOne) {
  EXPECT_EQ(signing_region("bedrock-runtime.eu-west-1.amazonaws.com", "f"), "eu-west-1");
  EXPECT_EQ(signing_region("bedrock-runtime-fips.us-gov-west-1.amazonaws.com", "f"), "us-gov-west-1");
  EXPECT_EQ(signing_region("bedrock-runtime.us-east-2.api.aws", "f"), "us-east-2");
  EXPECT_EQ(signing_region("vpce-0a-1.bedrock-runtime.ap-south-1.vpce.amazonaws.com", "f"), "ap-south-1");
  EXPECT_EQ(signing_region("localhost", "f"), "f");
  EXPECT_EQ(signing_region("eu-west-1.example", "f"), "f");
}

}  // namespace
}  // namespace switchyard
