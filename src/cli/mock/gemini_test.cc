#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/mock/gemini_extra.h"
#include "cli/mock/seal.h"
#include "cli/mock/test_ask.h"

namespace switchyard::cli::testing {
namespace {

using ::testing::HasSubstr;

const std::string kUser = R"({"role":"user","parts":[{"text":"hi"}]})";
const std::string kResult = R"({"role":"user","parts":[{"functionResponse":{"name":"f","response":{"a":1}}}]})";

std::string talk(const std::string& contents, const std::string& more = "") {
  return R"({"contents":[)" + contents + "]" + more + "}";
}
std::string call(const std::string& signature, int count = 1) {
  std::string parts;
  for (int i = 0; i < count; ++i) {
    parts += (i ? "," : "") + std::string(R"({"functionCall":{"name":"f","args":{}})") +
             (i || signature.empty() ? "" : R"(,"thoughtSignature":")" + signature + "\"") + "}";
  }
  return R"({"role":"model","parts":[)" + parts + "]}";
}
std::string config(const std::string& members) { return R"(,"generationConfig":{)" + members + "}"; }

const std::string kOwn = sealed(Issuer::kGemini, "x");

TEST(GeminiCheck, RefusesWhatGoogleRefuses) {
  const std::vector<Case> cases = {
      {"A plain question is taken", talk(kUser), ""},
      {"Names may be in snake case",
       talk(kUser, R"(,"system_instruction":{"parts":[{"text":"x"}]},"generation_config":{"max_output_tokens":5})"),
       ""},
      {"An unknown name is named", talk(kUser, R"(,"foo":1)"), "Unknown name \"foo\": Cannot find field."},
      {"An unknown name inside is named", talk(R"({"role":"user","parts":[{"text":"x","foo":1}]})"),
       "Unknown name \"foo\" at 'contents[0].parts[0]'"},
      {"OpenAI's messages are unknown", R"({"messages":[]})", "Unknown name \"messages\""},
      {"Contents must be there", R"({})", "contents is not specified"},
      {"Parts must be there", talk(R"({"role":"user","parts":[]})"), "contents.parts must not be empty"},
      {"A part says something", talk(R"({"role":"user","parts":[{"thought":true}]})"),
       "must have one initialized field"},
      {"A part says one thing", talk(R"({"role":"user","parts":[{"text":"x","inlineData":{}}]})"),
       "Cannot set more than one"},
      {"A role must be known", talk(R"({"role":"assistant","parts":[{"text":"x"}]})"),
       "Please use a valid role: user, model."},
      {"A response is an object",
       talk(kUser + "," + call(kOwn) +
            R"(,{"role":"user","parts":[{"functionResponse":{"name":"f","response":"x"}}]})"),
       "function_response.response'"},
      {"A result answers its call", talk(kUser + "," + call(kOwn) + "," + kResult), ""},
      {"As many results as calls", talk(kUser + "," + call(kOwn, 2) + "," + kResult),
       "number of function response parts is equal"},
      {"A result wants its call", talk(kResult), "function response turn comes immediately after a function call turn"},
      {"A first call wants its signature", talk(kUser + "," + call("") + "," + kResult), "missing a thought_signature"},
      {"Only a step's first call wants it",
       talk(
           kUser + "," + call(kOwn, 2) +
           R"(,{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}},{"functionResponse":{"name":"f","response":{}}}]})"),
       ""},
      {"Each step of the running turn wants it",
       talk(kUser + "," + call(kOwn) + "," + kResult + "," + call("") + "," + kResult), "missing a thought_signature"},
      {"A turn that is over wants none",
       talk(kUser + "," + call("") + "," + kResult + R"(,{"role":"model","parts":[{"text":"x"}]},)" + kUser), ""},
      {"Another vendor's signature is refused",
       talk(kUser + "," + call(sealed(Issuer::kAnthropic, "x")) + "," + kResult), "Corrupted thought signature."},
      {"Another vendor's signature on a text is refused",
       talk(R"({"role":"model","parts":[{"text":"x","thoughtSignature":"YQ=="}]},)" + kUser),
       "Corrupted thought signature."},
      {"Google's word for calls of other models is taken",
       talk(kUser + "," + call("skip_thought_signature_validator") + "," + kResult), ""},
      {"A schema is Google's",
       talk(
           kUser,
           config(
               R"("responseMimeType":"application/json","responseSchema":{"type":"OBJECT","additionalProperties":false})")),
       "Unknown name \"additionalProperties\" at 'generation_config.response_schema'"},
      {"A schema wants JSON", talk(kUser, config(R"("responseSchema":{"type":"OBJECT"})")), "response mime type"},
      {"JSON Schema has its own place",
       talk(kUser,
            config(R"("responseMimeType":"application/json","responseJsonSchema":{"additionalProperties":false})")),
       ""},
      {"A budget or a level", talk(kUser, config(R"("thinkingConfig":{"thinkingBudget":1,"thinkingLevel":"LOW"})")),
       "only set one of thinking budget and thinking level"},
      {"A tool's schema is Google's",
       talk(
           kUser,
           R"(,"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"a":{"$ref":"x"}}}}]}])"),
       "Unknown name \"$ref\" at 'tools[0].function_declarations[0].parameters.properties[0].value'"},
      {"A forced call wants functions", talk(kUser, R"(,"toolConfig":{"functionCallingConfig":{"mode":"ANY"}})"),
       "without function_declarations"},
      {"Named functions want mode ANY",
       talk(kUser, R"(,"toolConfig":{"functionCallingConfig":{"mode":"AUTO","allowedFunctionNames":["f"]}})"),
       "mode is not ANY"},
      {"Temperature has a range", talk(kUser, config(R"("temperature":3)")), "temperature must be in the range"},
  };
  const auto dialect = make_gemini_dialect();
  for (const Case& c : cases) {
    const std::string refusal = Ask(*dialect, c.body, "gemini-3-pro").refusal();
    if (c.refusal.empty())
      EXPECT_EQ(refusal, "") << c.about;
    else
      EXPECT_THAT(refusal, HasSubstr(c.refusal)) << c.about;
  }
}

TEST(GeminiCheck, ASignatureMayComeInTheAlphabetOfUrls) {
  const auto dialect = make_gemini_dialect();
  std::string seal;
  for (int i = 0; seal.find_first_of("+/") == std::string::npos; ++i) seal = sealed(Issuer::kGemini, std::to_string(i));
  for (char& c : seal) c = c == '+' ? '-' : c == '/' ? '_' : c;
  Ask ask(*dialect, talk(kUser + "," + call(seal) + "," + kResult), "gemini-3-pro");
  EXPECT_EQ(ask.refusal(), "");
  EXPECT_EQ(ask.request.states, 1U);
}

TEST(GeminiCheck, OlderModelsWantNoSignature) {
  const auto dialect = make_gemini_dialect();
  EXPECT_EQ(Ask(*dialect, talk(kUser + "," + call("") + "," + kResult), "gemini-2.5-pro").refusal(), "");
}

TEST(Gemini, ItsCallsComeBackSigned) {
  const auto dialect = make_gemini_dialect();
  const std::string ask = R"({"role":"user","parts":[{"text":"[[mock: tools=2]]"}]})";
  const std::string tools = R"(,"tools":[{"functionDeclarations":[{"name":"f"}]}])";
  const std::string answer = Ask(*dialect, talk(ask, tools), "gemini-3-pro").answer();
  EXPECT_TRUE(
      is_sealed_by(Issuer::kGemini, at(answer, {"candidates", "0", "content", "parts", "0", "thoughtSignature"})));
  EXPECT_EQ(at(answer, {"candidates", "0", "content", "parts", "1", "thoughtSignature"}), "");
  EXPECT_EQ(at(answer, {"candidates", "0", "finishReason"}), "STOP");
  const std::string results =
      R"({"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}},{"functionResponse":{"name":"f","response":{}}}]})";
  Ask next(*dialect, talk(ask + "," + at(answer, {"candidates", "0", "content"}) + "," + results, tools),
           "gemini-3-pro");
  EXPECT_EQ(next.refusal(), "");
  EXPECT_THAT(next.answer(), HasSubstr("Results: 2. Thoughts: 1."));
}

TEST(Gemini, ThoughtsArePartsOfTheirOwnAndCounted) {
  const auto dialect = make_gemini_dialect();
  const std::string answer =
      Ask(*dialect, talk(kUser, config(R"("thinkingConfig":{"includeThoughts":true})"))).answer();
  EXPECT_EQ(at(answer, {"candidates", "0", "content", "parts", "0", "thought"}), "true");
  EXPECT_EQ(at(answer, {"usageMetadata", "thoughtsTokenCount"}), "5");
  EXPECT_TRUE(
      is_sealed_by(Issuer::kGemini, at(answer, {"candidates", "0", "content", "parts", "1", "thoughtSignature"})));
}

TEST(Gemini, ABlockedPromptHasFeedbackAndNoCandidates) {
  const auto dialect = make_gemini_dialect();
  const std::string answer =
      Ask(*dialect, talk(R"({"role":"user","parts":[{"text":"[[mock: block=SAFETY]]"}]})")).answer();
  EXPECT_EQ(at(answer, {"promptFeedback", "blockReason"}), "SAFETY");
  EXPECT_EQ(at(answer, {"candidates"}), "");
}

TEST(Gemini, AStreamIsEventsOrOneArray) {
  const auto dialect = make_gemini_dialect();
  Ask ask(*dialect, talk(kUser), "m");
  EXPECT_TRUE(ask.stream().starts_with("data: {\"candidates\""));
  ask.request.as_array = true;
  const std::string array = ask.stream();
  EXPECT_EQ(at(array, {"0", "candidates", "0", "content", "parts", "0", "text"}), "Mock m read ");
  EXPECT_EQ(at(array, {"2", "candidates", "0", "finishReason"}), "STOP");
}

TEST(Gemini, ErrorsHaveGooglesShape) {
  const auto dialect = make_gemini_dialect();
  Ask ask(*dialect, talk(kUser, R"(,"foo":1)"));
  const std::string error = dialect->error(*dialect->check(ask.request));
  EXPECT_EQ(at(error, {"error", "status"}), "INVALID_ARGUMENT");
  EXPECT_EQ(at(error, {"error", "details", "0", "@type"}), "type.googleapis.com/google.rpc.BadRequest");
  EXPECT_EQ(at(dialect->error({.status = 429, .message = "x"}), {"error", "status"}), "RESOURCE_EXHAUSTED");
}

TEST(GeminiExtra, CountsAndEmbeds) {
  const auto dialect = make_gemini_dialect();
  Checked refusal;
  Ask count(*dialect, talk(kUser));
  EXPECT_EQ(at(gemini_extra("countTokens", count.request, refusal), {"totalTokens"}), "8");
  Ask embed(*dialect, R"({"content":{"parts":[{"text":"x"}]},"outputDimensionality":2})");
  const std::string one = gemini_extra("embedContent", embed.request, refusal);
  Ask batch(*dialect,
            R"({"requests":[{"model":"models/m","content":{"parts":[{"text":"x"}]},"outputDimensionality":2}]})");
  EXPECT_EQ(at(gemini_extra("batchEmbedContents", batch.request, refusal), {"embeddings", "0"}),
            at(one, {"embedding"}));
  EXPECT_FALSE(refusal);
  Ask unknown(*dialect, R"({"content":{"parts":[{"text":"x"}]},"input":"x"})");
  (void)gemini_extra("embedContent", unknown.request, refusal);
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->message, HasSubstr("Unknown name \"input\""));
}

}  // namespace
}  // namespace switchyard::cli::testing
