#include "wire/gemini/count_tokens.h"

#include <gtest/gtest.h>

namespace switchyard::wire::gemini {
namespace {

std::string counted(std::string_view body, std::string_view model = "gemini-2.5-flash") {
  const auto document = json::Document::parse(body);
  const auto request = parse_count_request(*document);
  if (!request) return request.error().message;
  std::string out;
  emit_count_request(*request, {.model = model}, out);
  EXPECT_TRUE(json::Document::parse(out)) << out;
  return out;
}
const std::string kWant =
    R"({"generateContentRequest":{"model":"models/gemini-2.5-flash","contents":[{"role":"user","parts":[{"text":"hi"}]}]}})";

TEST(GeminiCountTokensTest, BothFormsOfARequestAskTheSame) {
  EXPECT_EQ(counted(R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})"), kWant);
  EXPECT_EQ(
      counted(
          R"({"generateContentRequest":{"model":"models/x","contents":[{"role":"user","parts":[{"text":"hi"}]}]}})"),
      kWant);
  EXPECT_EQ(
      counted(R"({"generate_content_request":{"contents":[{"parts":[{"text":"hi"}]}]}})", "models/gemini-2.5-flash"),
      kWant);
}
TEST(GeminiCountTokensTest, ABadRequestNamesItsField) {
  EXPECT_EQ(counted("[]"), "body: expected a JSON object");
  EXPECT_EQ(counted("{}"), "contents: expected an array");
  EXPECT_EQ(counted(R"({"generateContentRequest":1})"), "generateContentRequest: expected an object");
  EXPECT_EQ(counted(R"({"contents":[{}],"generateContentRequest":{}})"),
            "body: expected contents or generateContentRequest, not both");
}
TEST(GeminiCountTokensTest, TheAnswerIsANumber) {
  std::string out;
  emit_count_answer(42, out);
  EXPECT_EQ(out, R"({"totalTokens":42})");
  EXPECT_EQ(parse_count_answer(*json::Document::parse(out)).value_or(0), 42);
  EXPECT_FALSE(parse_count_answer(*json::Document::parse("{}")));
  EXPECT_FALSE(parse_count_answer(*json::Document::parse(R"({"totalTokens":-1})")));
}

}  // namespace
}  // namespace switchyard::wire::gemini
