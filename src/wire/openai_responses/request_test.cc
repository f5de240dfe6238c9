#include "wire/openai_responses/request.h"

#include <gtest/gtest.h>

#include "wire/openai_responses/view.h"

namespace switchyard::wire::openai_responses {
namespace {

/// A body parsed and written again, or "error: ...".
std::string again(std::string_view body) {
  const auto document = json::Document::parse(body);
  if (!document) return "error: " + document.error().message;
  const auto request = parse_request(*document);
  if (!request) return "error: " + request.error().message;
  std::string out;
  emit_request(*request, {.model = "m"}, out);
  EXPECT_TRUE(json::Document::parse(out)) << out;
  return out;
}
std::string with_input(std::string_view items, std::string_view fields = "") {
  return R"({"model":"m","input":[)" + std::string(items) + "]" + std::string(fields) + "}";
}

struct Kept {
  std::string name, body;
};
class KeptTest : public testing::TestWithParam<Kept> {};
TEST_P(KeptTest, ComesOutAsItWentIn) { EXPECT_EQ(again(GetParam().body), GetParam().body); }

const std::string kHi = R"({"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]})";

INSTANTIATE_TEST_SUITE_P(Items, KeptTest,
                         testing::Values(
                             Kept{
                                 "Escapes",
                                 with_input(
                                     R"({"type":"message","role":"user","content":[{"type":"input_text","text":"caf\u00e9 \"q\"\n"}]})")},
                             Kept{
                                 "SystemAndDeveloperInTheMiddle",
                                 with_input(
                                     kHi +
                                     R"(,{"type":"message","role":"system","content":[{"type":"input_text","text":"s"}]},{"type":"message","role":"developer","content":[{"type":"input_text","text":"d"}]})")},
                             Kept{
                                 "Images",
                                 with_input(
                                     R"({"type":"message","role":"user","content":[{"type":"input_image","image_url":"https://e.x/a.png","detail":"low"},{"type":"input_image","image_url":"data:image/png;base64,QUJD"},{"type":"input_image","file_id":"file_1","detail":"auto"}]})")},
                             Kept{
                                 "Files",
                                 with_input(
                                     R"({"type":"message","role":"user","content":[{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,QUJD"},{"type":"input_file","file_url":"https://e.x/a.pdf"},{"type":"input_file","file_id":"file_1"},{"type":"input_file","filename":"b.pdf","file_data":"QUJD"}]})")},
                             Kept{"Audio", with_input(R"({"type":"message","role":"user","content":[{"type":"input_audio","input_audio":{"data":"QUJD","format":"wav"}}]})")}, Kept{"AssistantTurnInOrder", with_input(kHi + R"(,{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"why"}],"encrypted_content":"gAAA"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a","annotations":[{"type":"url_citation","start_index":0,"end_index":1,"url":"https://e.x","title":"t"}],"logprobs":[{"token":"a","logprob":-0.10,"bytes":[97],"top_logprobs":[]}]},{"type":"refusal","refusal":"no"}]},{"type":"function_call","call_id":"call_1","name":"f","arguments":"{\"a\":1.0}"},{"type":"custom_tool_call","call_id":"call_2","name":"c","input":"x\ny"},{"type":"function_call_output","call_id":"call_1","output":"1"},{"type":"custom_tool_call_output","call_id":"call_2","output":"ok"})")},
                             Kept{"StoredReasoning",
                                  with_input(kHi + R"(,{"type":"reasoning","id":"rs_1","summary":[]})")},
                             Kept{
                                 "OutputWithParts",
                                 with_input(
                                     R"({"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"data:image/png;base64,QUJD"},{"type":"input_file","file_url":"https://e.x/a.pdf"}]})")},
                             Kept{
                                 "ItemsOfServerTools",
                                 with_input(
                                     R"({"type":"item_reference","id":"msg_1"},{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q"}},{"type":"computer_call_output","call_id":"c","output":{"type":"computer_screenshot","image_url":"u"}},{"type":"mcp_approval_response","approval_request_id":"a","approve":true})")}),
                         [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Fields, KeptTest,
    testing::Values(
        Kept{"Instructions", R"({"model":"m","instructions":"be brief","input":[)" + kHi + "]}"},
        Kept{
            "Tools",
            with_input(
                kHi,
                R"(,"tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":true},{"type":"custom","name":"c","description":"d","format":{"type":"grammar","syntax":"lark","definition":"x"}},{"type":"web_search","filters":{"allowed_domains":["a.b"]},"search_context_size":"high"},{"type":"mcp","server_label":"l"},{"type":"file_search","vector_store_ids":["vs"]},{"type":"local_shell"}],"tool_choice":{"type":"custom","name":"c"},"parallel_tool_calls":false)")},
        Kept{"RequiredChoice", with_input(kHi, R"(,"tool_choice":"required")")},
        Kept{"HostedChoice",
             with_input(
                 kHi,
                 R"(,"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"}]})")},
        Kept{
            "NumbersKeepTheirDigits",
            with_input(
                kHi,
                R"(,"max_output_tokens":100,"temperature":0.70,"top_p":1.0,"top_logprobs":3,"include":["message.output_text.logprobs"])")},
        Kept{
            "JsonSchema",
            with_input(
                kHi,
                R"(,"text":{"format":{"type":"json_schema","name":"n","description":"d","schema":{"type":"object"},"strict":true},"verbosity":"low"})")},
        Kept{"JsonObject", with_input(kHi, R"(,"text":{"format":{"type":"json_object"}})")},
        Kept{"Reasoning",
             with_input(kHi,
                        R"(,"reasoning":{"effort":"max","summary":"auto"},"include":["reasoning.encrypted_content"])")},
        Kept{"SummaryOnly", with_input(kHi, R"(,"reasoning":{"summary":"detailed"})")},
        Kept{
            "OnlyHere",
            with_input(
                kHi,
                R"(,"metadata":{"k":"v"},"user":"u","service_tier":"flex","store":false,"previous_response_id":"resp_1","conversation":"conv_1","prompt":{"id":"p"},"background":true,"truncation":"auto","safety_identifier":"s","prompt_cache_key":"k","max_tool_calls":3,"stream_options":{"include_obfuscation":false},"stream":true)")}),
    [](const auto& tested) { return tested.param.name; });

struct Case {
  std::string name, body, want;
};
class ParseTest : public testing::TestWithParam<Case> {};
TEST_P(ParseTest, IsWrittenInOneWayOrRefusedByName) { EXPECT_EQ(again(GetParam().body), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    Forms, ParseTest,
    testing::Values(
        Case{"StringInput", R"({"model":"x","input":"hi"})", with_input(kHi)},
        Case{
            "EasyMessages", R"({"input":[{"role":"user","content":"hi"},{"role":"assistant","content":"yo"}]})",
            with_input(
                kHi +
                R"(,{"type":"message","role":"assistant","content":[{"type":"output_text","text":"yo","annotations":[]}]})")},
        Case{"OnlyAStoredPrompt", R"({"prompt":{"id":"p"}})", R"({"model":"m","input":[],"prompt":{"id":"p"}})"},
        Case{"ReferenceWithoutType", R"({"input":[{"id":"msg_1"}]})", with_input(R"({"id":"msg_1"})")},
        Case{
            "IdsAndStatusAreBookkeeping",
            R"({"input":[{"type":"message","id":"msg_1","status":"completed","phase":"final_answer","role":"user","content":"hi"}]})",
            with_input(kHi)},
        Case{
            "NullsSayNothing",
            R"({"input":"hi","instructions":null,"tools":null,"tool_choice":null,"text":null,"reasoning":null,"include":null,"metadata":null,"temperature":null,"stream":null,"user":null})",
            with_input(kHi)},
        Case{
            "SummariesAreJoined",
            R"({"input":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}],"encrypted_content":"e"}]})",
            with_input(
                R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"a\n\nb"}],"encrypted_content":"e"})")},
        Case{
            "ForeignStateIsSentToNobodyElse",
            R"({"input":[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"sy1.anthropic.sig"},{"role":"user","content":"hi"}]})",
            with_input(kHi)},
        Case{
            "StateOfAnUnknownIssuerIsDropped",
            R"({"input":[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"sy1.nobody.sig"},{"role":"user","content":"hi"}]})",
            with_input(kHi)},
        Case{"StateThatAStreamOfOursSealed",
             R"({"input":[{"type":"reasoning","id":"rs_ours","summary":[],"encrypted_content":"rs_1:enc"}]})",
             with_input(R"({"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"enc"})")},
        Case{"NestedUnknownFieldsAreNotSent", R"({"input":[{"role":"user","content":"hi","frobnicate":1}]})",
             with_input(kHi)}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Malformed, ParseTest,
    testing::Values(
        Case{"Body", "[]", "error: body: expected a JSON object"},
        Case{"NoInput", "{}", "error: input: expected a string or an array"},
        Case{"EmptyInput", R"({"input":[]})", "error: input: expected at least one item"},
        Case{"Item", R"({"input":[1]})", "error: input[0]: expected an object"},
        Case{"Type", R"({"input":[{"type":1}]})", "error: input[0].type: expected a string"},
        Case{"Role", R"({"input":[{"role":"tool","content":"x"}]})",
             "error: input[0].role: expected user, assistant, system or developer"},
        Case{"Content", R"({"input":[{"role":"user","content":1}]})",
             "error: input[0].content: expected a string or an array"},
        Case{"Part", R"({"input":[{"role":"user","content":[{"type":"text","text":"x"}]}]})",
             "error: input[0].content[0].type: expected input_text, input_image, input_file, input_audio, output_text "
             "or refusal"},
        Case{"Text", R"({"input":[{"role":"user","content":[{"type":"input_text"}]}]})",
             "error: input[0].content[0].text: expected a string"},
        Case{"DataUrl",
             R"({"input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png,x"}]}]})",
             "error: input[0].content[0].image_url: expected data:<type>;base64,<bytes>"},
        Case{"File", R"({"input":[{"role":"user","content":[{"type":"input_file","file_id":"a","file_url":"b"}]}]})",
             "error: input[0].content[0]: expected one of file_id, file_url and file_data"},
        Case{"CallId", R"({"input":[{"type":"function_call","name":"f","arguments":"{}"}]})",
             "error: input[0].call_id: expected a string"},
        Case{"Output", R"({"input":[{"type":"function_call_output","call_id":"c","output":{}}]})",
             "error: input[0].output: expected a string or an array"},
        Case{"OutputPart", R"({"input":[{"type":"function_call_output","call_id":"c","output":[{"type":"x"}]}]})",
             "error: input[0].output[0].type: expected input_text, input_image or input_file"},
        Case{"Reference", R"({"input":[{"type":"item_reference"}]})", "error: input[0].id: expected a string"},
        Case{"Instructions", R"({"input":"x","instructions":[]})", "error: instructions: expected a string"},
        Case{"Limit", R"({"input":"x","max_output_tokens":0})",
             "error: max_output_tokens: expected an integer of at least 1"},
        Case{"Tool", R"({"input":"x","tools":[{"name":"f"}]})", "error: tools[0].type: expected a string"},
        Case{"ToolName", R"({"input":"x","tools":[{"type":"function"}]})", "error: tools[0].name: expected a string"},
        Case{"Choice", R"({"input":"x","tool_choice":"any"})",
             "error: tool_choice: expected auto, none, required or an object"},
        Case{"Format", R"({"input":"x","text":{"format":{"type":"xml"}}})",
             "error: text.format.type: expected text, json_object or json_schema"},
        Case{"Schema", R"({"input":"x","text":{"format":{"type":"json_schema","name":"n"}}})",
             "error: text.format.schema: expected an object"},
        Case{"Effort", R"({"input":"x","reasoning":{"effort":"huge"}})",
             "error: reasoning.effort: expected none, minimal, low, medium, high, xhigh or max"},
        Case{"Include", R"({"input":"x","include":[1]})", "error: include[0]: expected a string"},
        Case{"Metadata", R"({"input":"x","metadata":[]})", "error: metadata: expected an object"}),
    [](const auto& tested) { return tested.param.name; });

TEST(ParseRequest, GathersATurnOfTheAssistantAndOneOfToolOutputs) {
  const std::string body = R"({"input":[{"role":"user","content":"q"},
    {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"enc"},{"role":"assistant","content":"let me see"},
    {"type":"function_call","call_id":"a","name":"f","arguments":"{}"},{"type":"function_call","call_id":"b","name":"f","arguments":"{oops"},
    {"type":"function_call_output","call_id":"a","output":"1"},{"type":"function_call_output","call_id":"b","output":"2"},
    {"role":"user","content":"and?"}]})";
  const auto document = json::Document::parse(body);
  const auto request = parse_request(*document);
  ASSERT_TRUE(request);
  ASSERT_EQ(request->messages.size(), 4u);
  ASSERT_EQ(request->messages[1].parts.size(), 4u);
  const auto& thought = std::get<ThinkingPart>(request->messages[1].parts[0]);
  EXPECT_EQ(thought.signature.escaped, "rs_1:enc");
  EXPECT_EQ(thought.issuer, Dialect::kOpenAiResponses);
  EXPECT_EQ(std::get<ToolCallPart>(request->messages[1].parts[3]).arguments, "{oops");
  EXPECT_EQ(request->messages[2].role, Role::kUser);
  EXPECT_EQ(request->messages[2].parts.size(), 2u);
  EXPECT_EQ(request->messages[3].parts.size(), 1u);
}

TEST(ParseRequest, OpensTheStateOfOtherDialects) {
  const std::string body =
      R"({"input":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"}],"encrypted_content":"sy1.anthropic.sig=="},
    {"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":"sy1.anthropic.redacted:abc"},
    {"type":"reasoning","id":"rs_3","summary":[],"content":[{"type":"reasoning_text","text":"raw"}]}]})";
  const auto document = json::Document::parse(body);
  const auto request = parse_request(*document);
  ASSERT_TRUE(request);
  const auto& parts = request->messages.at(0).parts;
  const auto& signed_thought = std::get<ThinkingPart>(parts.at(0));
  EXPECT_EQ(signed_thought.issuer, Dialect::kAnthropic);
  EXPECT_EQ(signed_thought.signature.escaped, "sig==");
  EXPECT_EQ(signed_thought.text.escaped, "t");
  EXPECT_EQ(std::get<ThinkingPart>(parts.at(1)).redacted.escaped, "abc");
  EXPECT_EQ(std::get<ThinkingPart>(parts.at(2)).text.escaped, "raw");
}

TEST(OurReasoning, IsFoundAndNeverSentOn) {
  for (const std::string_view item :
       {R"({"type":"reasoning","id":"rs_sy_1_0","summary":[{"type":"summary_text","text":"t"}]})",
        R"({"type":"reasoning","id":"rs_x","summary":[],"encrypted_content":"sy1.anthropic.s"})"}) {
    const std::string body = with_input(item);
    const auto document = json::Document::parse(body);
    EXPECT_TRUE(holds_our_reasoning(document->root()["input"])) << item;
    EXPECT_EQ(again(body), with_input("")) << item;
  }
  const std::string own = with_input(R"({"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"e"})");
  const auto document = json::Document::parse(own);
  EXPECT_FALSE(holds_our_reasoning(document->root()["input"]));
  EXPECT_FALSE(holds_our_reasoning(json::Value{}));
}

TEST(ParseRequest, NamesWhatOnlyThisDialectHas) {
  const std::string body =
      R"({"input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}","namespace":"n"},
    {"role":"user","content":[{"type":"input_text","text":"x","prompt_cache_breakpoint":{"mode":"explicit"}}]}],
    "store":true,"reasoning":{"effort":"low","summary":"auto"},"include":["message.output_text.logprobs","web_search_call.results"],
    "tools":[{"type":"function","name":"f","defer_loading":true}],"text":{"x":1}})";
  const auto document = json::Document::parse(body);
  const auto request = parse_request(*document);
  ASSERT_TRUE(request);
  std::vector<std::string> paths;
  for (const UnknownField& field : request->unknown) paths.push_back(field.path);
  EXPECT_EQ(paths,
            (std::vector<std::string>{"store", "reasoning.summary", "include[1]", "tools[0].defer_loading", "text.x",
                                      "input[0].namespace", "input[1].content[0].prompt_cache_breakpoint"}));
  EXPECT_EQ(request->logprobs.text, "true");
}

TEST(ParseRequest, KnowsServerToolsThatOthersHaveToo) {
  const std::string body = R"({"input":"x","tools":[{"type":"web_search_preview"},
    {"type":"web_search","filters":{"allowed_domains":["a.b"]},"search_context_size":"medium"},{"type":"web_search","user_location":{"type":"approximate","city":"Paris"}},
    {"type":"code_interpreter","container":{"type":"auto"}},{"type":"code_interpreter","container":"cntr_1"},{"type":"mcp"}]})";
  const auto document = json::Document::parse(body);
  const auto request = parse_request(*document);
  ASSERT_TRUE(request);
  const std::vector<Tool>& tools = request->tools;
  EXPECT_EQ(tools[0].server, ServerTool::kWebSearch);
  EXPECT_FALSE(tools[0].server_options);
  EXPECT_EQ(tools[1].allowed_domains.text, R"(["a.b"])");
  EXPECT_FALSE(tools[1].server_options);
  EXPECT_TRUE(tools[2].server_options);
  EXPECT_EQ(tools[3].server, ServerTool::kCodeExecution);
  EXPECT_FALSE(tools[3].server_options);
  EXPECT_TRUE(tools[4].server_options);
  EXPECT_EQ(tools[5].server, ServerTool::kNone);
}

TEST(ViewRequest, SeesWhatRoutingNeeds) {
  const std::string body =
      R"({"model":"x","instructions":"sys","stream":true,"max_output_tokens":50,"user":"u","tools":[{},{}],
    "reasoning":{"effort":"high"},"text":{"format":{"type":"json_schema","schema":{"properties":{"title":{}}}}},
    "input":[{"role":"user","content":[{"type":"input_text","text":"one"},{"type":"input_image","image_url":"data:image/png;base64,QUJD"}]},
    {"type":"function_call_output","call_id":"c","output":"42"}]})";
  const auto document = json::Document::parse(body);
  const auto view = view_request(*document);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->model.escaped(), "x");
  EXPECT_EQ(view->stream, StreamMode::kStreamed);
  EXPECT_EQ(view->output_tokens_max, 50);
  EXPECT_EQ(view->messages, 2u);
  EXPECT_EQ(view->tools, 2u);
  EXPECT_EQ(view->images, 1u);
  EXPECT_EQ(view->image_bytes, 26u);
  EXPECT_EQ(view->first_user_text.escaped, "one");
  EXPECT_EQ(view->other_texts.size(), 2u);
  EXPECT_TRUE(view->last_is_tool_result);
  EXPECT_TRUE(view->structured_output && view->schema_has_title && view->reasoning);
  EXPECT_EQ(view->user_id.escaped, "u");
}

TEST(ViewRequest, RefusesWhatCouldBeReadInTwoWays) {
  for (const auto& [body, want] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {R"({"input":"a","input":"b"})", "input: stands twice"},
           {R"({"inp\u0075t":"a"})", "input: expected a key written without escapes"},
           {R"({"mod\u0065l":"a","input":"x"})", "model: expected a key written without escapes"},
           {R"({"model":"m"})", "input: expected a string or at least one item"},
           {R"({"input":[3]})", "input[0]: expected an object"},
           {R"({"input":3})", "input: expected a string or an array"},
           {"3", "body: expected a JSON object"}}) {
    const auto document = json::Document::parse(body);
    const auto view = view_request(*document);
    ASSERT_FALSE(view) << body;
    EXPECT_EQ(view.error().message, want);
  }
}

}  // namespace
}  // namespace switchyard::wire::openai_responses
