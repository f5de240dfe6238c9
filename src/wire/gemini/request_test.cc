// Gemini requests: what they parse to, what is written for other dialects' requests, and that nothing is lost between.

#include "wire/gemini/request.h"

#include <gtest/gtest.h>

#include "wire/fields.h"
#include "wire/gemini/signature.h"

namespace switchyard::wire::gemini {
namespace {

/// The request written again, or "error: ...".
std::string rewritten(std::string_view body, std::string_view model = "gemini-2.5-flash") {
  const auto document = json::Document::parse(body);
  if (!document) return "error: " + document.error().message;
  const auto request = parse_request(*document);
  if (!request) return "error: " + request.error().message;
  std::string out;
  emit_request(*request, {.model = model}, out);
  EXPECT_TRUE(json::Document::parse(out)) << out;
  return out;
}

struct Case {
  std::string name;
  std::string in;
  std::string want = in;
};
std::string user(std::string parts) { return R"({"contents":[{"role":"user","parts":[)" + parts + "]}]}"; }
std::string model(std::string parts) { return R"({"contents":[{"role":"model","parts":[)" + parts + "]}]}"; }
/// A call with an id and its result.
std::string answered(std::string response) {
  return R"({"contents":[{"role":"model","parts":[{"functionCall":{"id":"a","name":"f","args":{}}}]},)"
         R"({"role":"user","parts":[{"functionResponse":{"id":"a","name":"f","response":)" +
         response + "}}]}]}";
}
std::string with(std::string fields) {
  return R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}],)" + fields + "}";
}

class RoundTripTest : public testing::TestWithParam<Case> {};
TEST_P(RoundTripTest, ReadAndWrittenAgainSaysTheSame) {
  EXPECT_EQ(rewritten(GetParam().in), GetParam().want);
  EXPECT_EQ(rewritten(GetParam().want), GetParam().want) << "and is stable";
}

INSTANTIATE_TEST_SUITE_P(
    Parts, RoundTripTest,
    testing::Values(
        Case{"Text", user(R"({"text":"caf\u00e9 \"q\"\n"})")}, Case{"EmptyText", user(R"({"text":""})")},
        Case{"LoneContentAndPart", R"({"contents":{"parts":{"text":"hi"}}})", user(R"({"text":"hi"})")},
        Case{"Image", user(R"({"inlineData":{"mimeType":"image/png","data":"QUJD"}})")},
        Case{"SnakeCase", user(R"({"inline_data":{"mime_type":"image/png","data":"QUJD"}})"),
             user(R"({"inlineData":{"mimeType":"image/png","data":"QUJD"}})")},
        Case{"UrlSafeBase64BecomesStandard", user(R"({"inlineData":{"mimeType":"image/png","data":"-_8="}})"),
             user(R"({"inlineData":{"mimeType":"image/png","data":"+/8="}})")},
        Case{"NamedImageStaysWhole",
             user(R"({"inlineData":{"mimeType":"image/png","data":"QUJD","displayName":"a.png"}})")},
        Case{"Audio", user(R"({"inlineData":{"mimeType":"audio/wav","data":"QUJD"}})")},
        Case{"Pdf", user(R"({"inlineData":{"mimeType":"application/pdf","data":"QUJD"}})")},
        Case{"ImageUrl", user(R"({"fileData":{"mimeType":"image/png","fileUri":"https://x/y.png"}})")},
        Case{
            "UploadedFile",
            user(
                R"({"fileData":{"mimeType":"video/mp4","fileUri":"https://generativelanguage.googleapis.com/v1beta/files/a"}})")},
        Case{"Bucket", user(R"({"fileData":{"mimeType":"image/png","fileUri":"gs://b/c","displayName":"c"}})")},
        Case{
            "VideoMetadataStaysWhole",
            user(
                R"({"fileData":{"fileUri":"https://www.youtube.com/watch?v=1"},"videoMetadata":{"startOffset":"1s"}})")},
        Case{
            "Calls",
            model(
                R"({"functionCall":{"id":"a","name":"f","args":{"x":1.50}}},{"functionCall":{"name":"g","args":{}}})")},
        Case{"CallWithoutArgs", model(R"({"functionCall":{"name":"f"}})"),
             model(R"({"functionCall":{"name":"f","args":{}}})")},
        Case{"PartialCallStaysWhole", model(R"({"functionCall":{"name":"f","willContinue":true}})")},
        Case{
            "ResultsWithoutIds",
            R"({"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"g","args":{}}}]},)"
            R"({"role":"user","parts":[{"functionResponse":{"name":"g","response":{"output":"2"}}},{"functionResponse":{"name":"f","response":{"output":"1"}}}]}]})"},
        Case{"ResultOfNoCallStaysWhole",
             user(R"({"functionResponse":{"id":"a","name":"f","response":{"temp": 20.0}}})")},
        Case{"ResultObject", answered(R"({"temp": 20.0,"n":[1]})")}, Case{"ResultText", answered(R"({"output":"1"})")},
        Case{"ResultEmpty", answered("{}")}, Case{"ResultError", answered(R"({"error":"no"})")},
        Case{"ResultErrorObject", answered(R"({"error":{"code":5}})")},
        Case{"ResultWithPicture",
             answered(R"({"output":"see"},"parts":[{"inlineData":{"mimeType":"image/png","data":"QUJD"}}])")},
        Case{"ScheduledResultStaysWhole",
             user(R"({"functionResponse":{"name":"f","response":{},"scheduling":"SILENT"}})")},
        Case{
            "CodeExecution",
            model(
                R"({"executableCode":{"language":"PYTHON","code":"1"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1"}})")},
        Case{
            "SystemInstruction",
            R"({"system_instruction":{"parts":{"text":"be brief"}},"contents":[{"role":"user","parts":[{"text":"hi"}]}]})",
            R"({"systemInstruction":{"parts":[{"text":"be brief"}]},"contents":[{"role":"user","parts":[{"text":"hi"}]}]})"},
        Case{"ChunksOfOneAnswer",
             R"({"contents":[{"role":"model","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]}]})",
             model(R"({"text":"a"},{"text":"b"})")}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Signatures, RoundTripTest,
    testing::Values(Case{"OnTheCall",
                         model(R"({"text":"a"},{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"})")},
                    Case{"OnTheTextBeforeACall",
                         model(R"({"text":"a","thoughtSignature":"c2ln"},{"functionCall":{"name":"f","args":{}}})")},
                    Case{"OnAnEmptyText", model(R"({"text":"a"},{"text":"","thoughtSignature":"c2ln"})")},
                    Case{"OnAThought", model(R"({"text":"hm","thought":true,"thoughtSignature":"c2ln"},{"text":"a"})")},
                    Case{"SnakeCase", model(R"({"text":"a","thought_signature":"c2ln"})"),
                         model(R"({"text":"a","thoughtSignature":"c2ln"})")},
                    Case{"Thought", model(R"({"text":"hm","thought":true},{"text":"a"})")},
                    Case{"ThoughtOfAnotherDialectIsLeftOut",
                         model(R"({"text":"hm","thought":true,"thoughtSignature":")" + base64("sy1.anthropic.EqQB") +
                               R"("},{"text":"a"})"),
                         model(R"({"text":"a"})")}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Fields, RoundTripTest,
    testing::Values(
        Case{
            "Sampling",
            with(
                R"("generationConfig":{"temperature":0.70,"topP":0.9,"topK":7,"candidateCount":1,"maxOutputTokens":5,"stopSequences":["a","b"],"seed":-3,"presencePenalty":0.1,"frequencyPenalty":0.2,"responseLogprobs":true,"logprobs":3})")},
        Case{"WholeNumbersAsFloatsAndStrings",
             with(R"("generation_config":{"top_k":7.0,"max_output_tokens":"9","candidate_count":1.0})"),
             with(R"("generationConfig":{"topK":7,"candidateCount":1,"maxOutputTokens":9})")},
        Case{"JsonMode", with(R"("generationConfig":{"responseMimeType":"application/json"})")},
        Case{"PlainTextSaysNothing",
             with(R"("generationConfig":{"responseMimeType":"text/plain","responseModalities":["TEXT"]})"),
             R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})"},
        Case{
            "Schema",
            with(
                R"("generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"OBJECT","properties":{"b":{"type":"STRING","nullable":true},"a":{"type":"ARRAY","items":{"type":"INTEGER"},"minItems":"1"}},"propertyOrdering":["a","b"],"required":["a"]}})"),
            with(
                R"("generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object","properties":{"a":{"type":"array","items":{"type":"integer"},"minItems":1},"b":{"type":["string","null"]}},"required":["a"]}})")},
        Case{
            "EnumMode",
            with(
                R"("generationConfig":{"responseMimeType":"text/x.enum","responseSchema":{"type":"STRING","enum":["a"]}})")},
        Case{"Budget", with(R"("generationConfig":{"thinkingConfig":{"thinkingBudget":512,"includeThoughts":true}})")},
        Case{"DynamicBudget", with(R"("generationConfig":{"thinkingConfig":{"thinkingBudget":-1}})")},
        Case{"NoThinking", with(R"("generationConfig":{"thinkingConfig":{"thinkingBudget":0}})")},
        Case{"ThoughtsOnlyInSnakeCase", with(R"("generation_config":{"thinking_config":{"include_thoughts":true}})"),
             with(R"("generationConfig":{"thinkingConfig":{"include_thoughts":true}})")},
        Case{"Level", with(R"("generationConfig":{"thinkingConfig":{"thinkingLevel":"low"}})"),
             with(R"("generationConfig":{"thinkingConfig":{"thinkingLevel":"LOW"}})")},
        Case{
            "UnknownKeysWithDots",
            with(
                R"("tools":[{"functionDeclarations":[{"name":"f"}]}],"toolConfig":{"a.b":1},"generationConfig":{"c.d":2},"e.f[0]":3)")},
        Case{
            "UnknownFields",
            with(
                R"("generationConfig":{"speechConfig":{"a":1},"responseModalities":["IMAGE"]},"safetySettings":[{"category":"X","threshold":"BLOCK_NONE"}],"cachedContent":"cachedContents/a","labels":{"k":"v"})")},
        Case{
            "Tools",
            with(
                R"("tools":[{"functionDeclarations":[{"name":"f","description":"d","parametersJsonSchema":{"type":"object","$defs":{}}},{"name":"g"}]},{"googleSearch":{}},{"urlContext":{}}])")},
        Case{
            "Parameters",
            with(
                R"("tools":[{"function_declarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"type":{"type":"STRING","enum":["A"]},"n":{"anyOf":[{"type":"NUMBER"},{"type":"NULL"}]}}}}]}])"),
            with(
                R"("tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object","properties":{"type":{"type":"string","enum":["A"]},"n":{"anyOf":[{"type":"number"},{"type":"null"}]}}}}]}])")},
        Case{"FunctionWithBehaviorStaysWhole",
             with(R"("tools":[{"functionDeclarations":[{"name":"f","behavior":"NON_BLOCKING"}]}])")},
        Case{"SearchRetrievalKeepsItsOptions",
             with(R"("tools":[{"googleSearchRetrieval":{"dynamicRetrievalConfig":{"mode":"MODE_DYNAMIC"}}}])")},
        Case{
            "ChoiceAny",
            with(
                R"("tools":[{"functionDeclarations":[{"name":"f"}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY"}})")},
        Case{
            "ChoiceNamed",
            with(
                R"("tools":[{"functionDeclarations":[{"name":"f"}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}})")},
        Case{
            "ChoiceOfSeveral",
            with(
                R"("tools":[{"functionDeclarations":[{"name":"f"}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f","g"]}})")},
        Case{
            "ChoiceValidated",
            with(
                R"("tools":[{"functionDeclarations":[{"name":"f"}]}],"toolConfig":{"functionCallingConfig":{"mode":"VALIDATED"},"retrievalConfig":{"languageCode":"en"}})")},
        Case{
            "ChoiceNoneInSnakeCase",
            with(
                R"("tools":[{"functionDeclarations":[{"name":"f"}]}],"tool_config":{"function_calling_config":{"mode":"none"}})"),
            with(
                R"("tools":[{"functionDeclarations":[{"name":"f"}]}],"toolConfig":{"functionCallingConfig":{"mode":"NONE"}})")}),
    [](const auto& tested) { return tested.param.name; });

TEST(GeminiRequestTest, ThoughtsInPiecesMeetTheirForeignSignature) {
  const std::string body = model(
      R"({"text":"a","thought":true},{"text":"b","thought":true},{"text":"","thought":true,"thoughtSignature":")" +
      base64("sy1.anthropic.EqQB") + R"("},{"text":"c"})");
  const auto document = json::Document::parse(body);
  const auto request = parse_request(*document);
  ASSERT_TRUE(request);
  const std::vector<Part>& parts = request->messages.at(0).parts;
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(std::get<ThinkingPart>(parts[0]).text.escaped, "ab");
  EXPECT_EQ(std::get<ThinkingPart>(parts[0]).signature.escaped, "EqQB");
  EXPECT_EQ(std::get<ThinkingPart>(parts[0]).issuer, Dialect::kAnthropic);
}

struct BadCase {
  std::string name, body, want;
};
class BadRequestTest : public testing::TestWithParam<BadCase> {};
TEST_P(BadRequestTest, NamesTheField) { EXPECT_EQ(rewritten(GetParam().body), "error: " + GetParam().want); }
INSTANTIATE_TEST_SUITE_P(
    Bodies, BadRequestTest,
    testing::Values(
        BadCase{"NoObject", "[]", "body: expected a JSON object"},
        BadCase{"NoContents", "{}", "contents: expected an array"},
        BadCase{"Role", R"({"contents":[{"role":"system","parts":[]}]})", "contents[0].role: expected user or model"},
        BadCase{"Part", user("1"), "contents[0].parts[0]: expected an object"},
        BadCase{"Text", user(R"({"text":1})"), "contents[0].parts[0].text: expected a string"},
        BadCase{"BlobWithoutData", user(R"({"inlineData":{"mimeType":"image/png"}})"),
                "contents[0].parts[0].inlineData.data: expected a string"},
        BadCase{"CallWithoutName", model(R"({"functionCall":{}})"),
                "contents[0].parts[0].functionCall.name: expected a string"},
        BadCase{"ArgsAsText", model(R"({"functionCall":{"name":"f","args":"{}"}})"),
                "contents[0].parts[0].functionCall.args: expected an object"},
        BadCase{"Limit", with(R"("generationConfig":{"maxOutputTokens":1.5})"),
                "generationConfig.maxOutputTokens: expected an integer of at least 1"},
        BadCase{"TopK", with(R"("generation_config":{"top_k":"many"})"),
                "generationConfig.top_k: expected an integer of at least 0"},
        BadCase{"Stops", with(R"("generationConfig":{"stopSequences":["a","b","c","d","e","f"]})"),
                "generationConfig.stopSequences: expected at most 5"},
        BadCase{"BudgetAndLevel",
                with(R"("generationConfig":{"thinkingConfig":{"thinkingBudget":1,"thinkingLevel":"LOW"}})"),
                "generationConfig.thinkingConfig: expected thinkingBudget or thinkingLevel, not both"},
        BadCase{"TwoSchemas", with(R"("generationConfig":{"responseSchema":{},"responseJsonSchema":{}})"),
                "generationConfig: expected responseSchema or responseJsonSchema, not both"},
        BadCase{"TwoParameters",
                with(R"("tools":[{"functionDeclarations":[{"name":"f","parameters":{},"parametersJsonSchema":{}}]}])"),
                "tools[0].functionDeclarations[0]: expected parameters or parametersJsonSchema, not both"},
        BadCase{"Mode", with(R"("toolConfig":{"functionCallingConfig":{"mode":"MAYBE"}})"),
                "toolConfig.functionCallingConfig.mode: expected AUTO, ANY, NONE or VALIDATED"},
        BadCase{"EscapedKey", R"({"contents":[{}],"\u0074ools":[]})", "tools: expected a key written without escapes"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace switchyard::wire::gemini
