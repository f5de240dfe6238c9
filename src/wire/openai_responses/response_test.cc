#include "wire/openai_responses/response.h"

#include <gtest/gtest.h>

#include "wire/openai_responses/error.h"

namespace switchyard::wire::openai_responses {
namespace {

const std::string kEcho =
    R"("model":"m","background":false,"instructions":null,"max_output_tokens":null,"max_tool_calls":null,"metadata":{},)"
    R"("parallel_tool_calls":true,"previous_response_id":null,"reasoning":{"effort":null,"summary":null},"temperature":1.0,)"
    R"("tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":1.0,"truncation":"disabled","user":null,"text":{"format":{"type":"text"}},"service_tier":"default",)";

std::string object(std::string_view output, std::string_view status = "completed", std::string_view reason = "null",
                   std::string_view usage = "null") {
  return R"({"id":"resp_1","object":"response","created_at":7,"status":")" + std::string(status) +
         R"(","error":null,"incomplete_details":)" + std::string(reason) + R"(,"output":[)" + std::string(output) +
         "]," + kEcho + R"("usage":)" + std::string(usage) + "}";
}
std::string emitted(const ChatResponse& response,
                    AnswerContext context = {.id = "1", .model = "m", .created_unix = 7}) {
  std::string out;
  emit_response(response, context, out);
  EXPECT_TRUE(json::Document::parse(out)) << out;
  return out;
}

ChatResponse answer(std::vector<Part> parts, FinishReason finish = FinishReason::kStop) {
  ChatResponse response;
  response.parts = std::move(parts);
  response.finish = finish;
  return response;
}
TextPart text(std::string_view words) { return TextPart{{words}, {}, {}}; }
ToolCallPart call(std::string_view name, std::string_view arguments, bool custom = false) {
  return ToolCallPart{{"call_1"}, {name}, arguments, {}, custom};
}
std::string message(std::string_view parts, int index = 0, std::string_view status = "completed") {
  return R"({"id":"msg_1_)" + std::to_string(index) + R"(","type":"message","status":")" + std::string(status) +
         R"(","content":[)" + std::string(parts) + R"(],"role":"assistant"})";
}
const std::string kHi = R"({"type":"output_text","annotations":[],"logprobs":[],"text":"hi"})";

struct Case {
  std::string name;
  ChatResponse response;
  std::string want;
};
class EmitTest : public testing::TestWithParam<Case> {};
TEST_P(EmitTest, IsAWholeResponseObject) { EXPECT_EQ(emitted(GetParam().response), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    Answers, EmitTest,
    testing::Values(
        Case{"Nothing", answer({}), object("")}, Case{"Text", answer({text("hi")}), object(message(kHi))},
        Case{"TwoTextsAreTwoPartsOfOneMessage", answer({text("hi"), text("hi")}), object(message(kHi + "," + kHi))},
        Case{"Refusal", answer({RefusalPart{{"no"}}}, FinishReason::kRefusal),
             object(message(R"({"type":"refusal","refusal":"no"})"))},
        Case{
            "Call", answer({text("hi"), call("f", R"({"a":"b"})")}, FinishReason::kToolCalls),
            object(
                message(kHi) +
                R"(,{"id":"fc_1_1","type":"function_call","status":"completed","arguments":"{\"a\":\"b\"}","call_id":"call_1","name":"f"})")},
        Case{
            "CallWithoutArguments", answer({call("f", "")}),
            object(
                R"({"id":"fc_1_0","type":"function_call","status":"completed","arguments":"{}","call_id":"call_1","name":"f"})")},
        Case{
            "CustomCall", answer({call("c", "a\"b", true)}),
            object(
                R"({"id":"ctc_1_0","type":"custom_tool_call","status":"completed","input":"a\"b","call_id":"call_1","name":"c"})")},
        Case{
            "ForeignStateIsSealed", answer({ThinkingPart{{"why"}, {"sig"}, {}, Dialect::kAnthropic}, text("hi")}),
            object(
                R"({"id":"rs_sy_1_0","type":"reasoning","summary":[{"type":"summary_text","text":"why"}],"encrypted_content":"sy1.anthropic.sig"},)" +
                message(kHi, 1))},
        Case{
            "RedactedStateIsSealed", answer({ThinkingPart{{}, {}, {"abc"}, Dialect::kAnthropic}}),
            object(
                R"({"id":"rs_sy_1_0","type":"reasoning","summary":[],"encrypted_content":"sy1.anthropic.redacted:abc"})")},
        Case{"OwnStateKeepsItsId", answer({ThinkingPart{{}, {"rs_x:enc"}, {}, Dialect::kOpenAiResponses}}),
             object(R"({"id":"rs_x","type":"reasoning","summary":[],"encrypted_content":"enc"})")},
        Case{"ThinkingThatSaysNothing", answer({ThinkingPart{}, text("hi")}), object(message(kHi))},
        Case{"Length", answer({text("hi")}, FinishReason::kLength),
             object(message(kHi, 0, "incomplete"), "incomplete", R"({"reason":"max_output_tokens"})")},
        Case{"ContentFilter", answer({}, FinishReason::kContentFilter),
             object("", "incomplete", R"({"reason":"content_filter"})")},
        Case{
            "Citation",
            answer({TextPart{
                .text = {"h\\u00e9 \\ud83d\\ude00!"},
                .cache_control = {},
                .citations = {R"([{"type":"char_location"}])"},
                .sources = {Citation{{"https://e.x"}, {"t"}, {}, 1, 2}, Citation{{"https://e.y"}, {}, {}, -1, -1}},
                .logprobs = {}}}),
            object(message(
                R"({"type":"output_text","annotations":[{"type":"url_citation","start_index":1,"end_index":2,"url":"https://e.x","title":"t"},{"type":"url_citation","start_index":0,"end_index":5,"url":"https://e.y","title":""}],"logprobs":[],"text":"h\u00e9 \ud83d\ude00!"})"))}),
    [](const auto& tested) { return tested.param.name; });

TEST(EmitResponse, RepeatsTheRequestAndTellsTheUsage) {
  const std::string request =
      R"({"model":"x","input":"q","instructions":"be brief","tools":[{"type":"function","name":"f"}],"temperature":0.50,
    "text":{"verbosity":"low"},"metadata":{"k":"v"},"conversation":"conv_1","store":false,"top_p":null})";
  const auto document = json::Document::parse(request);
  ChatResponse response = answer({text("hi")});
  response.usage = {.input = 5, .cache_read = 3, .cache_write = 2, .output = 4, .reasoning = 1};
  response.has_usage = true;
  response.id = {"resp_given"};
  response.service_tier = {"priority"};
  const std::string out =
      emitted(response, {.id = "1", .model = "shown", .created_unix = 7, .request = document->root()});
  for (
      const std::string_view want :
      {R"("id":"resp_given")", R"("model":"shown")", R"("instructions":"be brief")",
       R"("tools":[{"type":"function","name":"f"}])", R"("temperature":0.50)", R"("top_p":1.0)",
       R"("text":{"format":{"type":"text"},"verbosity":"low"})", R"("metadata":{"k":"v"})",
       R"("conversation":{"id":"conv_1"})", R"("store":false)", R"("service_tier":"priority")",
       R"("usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":3,"cache_write_tokens":2},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":15})"}) {
    EXPECT_NE(out.find(want), std::string::npos) << want << "\n" << out;
  }
  EXPECT_EQ(out.find(R"("input":)"), std::string::npos);
}

TEST(EmitResponse, TurnsAFunctionCallOfACustomToolBackIntoOne) {
  const std::string names[] = {"patch"};
  AnswerContext context{.id = "1", .model = "m", .created_unix = 7};
  context.custom_tools = names;
  EXPECT_EQ(
      emitted(answer({call("patch", R"({"input":"a\nb"})")}), context),
      object(
          R"({"id":"ctc_1_0","type":"custom_tool_call","status":"completed","input":"a\nb","call_id":"call_1","name":"patch"})"));
  // A model that ignores the schema still gets its words through.
  EXPECT_EQ(
      emitted(answer({call("patch", R"(raw "text")")}), context),
      object(
          R"({"id":"ctc_1_0","type":"custom_tool_call","status":"completed","input":"raw \"text\"","call_id":"call_1","name":"patch"})"));
}

TEST(ParseResponse, ReadsEveryItemInOrder) {
  const std::string body =
      R"({"id":"resp_9","object":"response","created_at":1741476542.0,"status":"completed","model":"gpt-5","service_tier":"default","output":[
    {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"why"}],"encrypted_content":"enc"},
    {"type":"web_search_call","id":"ws_1","status":"completed"},
    {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"a","annotations":[{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":1}],"logprobs":[{"token":"a","logprob":-1}]}]},
    {"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{\"a\":1}"},
    {"type":"custom_tool_call","id":"ctc_1","call_id":"call_2","name":"c","input":"x\ny"}],
    "usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4},"output_tokens":6,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":16}})";
  const auto document = json::Document::parse(body);
  const auto response = parse_response(*document);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->created_unix, 1741476542);
  EXPECT_EQ(response->finish, FinishReason::kToolCalls);
  ASSERT_EQ(response->parts.size(), 5u);
  EXPECT_EQ(std::get<ThinkingPart>(response->parts[0]).signature.escaped, "rs_1:enc");
  EXPECT_EQ(std::get<OpaquePart>(response->parts[1]).type, "web_search_call");
  const auto& cited = std::get<TextPart>(response->parts[2]);
  EXPECT_EQ(cited.sources.at(0).url.escaped, "u");
  EXPECT_EQ(cited.sources.at(0).end, 1);
  EXPECT_EQ(cited.logprobs.text, R"([{"token":"a","logprob":-1}])");
  EXPECT_EQ(std::get<ToolCallPart>(response->parts[3]).arguments, R"({"a":1})");
  EXPECT_EQ(std::get<ToolCallPart>(response->parts[4]).arguments, "x\ny");
  EXPECT_EQ(response->usage, (Usage{.input = 6, .cache_read = 4, .output = 4, .reasoning = 2}));
  std::string again;
  emit_response(*response, {.id = "1", .model = "m"}, again);
  EXPECT_NE(again.find(R"({"type":"web_search_call","id":"ws_1","status":"completed"})"), std::string::npos);
  EXPECT_NE(
      again.find(R"("annotations":[{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":1}])"),
      std::string::npos);
}

TEST(ParseResponse, KnowsHowAnAnswerEnded) {
  for (const auto& [body, want] : std::initializer_list<std::pair<std::string_view, FinishReason>>{
           {R"({"output":[]})", FinishReason::kStop},
           {R"({"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]})",
            FinishReason::kLength},
           {R"({"status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[]})",
            FinishReason::kContentFilter},
           {R"({"status":"incomplete","output":[]})", FinishReason::kUnknown},
           {R"({"status":"cancelled","output":[]})", FinishReason::kUnknown},
           {R"({"status":"completed","output":[{"type":"message","content":[{"type":"refusal","refusal":"no"}]}]})",
            FinishReason::kRefusal},
           {R"({"status":"completed","output":[{"type":"custom_tool_call","name":"c"}]})", FinishReason::kToolCalls}}) {
    const auto document = json::Document::parse(body);
    const auto response = parse_response(*document);
    ASSERT_TRUE(response) << body;
    EXPECT_EQ(response->finish, want) << body;
  }
}

TEST(ParseResponse, NamesWhatIsWrong) {
  for (const auto& [body, want] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"{}", "output: expected an array"},
           {R"({"output":[{}]})", "output[0].type: expected a string"},
           {R"({"output":[{"type":"function_call"}]})", "output[0].name: expected a string"},
           {R"({"status":"failed","error":{"code":"server_error","message":"broke"},"output":[]})",
            "the provider reported an error: broke"}}) {
    const auto document = json::Document::parse(body);
    const auto response = parse_response(*document);
    ASSERT_FALSE(response) << body;
    EXPECT_EQ(response.error().message, want);
  }
}

struct UsageCase {
  std::string_view body;
  Usage want;
};
TEST(ParseUsage, FillsDisjointBucketsAndTrustsTheTotals) {
  for (
      const auto& [body, want] : std::initializer_list<UsageCase>{
          {R"({"input_tokens":10,"output_tokens":5})", {.input = 10, .output = 5}},
          {R"({"input_tokens":10,"input_tokens_details":{"cached_tokens":3,"cache_write_tokens":2},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":4}})",
           {.input = 5, .cache_read = 3, .cache_write = 2, .output = 1, .reasoning = 4}},
          {R"({"input_tokens":10,"input_tokens_details":{"cached_tokens":30},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":40}})",
           {.cache_read = 10, .reasoning = 5}},
          {R"({"input_tokens":-3,"output_tokens":99999999999999})", {.output = 1'000'000'000}}}) {
    const auto document = json::Document::parse(body);
    Usage usage;
    ASSERT_TRUE(parse_usage(document->root(), usage)) << body;
    EXPECT_EQ(usage, want) << body;
  }
  Usage usage;
  EXPECT_FALSE(parse_usage(json::Value{}, usage));
}

TEST(TapBody, FindsTheUsageBehindOrBeforeTheOutput) {
  for (
      const std::string_view body :
      {R"({"output":[],"usage":{"input_tokens":1,"output_tokens":2},"user":null})",
       R"({"usage":{"input_tokens":1,"output_tokens":2},"output":[{"text":"\"usage\":"}],"metadata":{"usage":{"x":1}}})",
       R"({"type":"response.completed","response":{"usage":{"input_tokens":1,"output_tokens":2},"metadata":{"usage":"x"}}})"}) {
    Usage usage;
    EXPECT_TRUE(tap_body(body, usage)) << body;
    EXPECT_EQ(usage, (Usage{.input = 1, .output = 2}));
  }
  Usage usage;
  EXPECT_FALSE(tap_body("{}", usage));
  EXPECT_FALSE(tap_body("nonsense", usage));
}

TEST(Errors, AreReadAndWrittenAsOpenAisOwn) {
  const ProviderError error = parse_error(
      429, R"({"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}})");
  EXPECT_EQ(error.message, "slow down");
  EXPECT_EQ(error.code, "rate_limit_exceeded");
  EXPECT_EQ(parse_error(500, "<html>").message, "");
  Error ours;
  ours.kind = ErrorKind::kInvalidRequest;
  ours.message = "input[0].role: expected user, assistant, system or developer";
  EXPECT_EQ(
      render_error(ours, {}),
      R"({"error":{"message":"input[0].role: expected user, assistant, system or developer","type":"invalid_request_error","param":"input[0].role","code":"invalid_request"}})");
  EXPECT_EQ(render_stream_error({ErrorKind::kRateLimited, Retry::kNever, "wait", {}, {}}, 12),
            "event: error\ndata: "
            "{\"type\":\"error\",\"sequence_number\":12,\"code\":\"rate_limit_exceeded\",\"message\":\"wait\","
            "\"param\":null}\n\n");
}

}  // namespace
}  // namespace switchyard::wire::openai_responses
