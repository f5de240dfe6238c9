#include "features/features.h"

#include <gtest/gtest.h>

namespace switchyard::features {
namespace {

RequestView view_of(std::vector<std::string_view> user, std::vector<std::string_view> other = {}) {
  RequestView view;
  for (const auto& text : user) view.user_texts.push_back({text});
  for (const auto text : other) view.other_texts.push_back({text});
  if (!user.empty()) view.first_user_text = {user.front()};
  view.messages = static_cast<std::uint32_t>(user.size());
  return view;
}
std::string text_of(const RequestView& view, bool user_only = true) {
  std::string out;
  text_to_embed(view, {user_only}, out);
  return out;
}

struct Case {
  std::string name;
  std::vector<std::string_view> user, other;
  bool user_only;
  std::string want;
};
class TextTest : public testing::TestWithParam<Case> {};
TEST_P(TextTest, IsWhatTheUserSaid) {
  EXPECT_EQ(text_of(view_of(GetParam().user, GetParam().other), GetParam().user_only), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Texts, TextTest,
    testing::Values(
        Case{"Joined", {"one", "two"}, {"sys"}, true, "one\ntwo"},
        Case{"Decoded", {R"(a\nb \"c\" \u00e9)"}, {}, true, "a\nb \"c\" \xc3\xa9"},
        Case{"WithoutReminders", {"fix it<system-reminder>be brief</system-reminder> now"}, {}, true, "fix it now"},
        Case{"OnlyReminders",
             {"<system-reminder>x</system-reminder>"},
             {"the system"},
             true,
             "the system\n<system-reminder>x</system-reminder>"},
        Case{"UnclosedTagStays", {"a <command-name>b"}, {}, true, "a <command-name>b"},
        Case{"Everything", {"user"}, {"system"}, false, "system\nuser"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Text, KeepsTheTailAtACharacterBoundary) {
  std::string chinese;
  for (int i = 0; i < 5000; ++i) chinese += "\xe4\xb8\xad";
  const std::string got = text_of(view_of({chinese}));
  EXPECT_LE(got.size(), kTextBytesMax);
  EXPECT_GT(got.size(), kTextBytesMax - 4);
  EXPECT_EQ(got.size() % 3, 0u);
  EXPECT_TRUE(chinese.ends_with(got));
}

// Every length around the window's edges, with what may be torn there.
TEST(Text, IsTheTailWhateverTheLength) {
  for (const std::string_view unit : {"x", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\\\", "\xc3\xa9"}) {
    for (std::size_t bytes = 2030; bytes < 9000; bytes += bytes < 2070 || (bytes > 4080 && bytes < 4140) ? 1 : 97) {
      std::string escaped;
      while (escaped.size() < bytes) escaped += unit;
      std::string want = json::unescape(escaped);
      if (want.size() > kTextBytesMax) {
        want.erase(0, want.size() - kTextBytesMax);
        want.erase(0, want.find_first_not_of(
                          "\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94"
                          "\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\xa9\xbf"));
      }
      if (unit == "\\n") continue;  // Blank texts are another matter.
      ASSERT_EQ(text_of(view_of({escaped})), want) << unit << " to " << bytes << " bytes";
    }
  }
}

TEST(Text, SeesTheBeginningOfALongReminder) {
  const std::string reminder = "<system-reminder>" + std::string(100'000, 'r') + "</system-reminder>";
  EXPECT_EQ(text_of(view_of({"fix the parser" + reminder})), "fix the parser");
  EXPECT_EQ(text_of(view_of({"first", reminder, "last"})), "first\nlast");
  // As Go's encoder writes it.
  EXPECT_EQ(text_of(view_of(
                {"a\\u003csystem-reminder\\u003e" + std::string(9000, 'r') + "\\u003c/system-reminder\\u003e b"})),
            "a b");
}

TEST(Text, TakesManyOpenTagsInOnePass) {
  std::string hostile;
  while (hostile.size() < 4'000'000) hostile += "<command-name><system-reminder>";
  hostile += "</command-args>";
  EXPECT_EQ(text_of(view_of({hostile})).size(), kTextBytesMax);
}

TEST(Text, NeverBeginsInsideAnEscape) {
  std::string escaped;
  for (int i = 0; i < 4000; ++i) escaped += R"(\ud83d\ude00)";
  const std::string got = text_of(view_of({escaped + " end"}));
  EXPECT_TRUE(got.ends_with(" end"));
  EXPECT_EQ(got.find('u'), std::string::npos);
}

TEST(TurnType, AppliesTheAgentRulesToAgentsOnly) {
  RequestView small = view_of({"hi"});
  small.output_tokens_max = 200;
  EXPECT_EQ(turn_type(small, true), TurnType::kClassifier);
  EXPECT_EQ(turn_type(small, false), TurnType::kMain);
  small.output_tokens_max = 1;
  EXPECT_EQ(turn_type(small, true), TurnType::kProbe);
  EXPECT_EQ(turn_type(small, false), TurnType::kMain);
}

TEST(TurnType, KnowsTheOthers) {
  RequestView title = view_of({"hi"});
  title.structured_output = title.schema_has_title = true;
  EXPECT_EQ(turn_type(title, false), TurnType::kTitle);
  RequestView compaction = view_of({"hi"}, {"Your task is to create a detailed summary of"});
  compaction.dialect = Dialect::kAnthropic;
  EXPECT_EQ(turn_type(compaction, false), TurnType::kCompaction);
  EXPECT_EQ(turn_type(view_of({"<transcript>"}), false), TurnType::kSubAgent);
  RequestView result = view_of({"hi"});
  result.last_is_tool_result = true;
  EXPECT_EQ(turn_type(result, false), TurnType::kToolResult);
}

TEST(Estimate, LeavesImageBytesOut) {
  RequestView view;
  view.images = 2;
  view.image_bytes = 100'000;
  EXPECT_EQ(estimate_input_tokens(view, 100'400), 100 + 3200);
}

}  // namespace
}  // namespace switchyard::features
