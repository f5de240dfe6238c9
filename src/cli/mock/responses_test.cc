#include "cli/mock/responses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/mock/seal.h"
#include "cli/mock/test_ask.h"

namespace switchyard::cli::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string with(const std::string& members) { return R"({"model":"m","input":"hi",)" + members + "}"; }
std::string items(const std::string& list, const std::string& more = "") {
  return R"({"model":"m","input":[)" + list + "]" + more + "}";
}
std::string thought(const std::string& content) {
  return R"({"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":")" + content + "\"}";
}

const std::string kUser = R"({"role":"user","content":"hi"})";
const std::string kCall = R"({"type":"function_call","call_id":"a","name":"f","arguments":"{}"})";
const std::string kOutput = R"({"type":"function_call_output","call_id":"a","output":"1"})";
const std::string kSaid = R"({"type":"message","role":"assistant","content":[{"type":"output_text","text":"x"}]})";

TEST(ResponsesCheck, RefusesWhatOpenAiRefuses) {
  const std::vector<Case> cases = {
      {"A plain question is taken", R"({"model":"m","input":"hi"})", ""},
      {"An unknown member is named", with(R"("foo":1)"), "Unknown parameter: 'foo'."},
      {"Chat's messages have moved", R"({"model":"m","messages":[]})", "this parameter has moved to 'input'"},
      {"Chat's format has moved", with(R"("response_format":{})"), "this parameter has moved to 'text.format'"},
      {"Chat's effort has moved", with(R"("reasoning_effort":"low")"),
       "this parameter has moved to 'reasoning.effort'"},
      {"Chat's part is none", items(R"({"role":"user","content":[{"type":"text","text":"x"}]})"),
       "Invalid value: 'text'."},
      {"An assistant does not say input", items(R"({"role":"assistant","content":[{"type":"input_text","text":"x"}]})"),
       "Supported values are: 'output_text' and 'refusal'."},
      {"An image is a URL, not an object",
       items(R"({"role":"user","content":[{"type":"input_image","image_url":{"url":"x"}}]})"), "expected an image URL"},
      {"A result answers its call", items(kUser + "," + kCall + "," + kOutput), ""},
      {"A call wants its result", items(kUser + "," + kCall), "No tool output found for function call a."},
      {"A result wants its call", items(kUser + "," + kOutput),
       "No tool call found for function call output with call_id a."},
      {"An id has its item's prefix",
       items(R"({"type":"function_call","id":"call_1","call_id":"a","name":"f","arguments":"{}"})"),
       "Expected an ID that begins with 'fc'."},
      {"Its own reasoning is taken",
       items(kUser + "," + thought(sealed(Issuer::kResponses, "x")) + "," + kSaid + "," + kUser), ""},
      {"Another vendor's reasoning is not", items(kUser + "," + thought(sealed(Issuer::kAnthropic, "x")) + "," + kSaid),
       "could not be verified"},
      {"Nobody's reasoning is not", items(kUser + "," + thought("c2lnbmVk") + "," + kSaid), "could not be verified"},
      {"Reasoning that it does not remember is not",
       items(kUser + R"(,{"type":"reasoning","id":"rs_9","summary":[]},)" + kSaid), "Item with id 'rs_9' not found"},
      {"Reasoning wants what it led to", items(kUser + "," + thought(sealed(Issuer::kResponses, "x")) + "," + kUser),
       "without its required following item"},
      {"Reasoning at the end wants what it led to", items(kUser + "," + thought(sealed(Issuer::kResponses, "x"))),
       "without its required following item"},
      {"Reasoning is followed by a call",
       items(kUser + "," + thought(sealed(Issuer::kResponses, "x")) + "," + kCall + "," + kOutput), ""},
      {"Chat's tool is none", with(R"("tools":[{"type":"function","function":{"name":"f"}}])"),
       "Missing required parameter: 'tools[0].name'."},
      {"A strict tool closes its objects",
       with(R"("tools":[{"type":"function","name":"f","strict":true,"parameters":{"type":"object"}}])"),
       "'additionalProperties' is required"},
      {"A format has a name", with(R"("text":{"format":{"type":"json_schema","schema":{}}})"),
       "Missing required parameter: 'text.format.name'."},
      {"Chat's nested schema is none", with(R"("text":{"format":{"type":"json_schema","json_schema":{}}})"),
       "Unknown parameter: 'text.format.json_schema'."},
      {"What to include is known", with(R"("include":["everything"])"), "Invalid value: 'everything'."},
      {"An answer before it must be known", with(R"("previous_response_id":"resp_x")"),
       "Previous response with id 'resp_x' not found."},
      {"Stream options want a stream", with(R"("stream_options":{"include_obfuscation":false})"),
       "only allowed when 'stream' is enabled"},
      {"Chat's stream options are none", with(R"("stream":true,"stream_options":{"include_usage":true})"),
       "Unknown parameter: 'stream_options.include_usage'."},
  };
  ResponsesDialect dialect;
  for (const Case& c : cases) {
    const std::string refusal = Ask(dialect, c.body).refusal();
    if (c.refusal.empty())
      EXPECT_EQ(refusal, "") << c.about;
    else
      EXPECT_THAT(refusal, HasSubstr(c.refusal)) << c.about;
  }
}

TEST(Responses, AnswersHaveReasoningCallsAndUsage) {
  ResponsesDialect dialect;
  const std::string answer =
      Ask(dialect,
          R"({"model":"m","input":"[[mock: tools=2]]","reasoning":{"effort":"low","summary":"auto"},"include":["reasoning.encrypted_content"],
    "tools":[{"type":"function","name":"f","parameters":{}},{"type":"custom","name":"g"}]})")
          .answer();
  EXPECT_EQ(at(answer, {"output", "0", "summary", "0", "text"}), "Thinking about it.");
  EXPECT_TRUE(is_sealed_by(Issuer::kResponses, at(answer, {"output", "0", "encrypted_content"})));
  EXPECT_EQ(at(answer, {"output", "1", "type"}), "function_call");
  EXPECT_EQ(at(answer, {"output", "2", "type"}), "custom_tool_call");
  EXPECT_EQ(at(answer, {"output", "2", "input"}), "free text \"1\"");
  EXPECT_EQ(at(answer, {"usage", "output_tokens_details", "reasoning_tokens"}), "5");
  EXPECT_EQ(at(answer, {"status"}), "completed");
  const std::string next = items(kUser + "," + at(answer, {"output", "0"}) + "," + at(answer, {"output", "1"}) +
                                 R"(,{"type":"function_call_output","call_id":"call_mock0","output":"1"})");
  EXPECT_EQ(Ask(dialect, next).refusal(), "") << "what it answered it takes back";
}

TEST(Responses, EncryptedContentOnlyIfAsked) {
  ResponsesDialect dialect;
  const std::string answer = Ask(dialect, with(R"("reasoning":{"effort":"low"})")).answer();
  EXPECT_EQ(at(answer, {"output", "0", "type"}), "reasoning");
  EXPECT_THAT(answer, Not(HasSubstr("encrypted_content")));
}

TEST(Responses, StreamsCountTheirEventsAndEndWithTheWholeResponse) {
  ResponsesDialect dialect;
  Ask ask(dialect, with(R"("stream":true,"reasoning":{"summary":"auto"})"));
  const std::string stream = ask.stream();
  std::size_t last = 0;
  for (const char* event : {"response.created", "response.in_progress", "response.output_item.added",
                            "response.reasoning_summary_part.added", "response.reasoning_summary_text.delta",
                            "response.reasoning_summary_text.done", "response.reasoning_summary_part.done",
                            "response.output_item.done", "response.content_part.added", "response.output_text.delta",
                            "response.output_text.done", "response.content_part.done", "response.completed"}) {
    const std::size_t found = stream.find("event: " + std::string(event) + "\n");
    ASSERT_NE(found, std::string::npos) << event;
    EXPECT_GE(found, last) << event;
    last = found;
  }
  const std::size_t data = stream.rfind("data: ");
  EXPECT_EQ(at(stream.substr(data + 6), {"response"}), ask.answer());
}

TEST(Responses, ACutAnswerIsIncomplete) {
  ResponsesDialect dialect;
  Ask ask(dialect, R"({"model":"m","input":"[[mock: finish=length]]"})");
  EXPECT_EQ(at(ask.answer(), {"incomplete_details", "reason"}), "max_output_tokens");
  EXPECT_THAT(ask.stream(), HasSubstr("event: response.incomplete\n"));
}

TEST(Responses, AnAnswerIsRememberedGivenAgainAndDeleted) {
  ResponsesDialect dialect;
  const std::string first = Ask(dialect, R"({"model":"m","input":"one two"})").answer();
  const std::string id = at(first, {"id"});
  EXPECT_EQ(dialect.stored("GET", id), first);
  EXPECT_THAT(*dialect.stored("GET", id + "/input_items"), HasSubstr(R"("text":"one two")"));
  Ask next(dialect, R"({"model":"m","input":"three","previous_response_id":")" + id + "\"}");
  EXPECT_EQ(next.refusal(), "");
  EXPECT_EQ(next.request.prompt_words, 2 + 5 + 1) << "question, answer, question";
  EXPECT_THAT(*dialect.stored("DELETE", id), HasSubstr(R"("deleted":true)"));
  EXPECT_EQ(dialect.stored("GET", id), std::nullopt);
  EXPECT_THAT(next.refusal(), HasSubstr("not found"));
}

TEST(Responses, WithoutStoreNothingIsRemembered) {
  ResponsesDialect dialect;
  EXPECT_EQ(dialect.stored("GET", at(Ask(dialect, with(R"("store":false)")).answer(), {"id"})), std::nullopt);
}

TEST(ResponsesStore, ForgetsTheOldestBeyondItsBounds) {
  ResponsesStore store;
  for (std::size_t i = 0; i < ResponsesStore::kResponsesMax + 10; ++i)
    store.put("r" + std::to_string(i), {.body = "x", .input_items = {}, .output_items = {}, .output_ids = {}});
  EXPECT_EQ(store.size(), ResponsesStore::kResponsesMax);
  EXPECT_EQ(store.find("r9"), nullptr);
  EXPECT_NE(store.find("r10"), nullptr);
  store.clear();
  for (int i = 0; i < 3; ++i)
    store.put("big" + std::to_string(i), {.body = std::string(ResponsesStore::kBytesMax / 2, 'x'),
                                          .input_items = {},
                                          .output_items = {},
                                          .output_ids = {}});
  EXPECT_EQ(store.size(), 2U);
  EXPECT_EQ(store.find("big0"), nullptr);
}

}  // namespace
}  // namespace switchyard::cli::testing
