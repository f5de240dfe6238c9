#include <gtest/gtest.h>

#include "wire/openai_chat/field_rules.h"
#include "wire/openai_chat/request.h"
#include "wire/openai_completions/request.h"
#include "wire/openai_completions/response.h"

namespace switchyard::wire::openai_completions {
namespace {

/// The chat request that a completion request becomes; what it is refused for; or its error.
std::string as_chat(std::string_view body) {
  const auto document = json::Document::parse(body);
  if (!document) return "not JSON";
  const auto request = parse_request(*document);
  if (!request) return request.error().message;
  for (const Refusal& refusal : find_refusals(openai_chat::rules(), *request)) return "refused: " + refusal.field;
  std::string out;
  openai_chat::emit_request(*request, {.model = "m", .quirks = {}}, out);
  return out;
}

struct Case {
  std::string name;
  std::string_view body, want;
};
class CompletionsTest : public testing::TestWithParam<Case> {};
TEST_P(CompletionsTest, BecomesAChatOfOneMessage) { EXPECT_EQ(as_chat(GetParam().body), GetParam().want); }
INSTANTIATE_TEST_SUITE_P(
    Requests, CompletionsTest,
    testing::Values(
        Case{"Plain", R"({"model":"x","prompt":"a\u00e9"})",
             R"({"model":"m","messages":[{"role":"user","content":"a\u00e9"}]})"},
        Case{
            "Settings", R"({"prompt":["p"],"max_tokens":5,"temperature":0.10,"stop":"x","echo":false,"best_of":1})",
            R"({"model":"m","messages":[{"role":"user","content":"p"}],"max_tokens":5,"temperature":0.10,"stop":["x"]})"},
        Case{"Suffix", R"({"prompt":"p","suffix":"s"})", "refused: suffix"},
        Case{"Echo", R"({"prompt":"p","echo":true})", "refused: echo"},
        Case{"SeveralAnswers", R"({"prompt":"p","n":2})", "refused: n"},
        Case{"Tokens", R"({"prompt":[1,2]})", "prompt: expected one text: a string, or an array of one string"},
        Case{"Nothing", R"({"model":"x"})", "prompt: expected a string"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Completions, AnswersWithTheTextAndItsUsage) {
  ChatResponse response;
  response.parts = {TextPart{{"hi"}, {}, {}}};
  response.finish = FinishReason::kLength;
  response.usage = {.input = 3, .output = 2};
  response.has_usage = true;
  std::string out;
  emit_response(response, {.id = "1", .model = "m", .created_unix = 9}, out);
  EXPECT_EQ(
      out,
      R"({"id":"cmpl-1","object":"text_completion","created":9,"model":"m","choices":[{"text":"hi","index":0,"logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}})");
}

TEST(Completions, StreamsTextThenTheFinishThenUsageThenDone) {
  StreamEncoder encoder({.id = "1", .model = "m", .created_unix = 9, .include_usage = true});
  std::string out;
  for (const ChatEvent& event : std::vector<ChatEvent>{StreamStart{}, TextDelta{{"a"}, {}}, StreamFinish{},
                                                       UsageUpdate{{.input = 1}}, StreamEnd{}}) {
    encoder.encode(event, out);
  }
  EXPECT_TRUE(encoder.ended());
  EXPECT_NE(out.find(R"("text":"a")"), std::string::npos);
  EXPECT_LT(out.find(R"("finish_reason":"stop")"), out.find(R"("choices":[],"usage")"));
  EXPECT_TRUE(out.ends_with("data: [DONE]\n\n"));
}

}  // namespace
}  // namespace switchyard::wire::openai_completions
