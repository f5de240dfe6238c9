#include "wire/codec/whole.h"

#include <gtest/gtest.h>

namespace switchyard::wire {
namespace {

ChatResponse answer() {
  ChatResponse response;
  response.id = {"msg_1"};
  response.model = {"m"};
  TextPart cited{{"two"}, {}, {}};
  cited.sources.push_back({{"http://u"}, {"t"}, {"q"}, 1, 2});
  response.parts = {ThinkingPart{{"hm"}, {"SIG"}, {}, Dialect::kAnthropic},
                    ThinkingPart{{}, {}, {"DATA"}, Dialect::kAnthropic},
                    TextPart{{"one"}, {}, {}},
                    cited,
                    ToolCallPart{{"a"}, {"f"}, R"({"x":"\""})", {}},
                    ToolCallPart{{"b"}, {"g"}, "free text", {}, true},
                    RefusalPart{{"no"}}};
  response.finish = FinishReason::kToolCalls;
  response.usage = {1, 2, 3, 4, 5};
  response.has_usage = true;
  return response;
}

TEST(Whole, AnswersToldAsStreamsCollectToTheSameAnswers) {
  const ChatResponse told = answer();
  Collector collector(1000);
  tell(told, [&](const ChatEvent& event) { ASSERT_TRUE(collector.add(event)); });
  const ChatResponse got = collector.take();
  ASSERT_EQ(got.parts.size(), told.parts.size());
  for (std::size_t i = 0; i < got.parts.size(); ++i) EXPECT_EQ(got.parts[i].index(), told.parts[i].index()) << i;
  EXPECT_EQ(std::get<ThinkingPart>(got.parts[0]).signature.escaped, "SIG");
  EXPECT_EQ(std::get<ThinkingPart>(got.parts[1]).redacted.escaped, "DATA");
  EXPECT_EQ(std::get<TextPart>(got.parts[3]).sources.at(0).url.escaped, "http://u");
  EXPECT_EQ(std::get<TextPart>(got.parts[3]).sources.at(0).end, 2);
  EXPECT_EQ(std::get<ToolCallPart>(got.parts[4]).arguments, R"({"x":"\""})");
  EXPECT_TRUE(std::get<ToolCallPart>(got.parts[5]).custom);
  EXPECT_EQ(got.finish, told.finish);
  EXPECT_EQ(got.usage, told.usage);
}

TEST(Whole, FragmentsOfCallsThatComeMixedFindTheirCalls) {
  Collector collector(1000);
  for (const ChatEvent& event : std::vector<ChatEvent>{
           StreamStart{}, ToolCallStart{0, {"a"}, {"f"}}, ToolCallStart{1, {"b"}, {"g"}}, ToolCallArguments{1, {"2"}},
           ToolCallArguments{0, {"1"}}, TextDelta{{"x"}, {}}, ToolCallArguments{0, {"1"}}, TextDelta{{"y"}, {}}}) {
    ASSERT_TRUE(collector.add(event));
  }
  const ChatResponse got = collector.take();
  ASSERT_EQ(got.parts.size(), 3u);
  EXPECT_EQ(std::get<ToolCallPart>(got.parts[0]).arguments, "11");
  EXPECT_EQ(std::get<ToolCallPart>(got.parts[1]).arguments, "2");
  EXPECT_EQ(std::get<TextPart>(got.parts[2]).text.escaped, "xy");
}

TEST(Whole, AnAnswerThatOutgrowsItsLimitIsAnError) {
  Collector collector(5);
  ASSERT_TRUE(collector.add(TextDelta{{"12345"}, {}}));
  EXPECT_EQ(collector.add(TextDelta{{"6"}, {}}).error().kind, ErrorKind::kUpstreamUnavailable);
}

}  // namespace
}  // namespace switchyard::wire
