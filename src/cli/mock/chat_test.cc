#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/mock/test_ask.h"

namespace switchyard::cli::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string with(const std::string& members) {
  return R"({"model":"m","messages":[{"role":"user","content":"hi"}],)" + members + "}";
}
std::string talk(const std::string& messages) { return R"({"model":"m","messages":[)" + messages + "]}"; }

const std::string kCall =
    R"({"role":"user","content":"hi"},{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]})";

TEST(ChatCheck, RefusesWhatOpenAiRefuses) {
  const std::vector<Case> cases = {
      {"A plain question is taken", talk(R"({"role":"user","content":"hi"})"), ""},
      {"An unknown member is named", with(R"("foo":1)"), "Unknown parameter: 'foo'."},
      {"Anthropic's members are unknown here", with(R"("thinking":{"type":"enabled"})"),
       "Unknown parameter: 'thinking'."},
      {"A signed thought has no place in a message", talk(R"({"role":"assistant","content":"x","thinking_blocks":[]})"),
       "Unknown parameter: 'messages[0].thinking_blocks'."},
      {"Messages must be there", R"({"model":"m"})", "Missing required parameter: 'messages'."},
      {"Messages must not be empty", R"({"model":"m","messages":[]})", "Invalid 'messages': empty array."},
      {"A role must be known", talk(R"({"role":"model","content":"x"})"), "Invalid value: 'model'."},
      {"A user must say something", talk(R"({"role":"user","content":null})"), "expected a string, got null"},
      {"A part must be one of its role's",
       talk(R"({"role":"assistant","content":[{"type":"image_url","image_url":{"url":"x"}}]})"),
       "Invalid value: 'image_url'."},
      {"Anthropic's image is no part", talk(R"({"role":"user","content":[{"type":"image","source":{}}]})"),
       "Invalid value: 'image'."},
      {"A result answers its call", talk(kCall + R"(,{"role":"tool","tool_call_id":"a","content":"1"})"), ""},
      {"A call wants its result", talk(kCall), "did not have response messages: a"},
      {"A call wants its result before anything else", talk(kCall + R"(,{"role":"user","content":"x"})"),
       "did not have response messages: a"},
      {"A result wants its call", talk(R"({"role":"tool","tool_call_id":"a","content":"1"})"),
       "must be a response to a preceeding message"},
      {"A choice wants tools", with(R"("tool_choice":"auto")"), "only allowed when 'tools' are specified"},
      {"Parallel calls want tools", with(R"("parallel_tool_calls":true)"), "only allowed when 'tools' are specified"},
      {"A tool's schema stands in its function", with(R"("tools":[{"type":"function","name":"f"}])"),
       "Unknown parameter: 'tools[0].name'."},
      {"A tool's name is plain", with(R"("tools":[{"type":"function","function":{"name":"a.b"}}])"),
       "string does not match pattern"},
      {"A strict schema closes its objects",
       with(R"("tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object"}}}])"),
       "In context=(), 'additionalProperties' is required to be supplied and to be false."},
      {"A strict schema requires all",
       with(
           R"("response_format":{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object","additionalProperties":false,"properties":{"a":{"type":"string"}},"required":[]}}})"),
       "Missing 'a'."},
      {"A strict schema inside a strict schema",
       with(
           R"("response_format":{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object","additionalProperties":false,"properties":{"a":{"type":"array","items":{"type":"object"}}},"required":["a"]}}})"),
       "In context=('properties', 'a', 'items')"},
      {"A schema has a name", with(R"("response_format":{"type":"json_schema","json_schema":{"schema":{}}})"),
       "Missing required parameter: 'response_format.json_schema.name'."},
      {"Stream options want a stream", with(R"("stream_options":{"include_usage":true})"),
       "only allowed when 'stream' is enabled"},
      {"One limit of tokens", with(R"("max_tokens":1,"max_completion_tokens":1)"), "at the same time is not supported"},
      {"Temperature has a range", with(R"("temperature":2.5)"), "Invalid 'temperature'"},
  };
  const auto dialect = make_chat_dialect();
  for (const Case& c : cases) {
    const std::string refusal = Ask(*dialect, c.body).refusal();
    if (c.refusal.empty())
      EXPECT_EQ(refusal, "") << c.about;
    else
      EXPECT_THAT(refusal, HasSubstr(c.refusal)) << c.about;
  }
}

TEST(Chat, CallsToolsOnceAndTellsHowManyResultsCame) {
  const auto dialect = make_chat_dialect();
  const std::string tools =
      R"("tools":[{"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"g"}}],)";
  const std::string ask = R"({"role":"user","content":"x [[mock: tools=2]]"})";
  const std::string first = Ask(*dialect, "{" + tools + R"("model":"m","messages":[)" + ask + "]}").answer();
  EXPECT_EQ(at(first, {"choices", "0", "finish_reason"}), "tool_calls");
  EXPECT_EQ(at(first, {"choices", "0", "message", "tool_calls", "0", "function", "arguments"}),
            R"({"city":"Paris \"0\"","n":0})");
  EXPECT_EQ(at(first, {"choices", "0", "message", "tool_calls", "1", "custom", "input"}), "free text \"1\"");
  const std::string turn =
      R"(,{"role":"assistant","content":null,"tool_calls":[{"id":"a"}]},{"role":"tool","tool_call_id":"a","content":"sun"})";
  const std::string second = Ask(*dialect, "{" + tools + R"("model":"m","messages":[)" + ask + turn + "]}").answer();
  EXPECT_EQ(at(second, {"choices", "0", "message", "content"}), "Mock m read 4 words. Results: 1.");
}

TEST(Chat, StreamsEndWithUsageAndDone) {
  const auto dialect = make_chat_dialect();
  const std::string stream = Ask(*dialect, with(R"("stream":true,"stream_options":{"include_usage":true})")).stream();
  EXPECT_THAT(stream, HasSubstr(R"("choices":[],"usage":{"prompt_tokens":8)"));
  EXPECT_TRUE(stream.ends_with("data: [DONE]\n\n"));
}

TEST(Chat, ImagesAreCounted) {
  const auto dialect = make_chat_dialect();
  Ask ask(
      *dialect,
      talk(
          R"({"role":"user","content":[{"type":"text","text":"a b"},{"type":"image_url","image_url":{"url":"data:,"}}]})"));
  EXPECT_EQ(ask.refusal(), "");
  EXPECT_EQ(at(ask.answer(), {"choices", "0", "message", "content"}), "Mock m read 2 words. Images: 1.");
}

TEST(Completions, AnswersAPromptAndRefusesMessages) {
  const auto dialect = make_completions_dialect();
  Ask ask(*dialect, R"({"model":"m","prompt":"one two","stream":true})");
  EXPECT_EQ(ask.refusal(), "");
  EXPECT_EQ(at(ask.answer(), {"choices", "0", "text"}), "Mock m read 2 words.");
  EXPECT_THAT(ask.stream(), HasSubstr(R"({"text":"","index":0,"logprobs":null,"finish_reason":"stop"})"));
  EXPECT_EQ(Ask(*dialect, R"({"model":"m","messages":[]})").refusal(), "Unknown parameter: 'messages'.");
  EXPECT_EQ(Ask(*dialect, R"({"model":"m"})").refusal(), "Missing required parameter: 'prompt'.");
}

}  // namespace
}  // namespace switchyard::cli::testing
