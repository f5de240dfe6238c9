// Requests of other dialects, as Gemini is sent them.

#include <gtest/gtest.h>

#include "wire/gemini/request.h"

namespace switchyard::wire::gemini {
namespace {

struct Case {
  std::string name;
  ChatRequest request;
  std::string want;
  std::string model = "gemini-2.5-flash";
  TokenCount output_max = 0;
};
class TranslationTest : public testing::TestWithParam<Case> {};
TEST_P(TranslationTest, SaysTheSameToGemini) {
  std::string out;
  emit_request(GetParam().request, {.model = GetParam().model, .output_max = GetParam().output_max}, out);
  EXPECT_TRUE(json::Document::parse(out)) << out;
  EXPECT_EQ(out, GetParam().want);
}

Part text(std::string_view words) { return TextPart{{words}, {}, {}}; }
Part call(std::string_view id, std::string_view name, std::string_view arguments = "{}", bool custom = false) {
  return ToolCallPart{{id}, {name}, arguments, {}, custom};
}
Part result(std::string_view id, std::string_view words, bool error = false) {
  return ToolResultPart{{id}, {TextPart{{words}, {}, {}}}, error, {}};
}
Part state(std::string_view signature, Dialect issuer = Dialect::kGemini, std::string_view thought = {}) {
  return ThinkingPart{{thought}, {signature}, {}, issuer};
}
ChatRequest turns(std::vector<Message> messages) {
  ChatRequest request;
  request.dialect = Dialect::kOpenAiChat;
  request.messages = std::move(messages);
  return request;
}
ChatRequest hi(auto&& change) {
  ChatRequest request = turns({{Role::kUser, {text("hi")}, {}}});
  change(request);
  return request;
}
const std::string kHi = R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}])";
std::string thinking(std::string config) { return kHi + R"(,"generationConfig":{"thinkingConfig":)" + config + "}}"; }
auto effort(std::string word) {
  return hi([&](ChatRequest& r) { r.reasoning = {ReasoningMode::kEffort, 0, word}; });
}
auto reasoning(ReasoningMode mode, std::int64_t budget = 0) {
  return hi([&](ChatRequest& r) { r.reasoning = {mode, budget, {}}; });
}
Tool function(std::string_view name, std::string_view schema = {}) {
  Tool tool;
  tool.name = {name};
  tool.schema = {schema};
  return tool;
}
Tool server(ServerTool kind) {
  Tool tool;
  tool.opaque = {R"({"type":"x"})"};
  tool.server = kind;
  return tool;
}
std::string called(std::string first_extra) {
  return R"({"contents":[{"role":"model","parts":[{"functionCall":{"id":"a","name":"f","args":{}})" + first_extra +
         R"(},{"functionCall":{"id":"b","name":"g","args":{}}}]}]})";
}

INSTANTIATE_TEST_SUITE_P(
    Messages, TranslationTest,
    testing::Values(
        Case{
            "SystemMessagesBecomeOneInstruction",
            turns({{Role::kSystem, {text("a")}, {}},
                   {Role::kUser, {text("hi")}, {}},
                   {Role::kDeveloper, {text("b")}, {}}}),
            R"({"systemInstruction":{"parts":[{"text":"a"},{"text":"b"}]},"contents":[{"role":"user","parts":[{"text":"hi"}]}]})"},
        Case{"InstructionsAloneAreAskedAsTheUser", turns({{Role::kSystem, {text("a")}, {}}}),
             R"({"contents":[{"role":"user","parts":[{"text":"a"}]}]})"},
        Case{"TurnsOfOneRoleBecomeOneContent",
             turns({{Role::kUser, {text("a")}, {}},
                    {Role::kUser, {text(""), text("b")}, {}},
                    {Role::kAssistant, {text("")}, {}},
                    {Role::kUser, {text("c")}, {}}}),
             R"({"contents":[{"role":"user","parts":[{"text":"a"},{"text":"b"},{"text":"c"}]}]})"},
        Case{
            "ParallelResultsBecomeOneContentWithTheirNames",
            turns({{Role::kAssistant, {call("a", "f", R"({"x":1})"), call("b", "g")}, {}},
                   {Role::kUser, {result("b", "two")}, {}},
                   {Role::kUser, {result("a", R"({\"n\":1})")}, {}}}),
            R"({"contents":[{"role":"model","parts":[{"functionCall":{"id":"a","name":"f","args":{"x":1}}},{"functionCall":{"id":"b","name":"g","args":{}}}]},)"
            R"({"role":"user","parts":[{"functionResponse":{"id":"b","name":"g","response":{"output":"two"}}},{"functionResponse":{"id":"a","name":"f","response":{"n":1}}}]}]})"},
        Case{
            "FailedTool",
            turns({{Role::kAssistant, {call("a", "f")}, {}},
                   {Role::kUser, {result("a", "no \\\"luck\\\"", true)}, {}}}),
            R"({"contents":[{"role":"model","parts":[{"functionCall":{"id":"a","name":"f","args":{}}}]},)"
            R"({"role":"user","parts":[{"functionResponse":{"id":"a","name":"f","response":{"error":"no \"luck\""}}}]}]})"},
        Case{
            "ResultOfAnUnknownCallIsNamedByItsId", turns({{Role::kUser, {result("toolu_1", "x")}, {}}}),
            R"({"contents":[{"role":"user","parts":[{"functionResponse":{"id":"toolu_1","name":"toolu_1","response":{"output":"x"}}}]}]})"},
        Case{
            "PicturesStandBesideTheResultBeforeGemini3",
            turns({{Role::kUser,
                    {ToolResultPart{{"a"}, {ImagePart{{}, {"image/png"}, {"QUJD"}, {}, {}}}, false, {}}},
                    {}}}),
            R"({"contents":[{"role":"user","parts":[{"functionResponse":{"id":"a","name":"a","response":{"output":""}}},{"inlineData":{"mimeType":"image/png","data":"QUJD"}}]}]})"},
        Case{
            "PicturesStandInsideTheResultInGemini3",
            turns({{Role::kUser,
                    {ToolResultPart{{"a"}, {ImagePart{{}, {"image/png"}, {"QUJD"}, {}, {}}}, false, {}}},
                    {}}}),
            R"({"contents":[{"role":"user","parts":[{"functionResponse":{"id":"a","name":"a","response":{"output":""},"parts":[{"inlineData":{"mimeType":"image/png","data":"QUJD"}}]}}]}]})",
            "gemini-3-pro-preview"},
        Case{
            "Media",
            turns({{Role::kUser,
                    {ImagePart{{"https://x/y.webp?z"}, {}, {}, {}, {}}, AudioPart{{"wav"}, {"QUJD"}},
                     FilePart{{}, {}, {"JVBE"}, {"a.pdf"}, {}}, FilePart{{}, {}, {"caf\\u00e9"}, {}, {}, true}},
                    {}}}),
            R"({"contents":[{"role":"user","parts":[{"fileData":{"mimeType":"image/webp","fileUri":"https://x/y.webp?z"}},{"inlineData":{"mimeType":"audio/wav","data":"QUJD"}},{"inlineData":{"mimeType":"application/pdf","data":"JVBE"}},{"inlineData":{"mimeType":"text/plain","data":"Y2Fmw6k="}}]}]})"},
        Case{
            "CustomCall", turns({{Role::kAssistant, {call("a", "f", "say \"x\"", true)}, {}}}),
            R"({"contents":[{"role":"model","parts":[{"functionCall":{"id":"a","name":"f","args":{"input":"say \"x\""}}}]}]})"},
        Case{"Refusal", turns({{Role::kAssistant, {RefusalPart{{"no"}}}, {}}}),
             R"({"contents":[{"role":"model","parts":[{"text":"no"}]}]})"}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Signatures, TranslationTest,
    testing::Values(
        Case{
            "GoesToTheCallBehindTheText",
            turns({{Role::kAssistant, {state("c2ln", Dialect::kGemini, "hm"), text("a"), call("a", "f")}, {}}}),
            R"({"contents":[{"role":"model","parts":[{"text":"hm","thought":true},{"text":"a"},{"functionCall":{"id":"a","name":"f","args":{}},"thoughtSignature":"c2ln"}]}]})"},
        Case{"GoesToTheTextWithoutACall", turns({{Role::kAssistant, {state("c2ln"), text("a")}, {}}}),
             R"({"contents":[{"role":"model","parts":[{"text":"a","thoughtSignature":"c2ln"}]}]})"},
        Case{
            "TwoGoToTextAndCall",
            turns({{Role::kAssistant, {state("czE="), text("a"), state("czI="), call("a", "f")}, {}}}),
            R"({"contents":[{"role":"model","parts":[{"text":"a","thoughtSignature":"czE="},{"functionCall":{"id":"a","name":"f","args":{}},"thoughtSignature":"czI="}]}]})"},
        Case{"AloneGetsAnEmptyText", turns({{Role::kAssistant, {state("c2ln")}, {}}}),
             R"({"contents":[{"role":"model","parts":[{"text":"","thoughtSignature":"c2ln"}]}]})"},
        Case{
            "OfAnotherIssuerIsNeverSent",
            turns({{Role::kAssistant, {state("EqQB", Dialect::kAnthropic, "hm"), call("a", "f"), call("b", "g")}, {}}}),
            called("")},
        Case{"Gemini3IsToldThatACallHasNone", turns({{Role::kAssistant, {call("a", "f"), call("b", "g")}, {}}}),
             called(R"(,"thoughtSignature":"skip_thought_signature_validator")"), "gemini-3-flash-preview"},
        Case{"Gemini3GetsTheRealOne", turns({{Role::kAssistant, {state("c2ln"), call("a", "f"), call("b", "g")}, {}}}),
             called(R"(,"thoughtSignature":"c2ln")"), "gemini-3-flash-preview"}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Thinking, TranslationTest,
    testing::Values(Case{"EffortAsABudget", effort("medium"),
                         thinking(R"({"thinkingBudget":8192,"includeThoughts":true})")},
                    Case{"EffortAsALevel", effort("medium"),
                         thinking(R"({"thinkingLevel":"MEDIUM","includeThoughts":true})"), "gemini-3-flash"},
                    Case{"EffortAsALevelThatProKnows", effort("minimal"),
                         thinking(R"({"thinkingLevel":"LOW","includeThoughts":true})"), "gemini-3-pro-preview"},
                    Case{"NoEffort", effort("none"), thinking(R"({"thinkingBudget":0})")},
                    Case{"NoEffortOfAModelThatAlwaysThinks", effort("none"), thinking(R"({"thinkingBudget":128})"),
                         "gemini-2.5-pro"},
                    Case{"Disabled", reasoning(ReasoningMode::kDisabled), thinking(R"({"thinkingLevel":"MINIMAL"})"),
                         "gemini-3-flash"},
                    Case{"Adaptive", reasoning(ReasoningMode::kAdaptive),
                         thinking(R"({"thinkingBudget":-1,"includeThoughts":true})")},
                    Case{"AdaptiveIsWhatGemini3Does", reasoning(ReasoningMode::kAdaptive),
                         thinking(R"({"includeThoughts":true})"), "gemini-3-flash"},
                    Case{"Budget", reasoning(ReasoningMode::kBudget, 5000),
                         thinking(R"({"thinkingBudget":5000,"includeThoughts":true})")},
                    Case{"BudgetAboveTheModels", reasoning(ReasoningMode::kBudget, 60000),
                         thinking(R"({"thinkingBudget":24576,"includeThoughts":true})")}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Fields, TranslationTest,
    testing::Values(
        Case{"LimitIsClamped", hi([](ChatRequest& r) { r.output_tokens_max = {"9000"}; }),
             kHi + R"(,"generationConfig":{"maxOutputTokens":8192}})", "m", 8192},
        Case{"LimitBelow", hi([](ChatRequest& r) { r.output_tokens_max = {"90"}; }),
             kHi + R"(,"generationConfig":{"maxOutputTokens":90}})", "m", 8192},
        Case{
            "Schema", hi([](ChatRequest& r) {
              r.response_format = {ResponseFormatKind::kJsonSchema, {"n"}, {}, {R"({"$ref":"#/$defs/a"})"}, true};
            }),
            kHi +
                R"(,"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"$ref":"#/$defs/a"}}})"},
        Case{"UnknownFieldsOfOthersAreNotWritten", hi([](ChatRequest& r) { r.unknown.push_back({"store", {"true"}}); }),
             kHi + "}"},
        Case{
            "Tools", hi([](ChatRequest& r) {
              r.tools = {function("f", R"({"type":"object"})"), server(ServerTool::kWebSearch),
                         server(ServerTool::kCodeExecution)};
              r.tools.push_back(function("c"));
              r.tools.back().custom = true;
              r.tool_choice = {ToolChoiceKind::kNamed, {"f"}};
            }),
            kHi +
                R"(,"tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object"}},{"name":"c","parametersJsonSchema":{"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}}]},{"googleSearch":{}},{"codeExecution":{}}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}}})"},
        Case{
            "StrictToolsAreValidated", hi([](ChatRequest& r) {
              r.tools = {function("f")};
              r.tools[0].strict = true;
            }),
            kHi +
                R"(,"tools":[{"functionDeclarations":[{"name":"f"}]}],"toolConfig":{"functionCallingConfig":{"mode":"VALIDATED"}}})"},
        Case{"ChoiceWithoutToolsIsLeftOut", hi([](ChatRequest& r) { r.tool_choice.kind = ToolChoiceKind::kAuto; }),
             kHi + "}"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace switchyard::wire::gemini
