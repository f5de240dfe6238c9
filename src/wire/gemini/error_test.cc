#include "wire/gemini/error.h"

#include <gtest/gtest.h>

namespace switchyard::wire::gemini {
namespace {

struct ParseCase {
  std::string name, body, type, code, message;
};
class ParseErrorTest : public testing::TestWithParam<ParseCase> {};
TEST_P(ParseErrorTest, IsUnderstood) {
  const ProviderError error = parse_error(400, GetParam().body);
  EXPECT_EQ(error.status, 400);
  EXPECT_EQ(error.type, GetParam().type);
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(error.message, GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Bodies, ParseErrorTest,
    testing::Values(
        ParseCase{"Plain", R"({"error":{"code":404,"message":"no \"m\"","status":"NOT_FOUND"}})", "NOT_FOUND", "404",
                  "no \"m\""},
        ParseCase{"InAnArray", R"([{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}])", "UNAVAILABLE",
                  "503", "busy"},
        ParseCase{
            "WithAReason",
            R"({"error":{"code":400,"message":"bad key","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}})",
            "INVALID_ARGUMENT", "API_KEY_INVALID", "bad key"},
        ParseCase{"Text", R"({"error":"x"})", "", "", "x"}, ParseCase{"Html", "<html>", "", "", ""},
        ParseCase{"Empty", "", "", "", ""}, ParseCase{"EmptyArray", "[]", "", "", ""}),
    [](const auto& tested) { return tested.param.name; });

std::string with_delay(std::string delay) {
  return R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":")" +
         delay + R"("}]}})";
}
TEST(GeminiErrorTest, TheWaitIsRoundedUp) {
  using std::chrono::seconds;
  EXPECT_EQ(retry_delay(with_delay("34s")), seconds(34));
  EXPECT_EQ(retry_delay("[" + with_delay("34.074824224s") + "]"), seconds(35));
  for (const char* bad : {"", "s", "-1s", "1m", "nans", "infs", "1e300s", "34"}) {
    EXPECT_EQ(retry_delay(with_delay(bad)), std::nullopt) << bad;
  }
  EXPECT_EQ(retry_delay("{"), std::nullopt);
  EXPECT_EQ(retry_delay(R"({"error":{}})"), std::nullopt);
}

struct RenderCase {
  std::string name;
  Error error;
  std::string want;
};
class RenderErrorTest : public testing::TestWithParam<RenderCase> {};
TEST_P(RenderErrorTest, SpeaksGoogles) { EXPECT_EQ(render_error(GetParam().error, ""), GetParam().want); }
INSTANTIATE_TEST_SUITE_P(
    Kinds, RenderErrorTest,
    testing::Values(
        RenderCase{"NoKey",
                   {.kind = ErrorKind::kUnauthenticated, .message = "no key"},
                   R"({"error":{"code":401,"message":"no key","status":"UNAUTHENTICATED"}})"},
        RenderCase{"Forbidden",
                   {.kind = ErrorKind::kPermissionDenied, .message = "no"},
                   R"({"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}})"},
        RenderCase{"NoModel",
                   {.kind = ErrorKind::kNotFound, .message = "no"},
                   R"({"error":{"code":404,"message":"no","status":"NOT_FOUND"}})"},
        RenderCase{
            "Field",
            {.kind = ErrorKind::kInvalidRequest, .message = "contents[0].role: expected user or model"},
            R"({"error":{"code":400,"message":"contents[0].role: expected user or model","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"contents[0].role","description":"contents[0].role: expected user or model"}]}]}})"},
        RenderCase{
            "Limit",
            {.kind = ErrorKind::kRateLimited, .message = "slow", .retry_after = std::chrono::seconds(5)},
            R"({"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"5s"}]}})"},
        RenderCase{"Down",
                   {.kind = ErrorKind::kUnavailable, .message = "x"},
                   R"({"error":{"code":503,"message":"x","status":"UNAVAILABLE"}})"},
        RenderCase{"Slow",
                   {.kind = ErrorKind::kUpstreamTimeout, .message = "x"},
                   R"({"error":{"code":504,"message":"x","status":"DEADLINE_EXCEEDED"}})"},
        RenderCase{"Bug",
                   {.kind = ErrorKind::kInternal, .message = "x"},
                   R"({"error":{"code":500,"message":"x","status":"INTERNAL"}})"}),
    [](const auto& tested) { return tested.param.name; });

TEST(GeminiErrorTest, TheRequestIdStandsInTheDetails) {
  EXPECT_EQ(
      render_error({.kind = ErrorKind::kInternal, .message = "x"}, "req-1"),
      R"({"error":{"code":500,"message":"x","status":"INTERNAL","details":[{"@type":"type.googleapis.com/google.rpc.RequestInfo","requestId":"req-1"}]}})");
}

}  // namespace
}  // namespace switchyard::wire::gemini
