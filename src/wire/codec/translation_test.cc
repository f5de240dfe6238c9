// Whole translations between the dialects: requests, answers, and streams under every cut.

#include <gtest/gtest.h>

#include "wire/codec/codec.h"

namespace switchyard::wire {
namespace {

constexpr Dialect kOpenAi = Dialect::kOpenAiChat, kAnthropic = Dialect::kAnthropic;

/// The request as the other dialect writes it, or "error: ..." / "refused: field".
std::string translated(Dialect from, std::string_view body, EmitTarget target = {.model = "m", .quirks = kNoQuirks}) {
  const auto document = json::Document::parse(body);
  if (!document) return "error: " + document.error().message;
  const auto request = parse_request(from, *document);
  if (!request) return "error: " + request.error().message;
  const Dialect to = from == kOpenAi ? kAnthropic : kOpenAi;
  if (const auto refused = refusals(to, *request); !refused.empty()) return "refused: " + refused.front().field;
  std::string out;
  target.mode = request->stream;
  emit_request(to, *request, target, out);
  EXPECT_TRUE(json::Document::parse(out)) << out;
  return out;
}

struct Case {
  std::string name;
  Dialect from;
  std::string in, want;
};
class RequestTest : public testing::TestWithParam<Case> {};
TEST_P(RequestTest, SaysTheSameInTheOtherDialect) {
  EXPECT_EQ(translated(GetParam().from, GetParam().in), GetParam().want);
}

std::string openai(std::string fields, std::string content = "\"hi\"") {
  return R"({"model":"x",)" + fields + R"("messages":[{"role":"user","content":)" + content + "}]}";
}
std::string anthropic(std::string fields, std::string content = "\"hi\"") {
  return R"({"model":"x","max_tokens":100,)" + fields + R"("messages":[{"role":"user","content":)" + content + "}]}";
}
const std::string kToAnthropic =
    R"({"model":"m","max_tokens":8192,"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}])";
const std::string kToOpenAi = R"({"model":"m","messages":[{"role":"user","content":"hi"}])";

INSTANTIATE_TEST_SUITE_P(ToAnthropic, RequestTest,
                         testing::Values(Case{"Plain", kOpenAi, openai(""), kToAnthropic + "}"},
                                         Case{
                                             "Sampling", kOpenAi,
                                             openai(R"("temperature":1.5,"top_p":0.90,"stop":["a"," "],)"),
                                             kToAnthropic + R"(,"temperature":1,"top_p":0.90,"stop_sequences":["a"]})"},
                                         Case{"TemperatureKeepsItsDigits", kOpenAi, openai(R"("temperature":0.70,)"),
                                              kToAnthropic + R"(,"temperature":0.70})"},
                                         Case{
                                             "EscapesStayAsTheyAre", kOpenAi, openai("", R"("caf\u00e9 \"q\"\n")"),
                                             R"({"model":"m","max_tokens":8192,"messages":[{"role":"user","content":[{"type":"text","text":"caf\u00e9 \"q\"\n"}]}]})"},
                                         Case{"User", kOpenAi, openai(R"("user":"u",)"),
                                              kToAnthropic + R"(,"metadata":{"user_id":"u"}})"},
                                         Case{"Stream", kOpenAi, openai(R"("stream":true,)"),
                                              kToAnthropic + R"(,"stream":true})"},
                                         Case{
                                             "ForcedTool", kOpenAi,
                                             openai(
                                                 R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,)"),
                                             kToAnthropic +
                                                 R"(,"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true}})"},
                                         Case{
                                             "RequiredTool", kOpenAi,
                                             openai(
                                                 R"("tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required",)"),
                                             kToAnthropic +
                                                 R"(,"tools":[{"name":"f","input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"any"}})"},
                                         Case{
                                             "JsonSchema", kOpenAi,
                                             openai(
                                                 R"("response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}},)"),
                                             kToAnthropic +
                                                 R"(,"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}})"},
                                         Case{
                                             "DataUrl", kOpenAi,
                                             openai(
                                                 "",
                                                 R"([{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}])"),
                                             R"({"model":"m","max_tokens":8192,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJD"}}]}]})"},
                                         Case{
                                             "EffortBecomesABudgetWithRoomForTheAnswer", kOpenAi,
                                             openai(
                                                 R"("reasoning_effort":"low","max_completion_tokens":5096,"temperature":0.5,)"),
                                             R"({"model":"m","max_tokens":5096,"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],"thinking":{"type":"enabled","budget_tokens":3821}})"},
                                         Case{
                                             "ASmallLimitIsNeverRaisedForThinking", kOpenAi,
                                             openai(R"("reasoning_effort":"minimal","max_completion_tokens":100,)"),
                                             R"({"model":"m","max_tokens":100,"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]})"},
                                         Case{
                                             "ThinkingIsLeftOutBesideAForcedTool", kOpenAi,
                                             openai(
                                                 R"("reasoning_effort":"high","tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required",)"),
                                             kToAnthropic +
                                                 R"(,"tools":[{"name":"f","input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"any"}})"},
                                         Case{
                                             "ThinkingIsLeftOutWhileUnsignedCallsAreAnswered", kOpenAi,
                                             R"({"reasoning_effort":"high","messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"annotations":[],"audio":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"1"}]})",
                                             R"({"model":"m","max_tokens":8192,"messages":[{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"1"}]}]}]})"},
                                         Case{
                                             "EmptyTurnsAreLeftOut", kOpenAi,
                                             R"({"messages":[{"role":"system","content":""},{"role":"user","content":"q"},{"role":"assistant","content":""},{"role":"user","content":"r"}]})",
                                             R"({"model":"m","max_tokens":8192,"messages":[{"role":"user","content":[{"type":"text","text":"q"},{"type":"text","text":"r"}]}]})"},
                                         Case{
                                             "SignedThinkingComesHome", kOpenAi,
                                             R"({"reasoning_effort":"low","messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"reasoning_content":"hm","reasoning_details":[{"type":"reasoning.encrypted","data":"sy1.anthropic.SIG","text":"hm"}],"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"1"}]})", R"({"model":"m","max_tokens":12288,"messages":[{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"SIG"},{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"1"}]}]}],"thinking":{"type":"enabled","budget_tokens":4096}})"},
                                         Case{
                                             "ForeignStateIsNeverSent", kOpenAi,
                                             R"({"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a","reasoning_details":[{"type":"reasoning.encrypted","data":"sy1.gemini.SIG"}]},{"role":"user","content":"r"}]})",
                                             R"({"model":"m","max_tokens":8192,"messages":[{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":[{"type":"text","text":"a"}]},{"role":"user","content":[{"type":"text","text":"r"}]}]})"},
                                         Case{
                                             "CustomToolsBecomeFunctionsOfOneString", kOpenAi,
                                             openai(
                                                 R"("tools":[{"type":"custom","custom":{"name":"patch","description":"d"}}],)"),
                                             kToAnthropic +
                                                 R"(,"tools":[{"name":"patch","description":"d","input_schema":{"type":"object","properties":{"input":{"type":"string","description":"The tool's whole input"}},"required":["input"],"additionalProperties":false}}]})"},
                                         Case{"UnknownMembersOfPartsAreRefusedByName", kOpenAi,
                                              openai("", R"([{"type":"text","text":"hi","frob":1}])"),
                                              "refused: messages[0].content[0].frob"},
                                         Case{
                                             "UnknownMembersOfToolsAreRefusedByName", kOpenAi,
                                             openai(
                                                 R"("tools":[{"type":"function","function":{"name":"f","frob":{"a":1}}}],)"),
                                             "refused: tools[0].function.frob"},
                                         Case{"Seed", kOpenAi, openai(R"("seed":7,)"), "refused: seed"},
                                         Case{"OneAnswerIsTheDefault", kOpenAi,
                                              openai(R"("n":1,"logprobs":false,"presence_penalty":0,)"),
                                              kToAnthropic + "}"},
                                         Case{
                                             "File", kOpenAi,
                                             openai(
                                                 "",
                                                 R"([{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,QUJD"}}])"),
                                             R"({"model":"m","max_tokens":8192,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"QUJD"},"title":"a.pdf"}]}]})"},
                                         Case{
                                             "BrokenArguments", kOpenAi,
                                             R"({"messages":[{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{oops"}}]}]})",
                                             "refused: messages[0].tool_calls[].function.arguments"}),
                         [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    ToOpenAi, RequestTest,
    testing::Values(
        Case{"Plain", kAnthropic, anthropic(""), kToOpenAi + R"(,"max_tokens":100})"},
        Case{
            "System", kAnthropic, anthropic(R"("system":"be brief",)"),
            R"({"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"max_tokens":100})"},
        Case{
            "Choice", kAnthropic,
            anthropic(
                R"("tools":[{"name":"f","input_schema":{"a":1}}],"tool_choice":{"type":"any","disable_parallel_tool_use":true},)"),
            kToOpenAi +
                R"(,"tools":[{"type":"function","function":{"name":"f","parameters":{"a":1}}}],"tool_choice":"required","parallel_tool_calls":false,"max_tokens":100})"},
        Case{"Budget", kAnthropic, anthropic(R"("thinking":{"type":"enabled","budget_tokens":9000},)"),
             kToOpenAi + R"(,"max_tokens":100,"reasoning_effort":"medium"})"},
        Case{"UserId", kAnthropic, anthropic(R"("metadata":{"user_id":"u"},)"),
             kToOpenAi + R"(,"max_tokens":100,"user":"u"})"},
        Case{
            "ToolTurn", kAnthropic,
            R"({"max_tokens":5,"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"tool_use","id":"t1","name":"f","input":{"q":"\u00e9\""}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":[{"type":"text","text":"no"},{"type":"image","source":{"type":"url","url":"http://i"}}]},{"type":"text","text":"go on"}]}]})",
            R"({"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{\"q\":\"\\u00e9\\\"\"}"}}]},{"role":"tool","tool_call_id":"t1","content":"Error: no"},{"role":"user","content":[{"type":"text","text":"Image from tool call t1:"},{"type":"image_url","image_url":{"url":"http://i"}},{"type":"text","text":"go on"}]}],"max_tokens":5})"},
        Case{"TopK", kAnthropic, anthropic(R"("top_k":5,)"), "refused: top_k"},
        Case{"ServerTool", kAnthropic, anthropic(R"("tools":[{"type":"web_search_20250305","name":"web_search"}],)"),
             "refused: tools[0].web_search"},
        Case{"DocumentByUrl", kAnthropic,
             anthropic("", R"([{"type":"document","source":{"type":"url","url":"http://d"}}])"),
             "refused: messages[0].content[0].source"},
        Case{"PathsCountTheClientsMessages", kAnthropic,
             anthropic(R"("system":"s",)", R"([{"type":"search_result","source":"x"}])"),
             "refused: messages[0].content[0]"},
        Case{"TooManyStops", kAnthropic, anthropic(R"("stop_sequences":["a","b","c","d","e"],)"),
             "refused: stop_sequences"},
        Case{"UnknownMembersOfBlocksAreRefusedByName", kAnthropic,
             anthropic("", R"([{"type":"text","text":"hi","frob":1}])"), "refused: messages[0].content[0].frob"},
        Case{
            "Document", kAnthropic,
            anthropic(
                "", R"([{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"QUJD"}}])"),
            R"({"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,QUJD"}}]}],"max_tokens":100})"},
        Case{"Unknown", kAnthropic, anthropic(R"("container":"c",)"), "refused: container"}),
    [](const auto& tested) { return tested.param.name; });

struct Bad {
  std::string name;
  Dialect dialect;
  std::string body, message;
};
class BadRequestTest : public testing::TestWithParam<Bad> {};
TEST_P(BadRequestTest, NamesTheFieldAndWhatWasExpected) {
  const auto document = json::Document::parse(GetParam().body);
  ASSERT_TRUE(document);
  const auto view = view_request(GetParam().dialect, *document);
  const auto whole = parse_request(GetParam().dialect, *document);
  ASSERT_TRUE(!view || !whole);
  EXPECT_EQ((view ? whole.error() : view.error()).message, GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Bodies, BadRequestTest,
    testing::Values(Bad{"NotAnObject", kOpenAi, "[]", "body: expected a JSON object"},
                    Bad{"NoMessages", kOpenAi, R"({"model":"a"})", "messages: expected an array"},
                    Bad{"EmptyMessages", kAnthropic, R"({"max_tokens":1,"messages":[]})",
                        "messages: expected at least one"},
                    Bad{"TwoModels", kOpenAi, R"({"model":"a","model":"b","messages":[{}]})", "model: stands twice"},
                    Bad{"EscapedModelKey", kOpenAi, R"({"mod\u0065l":"a","messages":[{}]})",
                        "model: expected a key written without escapes"},
                    Bad{"Role", kOpenAi, R"({"messages":[{"role":"bot","content":"x"}]})",
                        "messages[0].role: expected system, developer, user, assistant or tool"},
                    Bad{"NoMaxTokens", kAnthropic, R"({"messages":[{"role":"user","content":"x"}]})",
                        "max_tokens: expected an integer of at least 1"},
                    Bad{"ZeroMaxTokens", kAnthropic, R"({"max_tokens":0,"messages":[{"role":"user","content":"x"}]})",
                        "max_tokens: expected an integer of at least 1"},
                    Bad{"Stream", kOpenAi, R"({"stream":"yes","messages":[{}]})", "stream: expected true or false"},
                    Bad{"PartType", kAnthropic, R"({"max_tokens":1,"messages":[{"role":"user","content":[{}]}]})",
                        "messages[0].content[0].type: expected a string"},
                    Bad{"Effort", kOpenAi, R"({"reasoning_effort":"huge","messages":[{"role":"user","content":"x"}]})",
                        "reasoning_effort: expected none, minimal, low, medium, high, xhigh or max"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Responses, KeepTextThinkingCallsAndUsageBothWays) {
  const std::string message =
      R"({"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"a\u00e9"},{"type":"tool_use","id":"t","name":"f","input":{"x":1}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":2,"cache_read_input_tokens":5,"output_tokens":7}})";
  const auto document = json::Document::parse(message);
  const auto response = parse_response(kAnthropic, *document);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->usage, (Usage{.input = 10, .cache_read = 5, .cache_write = 2, .output = 7}));
  std::string out;
  emit_response(kOpenAi, *response, {.id = "1", .model = "shown", .created_unix = 9}, out);
  EXPECT_EQ(
      out,
      R"({"id":"chatcmpl-1","object":"chat.completion","created":9,"model":"shown","choices":[{"index":0,"message":{"role":"assistant","content":"a\u00e9","refusal":null,"reasoning_content":"hm","reasoning_details":[{"type":"reasoning.encrypted","data":"sy1.anthropic.s","text":"hm"}],"tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},"logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":17,"completion_tokens":7,"total_tokens":24,"prompt_tokens_details":{"cached_tokens":5},"completion_tokens_details":{"reasoning_tokens":0}}})");
  const auto back = json::Document::parse(out);
  const auto again = parse_response(kOpenAi, *back);
  ASSERT_TRUE(again);
  std::string anthropic_again;
  emit_response(kAnthropic, *again, {.id = "1", .model = "m"}, anthropic_again);
  EXPECT_EQ(
      anthropic_again,
      R"({"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"hm","signature":""},{"type":"text","text":"a\u00e9"},{"type":"tool_use","id":"t","name":"f","input":{"x":1}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":0,"cache_read_input_tokens":5,"output_tokens":7}})");
}

TEST(Usage, DoesNotBelieveImpossibleNumbers) {
  Usage usage;
  ASSERT_TRUE(tap_body(
      kOpenAi,
      R"({"usage":{"prompt_tokens":10,"completion_tokens":-5,"prompt_tokens_details":{"cached_tokens":-100}}})",
      usage));
  EXPECT_EQ(usage, (Usage{.input = 10}));
}

/// A stream translated in chunks of `size` bytes.
std::string stream_translated(Dialect from, std::string_view bytes, std::size_t size) {
  sse::Decoder events(1 << 20);
  StreamDecoder decoder(from);
  StreamEncoder encoder(from == kOpenAi ? kAnthropic : kOpenAi,
                        {.id = "1", .model = "m", .created_unix = 9, .include_usage = true, .input_estimate = 3});
  std::vector<ChatEvent> decoded;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    EXPECT_TRUE(events.feed(bytes.substr(at, size)));
    while (const auto event = events.next()) {
      decoded.clear();
      EXPECT_TRUE(decoder.decode(*event, decoded));
      for (const ChatEvent& e : decoded) encoder.encode(e, out);
    }
  }
  EXPECT_TRUE(encoder.ended());
  return out;
}

/// The grammar of an Anthropic stream: one start, blocks one at a time with rising indices, one delta, one stop.
void check_anthropic_grammar(const std::string& stream) {
  sse::Decoder events(1 << 20);
  ASSERT_TRUE(events.feed(stream));
  std::int64_t blocks = 0;
  bool open = false, started = false, delta = false, stopped = false;
  while (const auto event = events.next()) {
    const auto document = json::Document::parse(event->data);
    ASSERT_TRUE(document) << event->data;
    const json::Value root = document->root();
    ASSERT_FALSE(stopped);
    EXPECT_TRUE(root["type"].equals(event->name));
    if (event->name == "message_start") {
      EXPECT_FALSE(std::exchange(started, true));
    } else if (event->name == "content_block_start") {
      EXPECT_FALSE(std::exchange(open, true));
      EXPECT_EQ(root["index"].integer(), blocks);
    } else if (event->name == "content_block_delta") {
      EXPECT_TRUE(open);
      EXPECT_EQ(root["index"].integer(), blocks);
    } else if (event->name == "content_block_stop") {
      EXPECT_TRUE(std::exchange(open, false));
      EXPECT_EQ(root["index"].integer(), blocks++);
    } else if (event->name == "message_delta") {
      EXPECT_FALSE(open);
      EXPECT_FALSE(std::exchange(delta, true));
    } else if (event->name == "message_stop") {
      EXPECT_TRUE(delta);
      stopped = true;
    }
    EXPECT_TRUE(started);
  }
  EXPECT_TRUE(stopped);
}

std::string chunk(const std::string& delta, const std::string& finish = "null") {
  return R"(data: {"id":"c","model":"m","choices":[{"index":0,"delta":)" + delta + R"(,"finish_reason":)" + finish +
         "}]}\n\n";
}

// Two calls whose fragments arrive mixed, and usage behind the finish.
TEST(Streams, OpenAiToAnthropicUnderEveryCut) {
  const std::string in =
      chunk(R"({"role":"assistant","content":""})") + ": comment\n\n" + chunk(R"({"reasoning_content":"hm"})") +
      chunk(R"({"content":"a\u00e9"})") +
      chunk(R"({"tool_calls":[{"index":0,"id":"t0","function":{"name":"f","arguments":""}}]})") +
      chunk(R"({"tool_calls":[{"index":1,"id":"t1","function":{"name":"g","arguments":"{\"b\":"}}]})") +
      chunk(
          R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}},{"index":1,"function":{"arguments":"2}"}}]})") +
      chunk("{}", "\"tool_calls\"") +
      "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}\n\ndata: [DONE]\n\n";
  const std::string want = stream_translated(kOpenAi, in, in.size());
  check_anthropic_grammar(want);
  EXPECT_NE(want.find(R"("content_block":{"type":"tool_use","id":"t1","name":"g","input":{}})"), std::string::npos);
  EXPECT_NE(want.find(R"("partial_json":"{\"b\":")"), std::string::npos);
  EXPECT_NE(want.find(R"("partial_json":"2}")"), std::string::npos);
  EXPECT_NE(want.find(R"("stop_reason":"tool_use")"), std::string::npos);
  EXPECT_NE(want.find(R"("input_tokens":9)"), std::string::npos);
  for (std::size_t size = 1; size < 200; ++size) EXPECT_EQ(stream_translated(kOpenAi, in, size), want) << size;
}

// Anthropic has one open block: what comes in the middle of a call's arguments waits until they are whole.
TEST(Streams, TextInTheMiddleOfAToolCallLosesNothing) {
  const std::string in =
      chunk(R"({"tool_calls":[{"index":0,"id":"t0","function":{"name":"f","arguments":"{\"a\":"}}]})") +
      chunk(R"({"content":"between"})") + chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]})") +
      chunk("{}", "\"stop\"") + "data: [DONE]\n\n";
  const std::string out = stream_translated(kOpenAi, in, in.size());
  check_anthropic_grammar(out);
  const std::size_t first = out.find(R"("partial_json":"{\"a\":")"), second = out.find(R"("partial_json":"1}")"),
                    text = out.find(R"("text":"between")");
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  ASSERT_NE(text, std::string::npos);
  EXPECT_LT(second, text);
  EXPECT_NE(out.find(R"("stop_reason":"tool_use")"), std::string::npos);
}

TEST(Streams, CallsWithoutIdsGetIdsThatDiffer) {
  const std::string in = chunk(R"({"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}}]})") +
                         chunk(R"({"tool_calls":[{"index":1,"function":{"name":"g","arguments":"{}"}}]})") +
                         chunk("{}", "\"tool_calls\"") + "data: [DONE]\n\n";
  const std::string out = stream_translated(kOpenAi, in, in.size());
  check_anthropic_grammar(out);
  EXPECT_NE(out.find(R"("id":"call_)"), std::string::npos);
  EXPECT_NE(out.find("_0\""), std::string::npos);
  EXPECT_NE(out.find("_1\""), std::string::npos);
}

TEST(Streams, AnthropicToOpenAiUnderEveryCut) {
  const std::string in =
      "event: message_start\r\ndata: "
      "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"m\",\"usage\":{\"input_tokens\":3,\"cache_"
      "read_input_tokens\":2,\"output_tokens\":1}}}\r\n\r\n"
      "event: content_block_start\ndata: "
      "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
      "event: ping\ndata: {\"type\":\"ping\"}\n\n"
      "event: content_block_delta\ndata: "
      "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"hi \\\"\"}}\n\n"
      "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
      "event: content_block_start\ndata: "
      "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":"
      "\"f\",\"input\":{}}}\n\n"
      "event: content_block_delta\ndata: "
      "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{"
      "\\\"a\\\":1}\"}}\n\n"
      "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":1}\n\n"
      "event: message_delta\ndata: "
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":7}}\n\n"
      "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
  const std::string want = stream_translated(kAnthropic, in, in.size());
  EXPECT_TRUE(want.ends_with("data: [DONE]\n\n"));
  EXPECT_NE(want.find(R"("delta":{"role":"assistant")"), std::string::npos);
  EXPECT_NE(want.find(R"("delta":{"content":"hi \""})"), std::string::npos);
  EXPECT_NE(want.find(R"("finish_reason":"tool_calls")"), std::string::npos);
  EXPECT_NE(
      want.find(
          R"("usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12,"prompt_tokens_details":{"cached_tokens":2})"),
      std::string::npos);
  for (std::size_t size = 1; size < 200; ++size) EXPECT_EQ(stream_translated(kAnthropic, in, size), want) << size;
}

// The client did not ask for the usage chunk, so it must not see it, however the network cuts the stream.
TEST(StreamTap, HidesTheUsageChunkUnderEveryCut) {
  const std::string shown = chunk(R"({"content":"hello"})") + chunk("{}", "\"stop\"");
  const std::string
      usage = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}\n\n",
      done = "data: [DONE]\n\n";
  const std::string in = shown + usage + done;
  for (std::size_t size = 1; size <= in.size(); ++size) {
    StreamTap hiding(kOpenAi, true), showing(kOpenAi, false);
    std::string hidden, whole;
    for (std::size_t at = 0; at < in.size(); at += size) {
      const std::string piece = in.substr(at, size);
      hidden += hiding.feed(piece);
      whole += showing.feed(piece);
    }
    hidden += hiding.finish();
    EXPECT_EQ(hidden, shown + done) << size;
    EXPECT_EQ(whole, in) << size;
    for (const StreamTap* tap : {&hiding, &showing}) {
      EXPECT_TRUE(tap->ended());
      EXPECT_EQ(tap->usage(), (Usage{.input = 9, .output = 4}));
      EXPECT_EQ(tap->output_bytes(), 5u);
    }
  }
}

TEST(StreamTap, SeesAnErrorBeforeAnyOutput) {
  StreamTap openai_tap(kOpenAi, false), anthropic_tap(kAnthropic, false);
  openai_tap.feed(chunk(R"({"role":"assistant","content":""})") + "data: {\"error\":{\"message\":\"x\"}}\n\n");
  EXPECT_TRUE(openai_tap.failed() && !openai_tap.had_output());
  anthropic_tap.feed("event: error\ndata: {\"type\":\"error\",\"error\":{}}\n\n");
  EXPECT_TRUE(anthropic_tap.failed() && !anthropic_tap.had_output());
}

TEST(Errors, AreToldInEachDialectsWords) {
  const Error error{ErrorKind::kRateLimited, Retry::kNever, "too many", {}, std::nullopt};
  EXPECT_EQ(render_error(kAnthropic, error, "req_1"),
            R"({"type":"error","error":{"type":"rate_limit_error","message":"too many"},"request_id":"req_1"})");
  EXPECT_EQ(render_error(kOpenAi, error, ""),
            R"({"error":{"message":"too many","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}})");
  EXPECT_EQ(parse_error(kAnthropic, 529, R"({"type":"error","error":{"type":"overloaded_error","message":"m"}})").type,
            "overloaded_error");
  EXPECT_EQ(parse_error(kOpenAi, 400, "<html>").message, "");
}

}  // namespace
}  // namespace switchyard::wire
