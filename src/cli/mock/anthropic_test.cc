#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/mock/seal.h"
#include "cli/mock/test_ask.h"

namespace switchyard::cli::testing {
namespace {

using ::testing::HasSubstr;

const std::string kUser = R"({"role":"user","content":"hi"})";
const std::string kUse = R"({"type":"tool_use","id":"a","name":"f","input":{}})";
const std::string kResult = R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"1"}]})";

std::string talk(const std::string& messages, const std::string& more = "") {
  return R"({"model":"m","max_tokens":4000,"messages":[)" + messages + "]" + more + "}";
}
std::string assistant(const std::string& blocks) { return R"({"role":"assistant","content":[)" + blocks + "]}"; }
std::string thought(Issuer issuer) {
  return R"({"type":"thinking","thinking":"t","signature":")" + sealed(issuer, "t") + "\"}";
}

const std::string kThinks = R"(,"thinking":{"type":"enabled","budget_tokens":2000})";

TEST(AnthropicCheck, RefusesWhatAnthropicRefuses) {
  const std::string tools = R"(,"tools":[{"name":"f","input_schema":{"type":"object"}}])";
  const std::vector<Case> cases = {
      {"A plain question is taken", talk(kUser), ""},
      {"An unknown member is named", talk(kUser, R"(,"foo":1)"), "foo: Extra inputs are not permitted"},
      {"OpenAI's members are unknown here", talk(kUser, R"(,"response_format":{})"),
       "response_format: Extra inputs are not permitted"},
      {"The limit is required", R"({"model":"m","messages":[]})", "max_tokens: Field required"},
      {"A message must be there", talk(""), "at least one message is required"},
      {"The user begins", talk(assistant(R"({"type":"text","text":"x"})")), "first message must use the \"user\" role"},
      {"Roles alternate", talk(kUser + "," + kUser), "roles must alternate"},
      {"There is no system role", talk(R"({"role":"system","content":"x"})"), "Unexpected role \"system\""},
      {"Content is not empty", talk(R"({"role":"user","content":""})"), "must have non-empty content"},
      {"A text is not empty", talk(R"({"role":"user","content":[{"type":"text","text":""}]})"),
       "text content blocks must be non-empty"},
      {"The last answer may be empty", talk(kUser + R"(,{"role":"assistant","content":[]})"), ""},
      {"A block has its own members only", talk(R"({"role":"user","content":[{"type":"text","text":"x","foo":1}]})"),
       "messages.0.content.0.text.foo: Extra inputs"},
      {"OpenAI's image is no block", talk(R"({"role":"user","content":[{"type":"image_url"}]})"),
       "Input tag 'image_url'"},
      {"A result answers its call", talk(kUser + "," + assistant(kUse) + "," + kResult), ""},
      {"A call wants its result", talk(kUser + "," + assistant(kUse) + "," + kUser),
       "without `tool_result` blocks immediately after: a"},
      {"A result wants its call", talk(kResult), "unexpected `tool_use_id` found in `tool_result` blocks: a"},
      {"Results come first in their turn",
       talk(kUser + "," + assistant(kUse) +
            R"(,{"role":"user","content":[{"type":"text","text":"x"},{"type":"tool_result","tool_use_id":"a"}]})"),
       "unexpected `tool_use_id`"},
      {"Calls have ids of their own", talk(kUser + "," + assistant(kUse + "," + kUse)), "ids must be unique"},
      {"A call's id is plain", talk(kUser + "," + assistant(R"({"type":"tool_use","id":"a.b","name":"f","input":{}})")),
       "String should match pattern"},
      {"A call's input is an object",
       talk(kUser + "," + assistant(R"({"type":"tool_use","id":"a","name":"f","input":"{}"})")), "valid dictionary"},
      {"A thought that it signed is taken", talk(kUser + "," + assistant(thought(Issuer::kAnthropic))), ""},
      {"A thought that another vendor signed is not", talk(kUser + "," + assistant(thought(Issuer::kGemini))),
       "messages.1.content.0: Invalid `signature` in `thinking` block"},
      {"A thought without signature is not", talk(kUser + "," + assistant(R"({"type":"thinking","thinking":"t"})")),
       "Invalid `signature`"},
      {"A hidden thought of another vendor is not",
       talk(kUser + "," +
            assistant(R"({"type":"redacted_thinking","data":")" + sealed(Issuer::kResponses, "t") + "\"}")),
       "Invalid `data`"},
      {"A budget is below the limit", talk(kUser, R"(,"thinking":{"type":"enabled","budget_tokens":4000})"),
       "`max_tokens` must be greater than `thinking.budget_tokens`"},
      {"A budget has a least", talk(kUser, R"(,"thinking":{"type":"enabled","budget_tokens":100})"),
       "greater than or equal to 1024"},
      {"Thought and forced tools do not mix", talk(kUser, kThinks + tools + R"(,"tool_choice":{"type":"any"})"),
       "Thinking may not be enabled when tool_choice forces tool use."},
      {"Thought and temperature do not mix", talk(kUser, kThinks + R"(,"temperature":0.5)"),
       "`temperature` may only be set to 1"},
      {"In a tool loop the thought comes first", talk(kUser + "," + assistant(kUse) + "," + kResult, kThinks),
       "Expected `thinking` or `redacted_thinking`, but found `tool_use`"},
      {"In a tool loop the signed thought is enough",
       talk(kUser + "," + assistant(thought(Issuer::kAnthropic) + "," + kUse) + "," + kResult, kThinks), ""},
      {"Without thinking no thought is wanted", talk(kUser + "," + assistant(kUse) + "," + kResult), ""},
      {"A tool has a schema", talk(kUser, R"(,"tools":[{"name":"f"}])"), "tools.0.custom.input_schema: Field required"},
      {"OpenAI's tool is none", talk(kUser, R"(,"tools":[{"name":"f","parameters":{}}])"),
       "tools.0.custom.parameters: Extra inputs"},
      {"A choice wants tools", talk(kUser, R"(,"tool_choice":{"type":"auto"})"),
       "may only be specified while providing tools"},
      {"Temperature has a range", talk(kUser, R"(,"temperature":1.5)"), "temperature: range: 0..1"},
  };
  const auto dialect = make_anthropic_dialect();
  for (const Case& c : cases) {
    const std::string refusal = Ask(*dialect, c.body).refusal();
    if (c.refusal.empty())
      EXPECT_EQ(refusal, "") << c.about;
    else
      EXPECT_THAT(refusal, HasSubstr(c.refusal)) << c.about;
  }
}

TEST(AnthropicCheck, CountingWantsNoLimitAndTakesNone) {
  const auto dialect = make_anthropic_dialect();
  Ask without(*dialect, R"({"model":"m","messages":[)" + kUser + "]}"), with(*dialect, talk(kUser));
  without.request.count_only = with.request.count_only = true;
  EXPECT_EQ(without.refusal(), "");
  EXPECT_EQ(with.refusal(), "max_tokens: Extra inputs are not permitted");
}

TEST(Anthropic, ItsThoughtComesBackSignedAndIsCounted) {
  const auto dialect = make_anthropic_dialect();
  const std::string answer = Ask(*dialect, talk(kUser, kThinks)).answer();
  EXPECT_EQ(at(answer, {"content", "0", "thinking"}), "Thinking about it.");
  EXPECT_TRUE(is_sealed_by(Issuer::kAnthropic, at(answer, {"content", "0", "signature"})));
  Ask next(*dialect,
           talk(kUser + R"(,{"role":"assistant","content":)" + at(answer, {"content"}) + "}," + kUser, kThinks));
  EXPECT_EQ(next.refusal(), "");
  EXPECT_THAT(at(next.answer(), {"content", "1", "text"}), HasSubstr("Thoughts: 1."));
}

TEST(Anthropic, AStreamSignsItsThought) {
  const auto dialect = make_anthropic_dialect();
  const std::string stream = Ask(*dialect, talk(kUser, kThinks)).stream();
  EXPECT_THAT(stream, HasSubstr(R"({"type":"signature_delta","signature":")"));
  EXPECT_TRUE(stream.ends_with("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"));
}

TEST(Anthropic, CallsOfLaterStepsHaveNewIds) {
  const auto dialect = make_anthropic_dialect();
  const std::string tools = R"(,"tools":[{"name":"f","input_schema":{"type":"object"}}])";
  const std::string ask = R"({"role":"user","content":"[[mock: tools=1]]"})";
  const std::string first = Ask(*dialect, talk(ask, tools)).answer();
  const std::string second =
      Ask(*dialect, talk(kUser + "," + assistant(R"({"type":"text","text":"x"})") + "," + ask, tools)).answer();
  EXPECT_EQ(at(first, {"content", "0", "id"}), "toolu_mock0");
  EXPECT_EQ(at(second, {"content", "0", "id"}), "toolu_mocks1_0");
}

TEST(Seal, IsBoundToIssuerAndUnforgeable) {
  const std::string seal = sealed(Issuer::kAnthropic, "thought");
  EXPECT_EQ(seal, sealed(Issuer::kAnthropic, "thought"));
  EXPECT_NE(seal, sealed(Issuer::kAnthropic, "another"));
  EXPECT_TRUE(is_sealed_by(Issuer::kAnthropic, seal));
  EXPECT_FALSE(is_sealed_by(Issuer::kResponses, seal));
  EXPECT_FALSE(is_sealed_by(Issuer::kGemini, seal));
  std::string changed = seal;
  changed[3] = changed[3] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(is_sealed_by(Issuer::kAnthropic, changed));
  EXPECT_FALSE(is_sealed_by(Issuer::kAnthropic, ""));
  EXPECT_FALSE(is_sealed_by(Issuer::kAnthropic, "c2lnbmVk"));
}

}  // namespace
}  // namespace switchyard::cli::testing
