#include "wire/openai_responses/field_rules.h"

#include <gtest/gtest.h>

#include "wire/openai_responses/request.h"

namespace switchyard::wire::openai_responses {
namespace {

TEST(FieldRules, HaveOneRowForEachFieldInOrder) {
  std::size_t index = 0;
  for (const FieldRule& row : rules().rows) {
    EXPECT_EQ(static_cast<std::size_t>(row.field), index++) << row.note;
    // Refusals are read as "OpenAI Responses has <note>".
    if (row.carriage == Carriage::kRefused) EXPECT_TRUE(row.note.starts_with("no ")) << row.note;
  }
}

ChatRequest foreign(Dialect dialect) {
  ChatRequest request;
  request.dialect = dialect;
  request.messages.push_back({.role = Role::kUser, .parts = {TextPart{{"hi"}, {}, {}}}, .name = {}});
  return request;
}
std::string emitted(const ChatRequest& request, EmitTarget target = {.model = "m"}) {
  std::string out;
  emit_request(request, target, out);
  EXPECT_TRUE(json::Document::parse(out)) << out;
  return out;
}
const std::string kHi = R"("input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}])";
std::string want(std::string_view fields, std::string_view input = kHi) {
  std::string whole = R"({"model":"m",)";
  return whole.append(input).append(fields).append("}");
}

struct Case {
  std::string name;
  Dialect from;
  void (*change)(ChatRequest&);
  std::string want;
};
class CarryTest : public testing::TestWithParam<Case> {};
TEST_P(CarryTest, SaysWhatTheRowPromises) {
  ChatRequest request = foreign(GetParam().from);
  GetParam().change(request);
  EXPECT_EQ(emitted(request), GetParam().want);
}

constexpr Dialect kChat = Dialect::kOpenAiChat, kAnthropic = Dialect::kAnthropic;
void part(ChatRequest& request, Role role, Part what) {
  request.messages = {{.role = role, .parts = {std::move(what)}, .name = {}}};
}
std::string item(std::string_view inside) { return R"("input":[)" + std::string(inside) + "]"; }
std::string user(std::string_view inside) {
  return item(R"({"type":"message","role":"user","content":[)" + std::string(inside) + "]}");
}
const std::string kStore = R"(,"store":false)";

INSTANTIATE_TEST_SUITE_P(
    Fields, CarryTest,
    testing::Values(
        Case{"Plain", kChat, [](ChatRequest&) {}, want(kStore)},
        Case{"SmallLimit", kChat, [](ChatRequest& r) { r.output_tokens_max = {"5"}; },
             want(R"(,"max_output_tokens":16)" + kStore)},
        Case{"Sampling", kChat,
             [](ChatRequest& r) {
               r.temperature = {"0.70"};
               r.top_p = {"1"};
             },
             want(R"(,"temperature":0.70,"top_p":1)" + kStore)},
        Case{"Logprobs", kChat,
             [](ChatRequest& r) {
               r.logprobs = {"true"};
               r.top_logprobs = {"2"};
             },
             want(R"(,"top_logprobs":2,"include":["message.output_text.logprobs"])" + kStore)},
        Case{"LogprobsOff", kChat, [](ChatRequest& r) { r.logprobs = {"false"}; }, want(kStore)},
        Case{"Schema", kAnthropic,
             [](ChatRequest& r) { r.response_format = {ResponseFormatKind::kJsonSchema, {}, {}, {R"({"a":1})"}, {}}; },
             want(R"(,"text":{"format":{"type":"json_schema","name":"answer","schema":{"a":1}}})" + kStore)},
        Case{"EffortBringsTheStateHome", kChat,
             [](ChatRequest& r) { r.reasoning = {ReasoningMode::kEffort, 0, "max"}; },
             want(R"(,"reasoning":{"effort":"xhigh"},"include":["reasoning.encrypted_content"])" + kStore)},
        Case{"BudgetIsAnEffortToBeSeen", kAnthropic,
             [](ChatRequest& r) { r.reasoning = {ReasoningMode::kBudget, 9000, {}}; },
             want(R"(,"reasoning":{"effort":"medium","summary":"auto"},"include":["reasoning.encrypted_content"])" +
                  kStore)},
        Case{"AdaptiveThinking", kAnthropic, [](ChatRequest& r) { r.reasoning = {ReasoningMode::kAdaptive, 0, {}}; },
             want(R"(,"reasoning":{"summary":"auto"},"include":["reasoning.encrypted_content"])" + kStore)},
        Case{"DisabledThinking", kAnthropic, [](ChatRequest& r) { r.reasoning = {ReasoningMode::kDisabled, 0, {}}; },
             want(kStore)},
        Case{"NoEffort", kChat, [](ChatRequest& r) { r.reasoning = {ReasoningMode::kDisabled, 0, "none"}; },
             want(R"(,"reasoning":{"effort":"none"})" + kStore)},
        Case{"Verbosity", kChat, [](ChatRequest& r) { r.verbosity = {"low"}; },
             want(R"(,"text":{"verbosity":"low"})" + kStore)},
        Case{"UserAndMetadata", kChat,
             [](ChatRequest& r) {
               r.user = {"u"};
               r.metadata = {R"({"k":"v"})"};
             },
             want(R"(,"metadata":{"k":"v"},"user":"u")" + kStore)},
        Case{"StandardTier", kAnthropic, [](ChatRequest& r) { r.service_tier = {"standard_only"}; },
             want(R"(,"service_tier":"default")" + kStore)},
        Case{"UnsoldTier", kAnthropic, [](ChatRequest& r) { r.service_tier = {"batch"}; }, want(kStore)},
        Case{
            "StrictIsAlwaysSaid", kChat,
            [](ChatRequest& r) {
              r.tools = {Tool{.name = {"f"}}};
              r.tool_choice = {ToolChoiceKind::kNamed, {"f"}};
              r.parallel_tool_calls = false;
            },
            want(
                R"(,"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{}},"strict":false}],"tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false)" +
                kStore)},
        Case{
            "ChatsGrammarIsUnwrapped", kChat,
            [](ChatRequest& r) {
              r.tools = {Tool{.name = {"c"},
                              .custom = true,
                              .format = {R"({"type":"grammar","grammar":{"syntax":"lark","definition":"x"}})"}}};
              r.tool_choice = {ToolChoiceKind::kNamed, {"c"}};
            },
            want(
                R"(,"tools":[{"type":"custom","name":"c","format":{"type":"grammar","syntax":"lark","definition":"x"}}],"tool_choice":{"type":"custom","name":"c"})" +
                kStore)},
        Case{
            "ServerTools", kAnthropic,
            [](ChatRequest& r) {
              r.tools = {Tool{.opaque = {"{}"}, .server = ServerTool::kWebSearch, .allowed_domains = {R"(["a.b"])"}},
                         Tool{.opaque = {"{}"}, .server = ServerTool::kCodeExecution}};
            },
            want(
                R"(,"tools":[{"type":"web_search","filters":{"allowed_domains":["a.b"]}},{"type":"code_interpreter","container":{"type":"auto"}}])" +
                kStore)},
        Case{"SystemInFront", kAnthropic,
             [](ChatRequest& r) {
               r.messages.insert(r.messages.begin(), 2,
                                 {.role = Role::kSystem, .parts = {TextPart{{"s"}, {}, {}}}, .name = {}});
             },
             want(kStore, R"("instructions":"s\n\ns",)" + kHi)},
        Case{
            "SystemInTheMiddle", kChat,
            [](ChatRequest& r) {
              r.messages.insert(r.messages.begin(),
                                {.role = Role::kSystem, .parts = {TextPart{{"s"}, {}, {}}}, .name = {}});
              r.messages.push_back({.role = Role::kSystem, .parts = {TextPart{{"t"}, {}, {}}}, .name = {}});
            },
            want(
                kStore,
                item(
                    R"({"type":"message","role":"developer","content":[{"type":"input_text","text":"s"}]},{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]},{"type":"message","role":"developer","content":[{"type":"input_text","text":"t"}]})"))},
        Case{"ImageData", kAnthropic,
             [](ChatRequest& r) { part(r, Role::kUser, ImagePart{.media_type = {"image/png"}, .data = {"QUJD"}}); },
             want(kStore, user(R"({"type":"input_image","image_url":"data:image/png;base64,QUJD"})"))},
        Case{
            "UnnamedFile", kAnthropic,
            [](ChatRequest& r) { part(r, Role::kUser, FilePart{.media_type = {"application/pdf"}, .data = {"QUJD"}}); },
            want(
                kStore,
                user(
                    R"({"type":"input_file","filename":"document.pdf","file_data":"data:application/pdf;base64,QUJD"})"))},
        Case{"PlainDocument", kAnthropic,
             [](ChatRequest& r) { part(r, Role::kUser, FilePart{.data = {"words"}, .plain = true}); },
             want(kStore, user(R"({"type":"input_text","text":"words"})"))},
        Case{"BrokenArguments", kChat,
             [](ChatRequest& r) { part(r, Role::kAssistant, ToolCallPart{{"call_1"}, {"f"}, "{oops", {}, false}); },
             want(kStore, item(R"({"type":"function_call","call_id":"call_1","name":"f","arguments":"{oops"})"))},
        Case{
            "LongCallIdsBecomePortable", kAnthropic,
            [](ChatRequest& r) { part(r, Role::kAssistant, ToolCallPart{{"functions.get:0"}, {"f"}, "", {}, false}); },
            want(
                kStore,
                item(
                    R"({"type":"function_call","call_id":"tc_6021f97295311b6261337a4ebd6d5f9a","name":"f","arguments":"{}"})"))},
        Case{"FailedTool", kAnthropic,
             [](ChatRequest& r) {
               part(r, Role::kUser,
                    ToolResultPart{.call_id = {"c"}, .content = {TextPart{{"boom"}, {}, {}}}, .is_error = true});
             },
             want(kStore, item(R"({"type":"function_call_output","call_id":"c","output":"Error: boom"})"))},
        Case{
            "FailedToolWithImage", kAnthropic,
            [](ChatRequest& r) {
              part(r, Role::kUser,
                   ToolResultPart{.call_id = {"c"}, .content = {ImagePart{.url = {"u"}}}, .is_error = true});
            },
            want(
                kStore,
                item(
                    R"({"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"Error:"},{"type":"input_image","image_url":"u"}]})"))},
        Case{
            "OwnStateComesHome", kAnthropic,
            [](ChatRequest& r) {
              part(r, Role::kAssistant, ThinkingPart{{"t"}, {"rs_1:enc"}, {}, Dialect::kOpenAiResponses});
            },
            want(
                kStore,
                item(
                    R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"}],"encrypted_content":"enc"})"))},
        Case{"ForeignThinkingStays", kAnthropic,
             [](ChatRequest& r) { part(r, Role::kAssistant, ThinkingPart{{"t"}, {"sig"}, {}, kAnthropic}); },
             want(kStore, item(""))},
        Case{"StateOfAStoredItemIsGoodForNobodyElse", kChat,
             [](ChatRequest& r) {
               part(r, Role::kAssistant, ThinkingPart{{"t"}, {"rs_1:"}, {}, Dialect::kOpenAiResponses});
             },
             want(kStore, item(""))},
        Case{
            "Citations", kAnthropic,
            [](ChatRequest& r) {
              part(r, Role::kAssistant,
                   TextPart{.text = {"ab"},
                            .cache_control = {"{}"},
                            .citations = {R"([{"type":"page_location"}])"},
                            .sources = {Citation{{"u"}, {"t"}, {}}}});
            },
            want(
                kStore,
                item(
                    R"({"type":"message","role":"assistant","content":[{"type":"output_text","text":"ab","annotations":[{"type":"url_citation","start_index":0,"end_index":2,"url":"u","title":"t"}]}]})"))},
        Case{"SharedWithChat", kChat,
             [](ChatRequest& r) { r.unknown = {{"prompt_cache_key", {"\"k\""}}, {"store", {"true"}}}; },
             want(kStore + R"(,"prompt_cache_key":"k")")}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace switchyard::wire::openai_responses
