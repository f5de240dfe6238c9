#include "wire/foreign_state.h"

#include <gtest/gtest.h>

#include <string>

namespace switchyard::wire {
namespace {

std::string without(std::string_view body, const std::vector<ByteSpan>& spans) {
  std::string out;
  std::size_t at = 0;
  for (const ByteSpan& span : spans) {
    out.append(body.substr(at, span.begin - at));
    at = span.end;
  }
  return out.append(body.substr(at));
}

struct Case {
  std::string name;
  Dialect dialect;
  std::string_view body, want;
};
class ForeignStateTest : public testing::TestWithParam<Case> {};
TEST_P(ForeignStateTest, IsCutOutAndNothingElseChanges) {
  const auto document = json::Document::parse(GetParam().body);
  ASSERT_TRUE(document);
  const std::string out = without(GetParam().body, foreign_state(GetParam().dialect, document->root()));
  EXPECT_EQ(out, GetParam().want);
  EXPECT_TRUE(json::Document::parse(out));
}
INSTANTIATE_TEST_SUITE_P(
    Requests, ForeignStateTest,
    testing::Values(
        Case{"First", Dialect::kAnthropic,
             R"({"messages":[{"content":[{"type":"thinking","signature":"sy1.gemini.x"} , {"type":"text"}]}]})",
             R"({"messages":[{"content":[{"type":"text"}]}]})"},
        Case{"Last", Dialect::kAnthropic,
             R"({"messages":[{"content":[{"type":"text"}, {"data":"sy1.gemini.x"},{"data":"sy1.gemini.y"}]}]})",
             R"({"messages":[{"content":[{"type":"text"}]}]})"},
        Case{"UnsignedThought", Dialect::kAnthropic,
             R"({"messages":[{"content":[{"type":"thinking","thinking":"a","signature":""},{"type":"text"}]}]})",
             R"({"messages":[{"content":[{"type":"text"}]}]})"},
        Case{"Own", Dialect::kAnthropic, R"({"messages":[{"content":[{"signature":"Eq"}]}]})",
             R"({"messages":[{"content":[{"signature":"Eq"}]}]})"},
        Case{"Middle", Dialect::kOpenAiChat,
             R"({"messages":[{"a":1,"reasoning_details":[{"data":"sy1.anthropic.x"}],"b":2}]})",
             R"({"messages":[{"a":1,"b":2}]})"},
        Case{"Item", Dialect::kOpenAiResponses, R"({"input":[{"encrypted_content":"sy1.anthropic.x"}]})",
             R"({"input":[]})"},
        Case{"Part", Dialect::kGemini,
             R"({"contents":[{"parts":[{"thoughtSignature":"c3kxLmFudGhyb3BpYy54","text":"a"}]}]})",
             R"({"contents":[{"parts":[{"text":"a"}]}]})"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace switchyard::wire
