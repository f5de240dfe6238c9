#include <gtest/gtest.h>

#include "wire/openai_responses/stream.h"
#include "wire/openai_responses/tap.h"
#include "wire/openai_responses/test_streams.h"

namespace switchyard::wire::openai_responses {
namespace {

std::string story_of(const ChatEvent& event) {
  struct Teller {
    std::string operator()(const StreamStart& e) {
      return "start " + std::string(e.id.escaped) + " " + std::string(e.model.escaped);
    }
    std::string operator()(const TextDelta& e) {
      return "text " + std::string(e.text.escaped) + (e.logprobs.empty() ? "" : " logprobs");
    }
    std::string operator()(const CitationDelta& e) { return "cite " + std::string(e.citation.url.escaped); }
    std::string operator()(const ThinkingDelta& e) { return "think " + std::string(e.text.escaped); }
    std::string operator()(const ThinkingSignature& e) {
      return "sign " + std::string(e.signature.escaped) + " " + std::string(dialect_name(e.issuer));
    }
    std::string operator()(const RedactedThinking&) { return "redacted"; }
    std::string operator()(const RefusalDelta& e) { return "refuse " + std::string(e.text.escaped); }
    std::string operator()(const ToolCallStart& e) {
      return (e.custom ? "custom " : "call ") + std::to_string(e.index) + " " + std::string(e.id.escaped) + " " +
             std::string(e.name.escaped);
    }
    std::string operator()(const ToolCallArguments& e) {
      return "args " + std::to_string(e.index) + " " + std::string(e.fragment.escaped);
    }
    std::string operator()(const BlockEnd&) { return "end of block"; }
    std::string operator()(const UsageUpdate& e) {
      return "usage " + std::to_string(e.usage.prompt()) + " " + std::to_string(e.usage.completion());
    }
    std::string operator()(const StreamFinish& e) { return "finish " + std::to_string(static_cast<int>(e.reason)); }
    std::string operator()(const StreamEnd&) { return "end"; }
    std::string operator()(const StreamError& e) { return "error " + e.type + ": " + e.message; }
  };
  return std::visit(Teller{}, event);
}

std::vector<std::string> decoded(std::string_view stream) {
  sse::Decoder events(1 << 20);
  EXPECT_TRUE(events.feed(stream));
  StreamDecoder decoder;
  std::vector<std::string> story;
  while (const auto event = events.next()) {
    std::vector<ChatEvent> out;
    const auto result = decoder.decode(*event, out);
    if (!result) story.push_back("broken: " + result.error().message);
    for (const ChatEvent& e : out) story.push_back(story_of(e));
  }
  return story;
}
std::string data(std::initializer_list<std::string_view> events) {
  std::string stream;
  for (const std::string_view event : events) stream.append("data: ").append(event).append("\n\n");
  return stream;
}

struct DecodeCase {
  std::string name, stream;
  std::vector<std::string> want;
};
class DecodeTest : public testing::TestWithParam<DecodeCase> {};
TEST_P(DecodeTest, TellsEverythingOnce) { EXPECT_EQ(decoded(GetParam().stream), GetParam().want); }

const std::string_view kCreated = R"({"type":"response.created","response":{"id":"resp_1","model":"gpt"}})";
const std::string_view kDone =
    R"({"type":"response.completed","response":{"status":"completed","output":[],"usage":{"input_tokens":3,"output_tokens":2}}})";

INSTANTIATE_TEST_SUITE_P(
    Streams, DecodeTest,
    testing::Values(
        DecodeCase{
            "Text",
            data(
                {kCreated, R"({"type":"response.in_progress","response":{}})",
                 R"({"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"m"}})",
                 R"({"type":"response.content_part.added","item_id":"m","output_index":0,"content_index":0,"part":{}})",
                 R"({"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"hi","logprobs":[{"token":"hi","logprob":-1}]})",
                 R"({"type":"response.output_text.annotation.added","output_index":0,"annotation":{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":2}})",
                 R"({"type":"response.output_text.annotation.added","output_index":0,"annotation":{"type":"file_citation","file_id":"f"}})",
                 R"({"type":"response.output_text.done","output_index":0,"text":"hi"})",
                 R"({"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"m","content":[{"type":"output_text","text":"hi"}]}})",
                 R"({"type":"response.completed","response":{"status":"completed","output":[{"type":"message","id":"m","content":[{"type":"output_text","text":"hi"}]}],"usage":{"input_tokens":3,"output_tokens":2}}})"}),
            {"start resp_1 gpt", "text hi logprobs", "cite u", "end of block", "usage 3 2", "finish 0", "end"}},
        DecodeCase{
            "TwoParts",
            data({kCreated, R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a"})",
                  R"({"type":"response.output_text.delta","output_index":0,"content_index":1,"delta":"b"})", kDone}),
            {"start resp_1 gpt", "text a", "end of block", "text b", "usage 3 2", "finish 0", "end"}},
        DecodeCase{
            "InterleavedCalls",
            data(
                {kCreated,
                 R"({"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc_0","call_id":"c0","name":"f","arguments":""}})",
                 R"({"type":"response.output_item.added","output_index":1,"item":{"type":"custom_tool_call","id":"ctc_1","call_id":"c1","name":"g","input":""}})",
                 R"({"type":"response.custom_tool_call_input.delta","item_id":"ctc_1","output_index":1,"delta":"x"})",
                 R"({"type":"response.function_call_arguments.delta","item_id":"fc_0","output_index":0,"delta":"{\"a\""})",
                 R"({"type":"response.function_call_arguments.delta","item_id":"other","output_index":0,"delta":":1}"})",
                 R"({"type":"response.function_call_arguments.done","output_index":0,"arguments":"{\"a\":1}"})",
                 R"({"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","call_id":"c0","name":"f","arguments":"{\"a\":1}"}})",
                 kDone}),
            {"start resp_1 gpt", "call 0 c0 f", "custom 1 c1 g", "args 1 x", R"(args 0 {\"a\")", "args 0 :1}",
             "end of block", "usage 3 2", "finish 3", "end"}},
        DecodeCase{
            "ReasoningOfTwoParts",
            data(
                {kCreated,
                 R"({"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs_1"}})",
                 R"({"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":0})",
                 R"({"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"a"})",
                 R"({"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":1,"delta":"b"})",
                 R"({"type":"response.reasoning_text.delta","output_index":0,"content_index":0,"delta":"raw"})",
                 R"({"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[{"text":"a"},{"text":"b"}],"encrypted_content":"enc"}})",
                 kDone}),
            {"start resp_1 gpt", "think a", R"(think \n\n)", "think b", "sign rs_1:enc openai_responses",
             "end of block", "usage 3 2", "finish 0", "end"}},
        DecodeCase{
            "OnlyDoneEvents",
            data(
                {kCreated,
                 R"({"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[{"text":"a"}]}})",
                 R"({"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}})",
                 R"({"type":"response.output_item.done","output_index":2,"item":{"type":"web_search_call"}})", kDone}),
            {"start resp_1 gpt", "think a", "end of block", "call 0 c f", "args 0 {}", "end of block", "usage 3 2",
             "finish 3", "end"}},
        DecodeCase{
            "OnlyTheFinalResponse",
            data(
                {R"({"type":"response.incomplete","response":{"id":"r","model":"m","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"message","content":[{"type":"output_text","text":"hi","annotations":[{"type":"url_citation","url":"u"}]},{"type":"refusal","refusal":"no"}]}]}})"}),
            {"start r m", "text hi", "cite u", "end of block", "refuse no", "end of block", "finish 2", "end"}},
        DecodeCase{
            "Refusal",
            data({kCreated, R"({"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"no"})",
                  kDone}),
            {"start resp_1 gpt", "refuse no", "usage 3 2", "finish 5", "end"}},
        DecodeCase{"NoIndicesAndAForeignEnd",
                   data({R"({"type":"response.output_text.delta","delta":"a"})",
                         R"({"type":"response.output_text.delta","delta":"b"})", "[DONE]"}),
                   {"start  ", "text a", "text b", "end"}},
        DecodeCase{"NothingBehindTheEnd",
                   data({kDone, R"({"type":"response.output_text.delta","delta":"a"})", "[DONE]"}),
                   {"start  ", "usage 3 2", "finish 0", "end"}},
        DecodeCase{
            "Failed",
            data(
                {kCreated,
                 R"({"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow"}}})"}),
            {"start resp_1 gpt", "error rate_limit_exceeded: slow"}},
        DecodeCase{"FailedWithoutWords",
                   data({R"({"type":"response.failed","response":{"error":null}})"}),
                   {"error : the response failed"}},
        DecodeCase{
            "ErrorEvent",
            data({R"({"type":"error","code":"server_error","message":"broke","param":null,"sequence_number":3})"}),
            {"error server_error: broke"}},
        DecodeCase{"ErrorObject",
                   data({R"({"error":{"type":"invalid_request_error","code":null,"message":"bad"}})"}),
                   {"error invalid_request_error: bad"}},
        DecodeCase{"NamedEventsWithoutType",
                   "event: response.output_text.delta\ndata: {\"delta\":\"a\"}\n\n",
                   {"start  ", "text a"}},
        DecodeCase{"ServerToolsPassOver",
                   data({kCreated, R"({"type":"response.web_search_call.searching","output_index":0,"item_id":"ws"})",
                         R"({"type":"response.output_item.done","output_index":0,"item":{"type":"web_search_call"}})"}),
                   {"start resp_1 gpt"}}),
    [](const auto& tested) { return tested.param.name; });

TEST(StreamDecoder, NamesAPayloadThatIsNotJson) {
  const auto story = decoded("data: {oops\n\n");
  ASSERT_EQ(story.size(), 1u);
  EXPECT_TRUE(story[0].starts_with("broken: ")) << story[0];
}

TEST(StreamDecoder, ReadsWhatTheEncoderWrites) {
  const std::string stream =
      encoded({StreamStart{}, ThinkingDelta{{"why"}}, ThinkingSignature{{"s"}, Dialect::kAnthropic}, BlockEnd{},
               text("a"), BlockEnd{}, kCall0, ToolCallArguments{0, {"{}"}}, BlockEnd{},
               UsageUpdate{{.input = 1, .output = 2}}, StreamFinish{FinishReason::kToolCalls, {}}, StreamEnd{}});
  EXPECT_EQ(decoded(stream), (std::vector<std::string>{"start resp_1 m", "think why", "sign s anthropic",
                                                       "end of block", "text a", "end of block", "call 0 call_0 f",
                                                       "args 0 {}", "end of block", "usage 1 2", "finish 3", "end"}));
}

TEST(StreamTap, ReadsAlongUnderEveryCut) {
  const std::string stream = encoded({StreamStart{}, text("four"), kCall0, ToolCallArguments{0, {"{}"}},
                                      UsageUpdate{{.input = 1, .cache_read = 4, .output = 2}},
                                      StreamFinish{FinishReason::kToolCalls, {}}, StreamEnd{}});
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{64}, stream.size()}) {
    StreamTap tap;
    for (std::size_t at = 0; at < stream.size(); at += size) {
      const std::string_view piece = std::string_view(stream).substr(at, size);
      EXPECT_EQ(tap.feed(piece).data(), piece.data());
    }
    EXPECT_TRUE(tap.ended() && tap.had_output() && tap.tool_calls() && tap.has_usage());
    EXPECT_FALSE(tap.failed());
    EXPECT_EQ(tap.output_bytes(), 6u);
    EXPECT_EQ(tap.usage(), (Usage{.input = 1, .cache_read = 4, .output = 2}));
  }
}

TEST(StreamTap, SeesFailuresWithAndWithoutEventNames) {
  for (const std::string_view stream : {"data: {\"type\":\"response.failed\",\"response\":{\"usage\":null}}\n\n",
                                        "data: {\"sequence_number\":1,\"type\":\"error\",\"message\":\"x\"}\n\n",
                                        "event: error\ndata: {\"message\":\"x\"}\n\n"}) {
    StreamTap tap;
    tap.feed(stream);
    EXPECT_TRUE(tap.failed()) << stream;
    EXPECT_FALSE(tap.has_usage() || tap.had_output());
  }
  StreamTap tap;  // What a model writes about errors is text.
  tap.feed("data: {\"type\":\"response.output_text.delta\",\"delta\":\"{\\\"type\\\":\\\"error\\\"}\"}\n\n");
  EXPECT_FALSE(tap.failed());
}

}  // namespace
}  // namespace switchyard::wire::openai_responses
