#include "wire/gemini/view.h"

#include <gtest/gtest.h>

namespace switchyard::wire::gemini {
namespace {

std::string error_of(std::string_view body) {
  const auto document = json::Document::parse(body);
  if (!document) return document.error().message;
  const auto view = view_request(*document);
  return view ? "" : view.error().message;
}

TEST(GeminiViewTest, ReadsWhatRoutingNeedsInEitherSpelling) {
  const auto document = json::Document::parse(R"({
    "system_instruction":{"parts":{"text":"be brief"}},
    "contents":[{"role":"user","parts":[{"text":"hi"},{"inline_data":{"mime_type":"image/png","data":"QUJD"}}]},
                {"role":"model","parts":[{"functionCall":{"name":"f"}}]},
                {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"x"}}}]}],
    "tools":[{"functionDeclarations":[{"name":"f"},{"name":"g"}]},{"google_search":{}}],
    "generation_config":{"max_output_tokens":50.0,"responseSchema":{"properties":{"title":{}}},
                         "thinkingConfig":{"thinking_budget":-1}}})");
  ASSERT_TRUE(document);
  const auto view = view_request(*document);
  ASSERT_TRUE(view) << view.error().message;
  EXPECT_EQ(view->dialect, Dialect::kGemini);
  EXPECT_FALSE(view->model.exists());
  EXPECT_EQ(view->messages, 3u);
  EXPECT_EQ(view->tools, 3u);
  EXPECT_EQ(view->images, 1u);
  EXPECT_EQ(view->image_bytes, 4u);
  EXPECT_EQ(view->output_tokens_max, 50);
  EXPECT_EQ(view->first_user_text.escaped, "hi");
  EXPECT_EQ(view->user_texts.size(), 1u);
  EXPECT_EQ(view->other_texts.size(), 2u);
  EXPECT_TRUE(view->last_is_tool_result);
  EXPECT_TRUE(view->structured_output);
  EXPECT_TRUE(view->schema_has_title);
  EXPECT_TRUE(view->reasoning);
}

TEST(GeminiViewTest, ABudgetOfZeroIsNoReasoning) {
  const auto document = json::Document::parse(
      R"({"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"thinkingConfig":{"thinkingBudget":0}}})");
  const auto view = view_request(*document);
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->reasoning);
}

struct Case {
  std::string name, body, want;
};
class BadViewTest : public testing::TestWithParam<Case> {};
TEST_P(BadViewTest, NamesTheField) { EXPECT_EQ(error_of(GetParam().body), GetParam().want); }
INSTANTIATE_TEST_SUITE_P(
    Bodies, BadViewTest,
    testing::Values(Case{"NoObject", "[]", "body: expected a JSON object"},
                    Case{"NoContents", "{}", "contents: expected an array"},
                    Case{"Empty", R"({"contents":[]})", "contents: expected at least one"},
                    Case{"NumberContent", R"({"contents":[1]})", "contents[0]: expected an object"},
                    Case{"TwoConfigs", R"({"contents":[{}],"generationConfig":{},"generation_config":{}})",
                         "generationConfig: stands twice"},
                    Case{"TwoLimits",
                         R"({"contents":[{}],"generationConfig":{"maxOutputTokens":1,"max_output_tokens":9}})",
                         "generationConfig.maxOutputTokens: stands twice"},
                    Case{"EscapedKey", R"({"content\u0073":[{}]})", "contents: expected a key written without escapes"},
                    Case{"EscapedLimit", R"({"contents":[{}],"generationConfig":{"max\u004futputTokens":9}})",
                         "generationConfig.maxOutputTokens: expected a key written without escapes"},
                    Case{"BadLimit", R"({"contents":[{}],"generationConfig":{"maxOutputTokens":0}})",
                         "generationConfig.maxOutputTokens: expected an integer of at least 1"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace switchyard::wire::gemini
