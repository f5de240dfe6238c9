// Gemini streams, read under every cut and written in both framings.

#include "wire/gemini/stream.h"

#include <gtest/gtest.h>

#include "wire/gemini/tap.h"

namespace switchyard::wire::gemini {
namespace {

std::string_view finish_word(FinishReason reason) {
  return reason == FinishReason::kStop            ? "stop"
         : reason == FinishReason::kToolCalls     ? "tool calls"
         : reason == FinishReason::kLength        ? "length"
         : reason == FinishReason::kContentFilter ? "filter"
                                                  : "other";
}

std::string shown(const ChatEvent& event) {
  std::string out;
  std::visit(
      [&]<class T>(const T& e) {
        const auto add = [&](std::string_view kind, std::initializer_list<std::string_view> words) {
          out = kind;
          for (const std::string_view word : words) out.append(" ").append(word);
        };
        if constexpr (std::is_same_v<T, StreamStart>) add("start", {e.id.escaped, e.model.escaped});
        if constexpr (std::is_same_v<T, TextDelta>) add("text", {e.text.escaped, e.logprobs.text});
        if constexpr (std::is_same_v<T, ThinkingDelta>) add("thought", {e.text.escaped});
        if constexpr (std::is_same_v<T, ThinkingSignature>)
          add("signature", {e.signature.escaped, dialect_name(e.issuer)});
        if constexpr (std::is_same_v<T, ToolCallStart>)
          add("call", {std::to_string(e.index), e.id.escaped.substr(0, 3), e.name.escaped});
        if constexpr (std::is_same_v<T, ToolCallArguments>)
          add("arguments", {std::to_string(e.index), e.fragment.escaped});
        if constexpr (std::is_same_v<T, BlockEnd>) add("block end", {});
        if constexpr (std::is_same_v<T, UsageUpdate>)
          add("usage",
              {std::to_string(e.usage.prompt()), std::to_string(e.usage.output), std::to_string(e.usage.reasoning)});
        if constexpr (std::is_same_v<T, CitationDelta>)
          add("citation", {e.citation.url.escaped, std::to_string(e.citation.start), std::to_string(e.citation.end)});
        if constexpr (std::is_same_v<T, StreamFinish>) add("finish", {finish_word(e.reason)});
        if constexpr (std::is_same_v<T, StreamEnd>) add("end", {});
        if constexpr (std::is_same_v<T, StreamError>) add("error", {e.type, e.message});
      },
      event);
  return out;
}

/// The events of a body that arrives in pieces of `size` bytes.
template <class Events>
std::vector<std::string> decoded(std::string_view body, std::size_t size) {
  Events events(1 << 20);
  StreamDecoder decoder;
  std::vector<std::string> out;
  std::vector<ChatEvent> got;
  for (std::size_t at = 0; at < body.size(); at += size) {
    EXPECT_TRUE(events.feed(body.substr(at, size)));
    while (const auto event = events.next()) {
      got.clear();
      EXPECT_TRUE(decoder.decode(*event, got));
      for (const ChatEvent& e : got) out.push_back(shown(e));
    }
  }
  got.clear();
  decoder.body_ended(got);
  for (const ChatEvent& e : got) out.push_back(shown(e));
  return out;
}

std::string part(std::string part, std::string more = "") {
  return R"({"candidates":[{"content":{"parts":[)" + part + R"(],"role":"model"},"index":0)" + more + "}]";
}
const std::string kUsage =
    R"(,"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":4,"thoughtsTokenCount":2}})";
const std::string kStop = R"(,"finishReason":"STOP")";

struct Case {
  std::string name;
  std::vector<std::string> chunks;
  std::vector<std::string> want;
};
class DecoderTest : public testing::TestWithParam<Case> {};

TEST_P(DecoderTest, YieldsTheSameEventsInBothFormsHoweverTheBytesAreCut) {
  std::string sse, array = "[";
  for (const std::string& chunk : GetParam().chunks) {
    sse += "data: " + chunk + "\r\n\r\n";
    array += (array.size() > 1 ? "\n,\r\n" : "") + chunk;
  }
  array += "\n]\n";
  for (std::size_t size = 1; size <= array.size(); ++size) {
    EXPECT_EQ(decoded<sse::Decoder>(sse, size), GetParam().want) << "events in pieces of " << size;
    EXPECT_EQ(decoded<ArrayDecoder>(array, size), GetParam().want) << "an array in pieces of " << size;
  }
}
INSTANTIATE_TEST_SUITE_P(
    Streams, DecoderTest,
    testing::Values(
        Case{"Text",
             {part(R"({"text":"a\"}]"})") + R"(,"modelVersion":"gm","responseId":"r"})",
              part(R"({"text":"b"})", kStop) + kUsage},
             {"start r gm", "text a\\\"}] ", "text b ", "usage 9 4 2", "finish stop", "end"}},
        Case{"ThoughtAndSignature",
             {part(R"({"text":"hm","thought":true})") + "}", part(R"({"text":"a"})") + "}",
              part(R"({"text":"","thoughtSignature":"c2ln"})", kStop) + kUsage},
             {"start  ", "thought hm", "text a ", "signature c2ln gemini", "usage 9 4 2", "finish stop", "end"}},
        Case{
            "Calls",
            {part(
                 R"({"functionCall":{"id":"x","name":"f","args":{"q":"\"é"}},"thoughtSignature":"c2ln"},{"function_call":{"name":"g"}})",
                 kStop) +
             kUsage},
            {"start  ", "signature c2ln gemini", "call 0 x f", R"(arguments 0 {\"q\":\"\\\"é\"})", "block end",
             "call 1 tc_ g", "arguments 1 {}", "block end", "usage 9 4 2", "finish tool calls", "end"}},
        Case{"FinishBeforeUsage",
             {part(R"({"text":"a"})", kStop) + "}", R"({"usageMetadata":{"promptTokenCount":1}})"},
             {"start  ", "text a ", "finish stop", "usage 1 0 0", "end"}},
        Case{"UsageNever", {part(R"({"text":"a"})", kStop) + "}"}, {"start  ", "text a ", "finish stop", "end"}},
        Case{"BrokenOff", {part(R"({"text":"a"})") + kUsage}, {"start  ", "text a ", "usage 9 4 2"}},
        Case{"BlockedPrompt",
             {R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"})" + kUsage},
             {"start  ", "usage 9 4 2", "finish filter", "end"}},
        Case{"BlockedAnswer",
             {part("", R"(,"finishReason":"SAFETY")") + kUsage},
             {"start  ", "usage 9 4 2", "finish filter", "end"}},
        Case{"NoContent",
             {R"({"candidates":[{"finishReason":"MAX_TOKENS"}])" + kUsage},
             {"start  ", "usage 9 4 2", "finish length", "end"}},
        Case{"OtherCandidatesArePassedOver",
             {R"({"candidates":[{"index":1,"content":{"parts":[{"text":"no"}]},"finishReason":"STOP"}]})"},
             {"start  "}},
        Case{"Error",
             {part(R"({"text":"a"})") + "}", R"({"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}})"},
             {"start  ", "text a ", "error UNAVAILABLE busy"}},
        Case{
            "Grounding",
            {part(R"({"text":"caf\u00e9 "})") + "}",
             part(
                 R"({"text":"au lait"})",
                 kStop +
                     R"(,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://x"}}],"groundingSupports":[{"segment":{"startIndex":6,"endIndex":8},"groundingChunkIndices":[0]}]})") +
                 kUsage},
            {"start  ", "text caf\\u00e9  ", "text au lait ", "citation https://x 5 7", "usage 9 4 2", "finish stop",
             "end"}},
        Case{"Logprobs",
             {part(R"({"text":"a"})",
                   kStop + R"(,"logprobsResult":{"chosenCandidates":[{"token":"a","logProbability":-0.5}]})") +
              kUsage},
             {"start  ", R"(text a [{"token":"a","logprob":-0.5,"bytes":null,"top_logprobs":[]}])", "usage 9 4 2",
              "finish stop", "end"}}),
    [](const auto& tested) { return tested.param.name; });

TEST(GeminiStreamDecoderTest, ADoneMarkOfAnImitatorEndsTheAnswer) {
  EXPECT_EQ(decoded<sse::Decoder>("data: " + part(R"({"text":"a"})", kStop) + "}\n\ndata: [DONE]\n\n", 9),
            (std::vector<std::string>{"start  ", "text a ", "finish stop", "end"}));
}
TEST(GeminiArrayDecoderTest, ABodyThatIsOneErrorObjectIsThatObject) {
  EXPECT_EQ(decoded<ArrayDecoder>(R"({"error":{"message":"no","status":"NOT_FOUND"}})", 7),
            std::vector<std::string>{"error NOT_FOUND no"});
}
TEST(GeminiArrayDecoderTest, AnElementThatNeverEndsIsNotHeldForever) {
  ArrayDecoder events(100);
  Result<void> fed = events.feed("[{\"a\":\"");
  for (int i = 0; i < 50 && fed; ++i) fed = events.feed("0123456789");
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().kind, ErrorKind::kUpstreamUnavailable);
}
TEST(GeminiArrayDecoderTest, BlanksBetweenElementsAreNotHeld) {
  ArrayDecoder events(100);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(events.feed("                    "));
}

// --- Writing

constexpr Dialect kAnthropic = Dialect::kAnthropic, kGemini = Dialect::kGemini;
ToolCallStart call(std::uint32_t index, std::string_view id) { return {index, {id}, {"f"}}; }
ToolCallArguments piece(std::uint32_t index, std::string_view fragment) { return {index, {fragment}}; }

/// What the chunks say, one line each: the parts, then the rest without the parts that every chunk repeats.
std::vector<std::string> encoded(const std::vector<ChatEvent>& events) {
  StreamEncoder encoder({.id = "r", .model = "m"});
  std::string out;
  for (const ChatEvent& event : events) encoder.encode(event, out);
  sse::Decoder decoder(1 << 24);
  EXPECT_TRUE(decoder.feed(out));
  std::vector<std::string> chunks;
  while (const auto event = decoder.next()) {
    const auto document = json::Document::parse(event->data);
    if (!document) {
      ADD_FAILURE() << "not JSON: " << event->data;
      break;
    }
    const json::Value root = document->root();
    if (root["error"].exists()) {
      chunks.emplace_back(root["error"].raw());
      continue;
    }
    const json::Value candidate = *root["candidates"].elements().begin();
    EXPECT_TRUE(root["responseId"].equals("r") && root["modelVersion"].equals("m"));
    EXPECT_TRUE(candidate["content"]["role"].equals("model"));
    std::string line(candidate["content"]["parts"].raw());
    for (const std::string_view key : {"finishReason", "groundingMetadata", "logprobsResult"}) {
      if (candidate[key].exists()) line.append(" ").append(candidate[key].raw());
    }
    if (root["usageMetadata"].exists()) line.append(" ").append(root["usageMetadata"].raw());
    chunks.push_back(line);
  }
  return chunks;
}

struct EncodeCase {
  std::string name;
  std::vector<ChatEvent> events;
  std::vector<std::string> want;
};
class EncoderTest : public testing::TestWithParam<EncodeCase> {};
TEST_P(EncoderTest, WritesWholeChunksWithOneEnd) { EXPECT_EQ(encoded(GetParam().events), GetParam().want); }

const std::string kEnd = R"([{"text":""}] "STOP")";
const std::string kCall = R"([{"functionCall":{"id":"a","name":"f","args":{"x":1}}}])";
INSTANTIATE_TEST_SUITE_P(
    Events, EncoderTest,
    testing::Values(
        EncodeCase{
            "Text",
            {StreamStart{{"x"}, {"y"}}, TextDelta{{"a\\n"}}, TextDelta{{""}}, TextDelta{{"b"}},
             StreamFinish{FinishReason::kLength, {}}, UsageUpdate{{.input = 3, .output = 2}}, StreamEnd{}},
            {R"([{"text":"a\n"}])", R"([{"text":"b"}])",
             R"([{"text":""}] "MAX_TOKENS" {"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5})"}},
        EncodeCase{"NothingAtAll", {StreamEnd{}}, {kEnd}},
        EncodeCase{"NothingBehindTheEnd",
                   {StreamFinish{}, StreamEnd{}, TextDelta{{"late"}}, StreamEnd{}, StreamError{"x", "y"}},
                   {kEnd}},
        EncodeCase{"Thinking",
                   {ThinkingDelta{{"hm"}}, ThinkingDelta{{""}}, TextDelta{{"a"}}, StreamEnd{}},
                   {R"([{"text":"hm","thought":true}])", R"([{"text":"a"}])", kEnd}},
        EncodeCase{"OwnSignatureGoesToTheNextPart",
                   {ThinkingDelta{{"hm"}}, ThinkingSignature{{"c2ln"}, kGemini}, call(0, "a"),
                    piece(0, "{\\\"x\\\":1}"), StreamEnd{}},
                   {R"([{"text":"hm","thought":true}])",
                    R"([{"functionCall":{"id":"a","name":"f","args":{"x":1}},"thoughtSignature":"c2ln"}])", kEnd}},
        EncodeCase{"OwnSignatureAtTheEnd",
                   {TextDelta{{"a"}}, ThinkingSignature{{"c2ln"}, kGemini}, StreamEnd{}},
                   {R"([{"text":"a"}])", R"([{"text":"","thoughtSignature":"c2ln"}] "STOP")"}},
        EncodeCase{"AnotherDialectsSignatureIsSealed",
                   {ThinkingDelta{{"hm"}}, ThinkingSignature{{"EqQB"}, kAnthropic}, TextDelta{{"a"}}, StreamEnd{}},
                   {R"([{"text":"hm","thought":true}])",
                    R"([{"text":"","thought":true,"thoughtSignature":"c3kxLmFudGhyb3BpYy5FcVFC"}])",
                    R"([{"text":"a"}])", kEnd}},
        EncodeCase{"ACallGoesOutAsSoonAsItIsWhole",
                   {call(0, "a"), piece(0, "{\\\"x"), piece(0, "\\\":1"), piece(0, "}"), TextDelta{{"a"}}, StreamEnd{}},
                   {kCall, R"([{"text":"a"}])", kEnd}},
        EncodeCase{
            "BracesInStringsDoNotCloseACall",
            {call(0, "a"), piece(0, "{\\\"x\\\":\\\"}\\\\\\\""), TextDelta{{"t"}}, piece(0, "}\\\"}"), StreamEnd{}},
            {R"([{"text":"t"}])", R"([{"functionCall":{"id":"a","name":"f","args":{"x":"}\"}"}}}])", kEnd}},
        EncodeCase{"InterleavedCallsKeepTheirOrder",
                   {call(0, "a"), call(1, "b"), piece(1, "{}"), piece(0, "{\\\"x\\\":"), piece(0, "1}"), StreamEnd{}},
                   {kCall, R"([{"functionCall":{"id":"b","name":"f","args":{}}}])", kEnd}},
        EncodeCase{
            "IndicesWithGaps", {call(7, "a"), piece(7, "{\\\"x\\\":1}"), piece(3, "{}"), StreamEnd{}}, {kCall, kEnd}},
        EncodeCase{
            "ACallWithoutArguments",
            {call(0, "a"), BlockEnd{}, TextDelta{{"t"}}, StreamFinish{FinishReason::kToolCalls, {}}, StreamEnd{}},
            {R"([{"text":"t"}])", R"([{"functionCall":{"id":"a","name":"f","args":{}}}])", kEnd}},
        EncodeCase{"BrokenArguments",
                   {call(0, "a"), piece(0, "{\\\"x\\\":"), StreamEnd{}},
                   {R"([{"functionCall":{"id":"a","name":"f","args":{}}}])", kEnd}},
        EncodeCase{"ArgumentsInSeveralLinesStayInOneEvent",
                   {call(0, "a"), piece(0, "{\\r\\n  \\\"x\\\": \\\"\\\\n\\\"\\n}"), StreamEnd{}},
                   {R"([{"functionCall":{"id":"a","name":"f","args":{    "x": "\n" }}}])", kEnd}},
        EncodeCase{"ACustomCall",
                   {ToolCallStart{0, {"a"}, {"f"}, true}, piece(0, "{} \\\"x\\\""), StreamEnd{}},
                   {R"([{"functionCall":{"id":"a","name":"f","args":{"input":"{} \"x\""}}}])", kEnd}},
        EncodeCase{"Refusal",
                   {RefusalDelta{{"no"}}, StreamFinish{FinishReason::kRefusal, {}}, StreamEnd{}},
                   {R"([{"text":"no"}])", R"([{"text":""}] "SAFETY")"}},
        EncodeCase{"Error",
                   {TextDelta{{"a"}}, StreamError{"overloaded_error", "busy \"now\""}, StreamEnd{}},
                   {R"([{"text":"a"}])", R"({"code":503,"message":"busy \"now\"","status":"UNAVAILABLE"})"}},
        EncodeCase{
            "ErrorOfAnUnknownType", {StreamError{"", "x"}}, {R"({"code":500,"message":"x","status":"INTERNAL"})"}},
        EncodeCase{
            "CitationWithAPlace",
            {TextDelta{{"caf\\u00e9 "}}, TextDelta{{"au"}}, CitationDelta{{{"https://x"}, {"t"}, {}, 5, 7}},
             StreamEnd{}},
            {R"([{"text":"caf\u00e9 "}])", R"([{"text":"au"}])",
             kEnd +
                 R"( {"groundingChunks":[{"web":{"uri":"https://x","title":"t"}}],"groundingSupports":[{"segment":{"startIndex":6,"endIndex":8,"text":"au"},"groundingChunkIndices":[0]}],"webSearchQueries":[]})"}},
        EncodeCase{
            "CitationOfItsBlock",
            {TextDelta{{"a"}}, BlockEnd{}, CitationDelta{{{"https://x"}, {}, {}}}, TextDelta{{"bc"}}, BlockEnd{},
             TextDelta{{"d"}}, StreamEnd{}},
            {R"([{"text":"a"}])", R"([{"text":"bc"}])", R"([{"text":"d"}])",
             kEnd +
                 R"( {"groundingChunks":[{"web":{"uri":"https://x"}}],"groundingSupports":[{"segment":{"startIndex":1,"endIndex":3,"text":"bc"},"groundingChunkIndices":[0]}],"webSearchQueries":[]})"}},
        EncodeCase{
            "Logprobs",
            {TextDelta{{"a"}, {R"([{"token":"a","logprob":-1,"bytes":null,"top_logprobs":[]}])"}}, StreamEnd{}},
            {R"([{"text":"a"}] {"topCandidates":[{"candidates":[]}],"chosenCandidates":[{"token":"a","logProbability":-1}]})",
             kEnd}}),
    [](const auto& tested) { return tested.param.name; });

TEST(GeminiStreamEncoderTest, TheArrayFormIsOneJsonArrayWhateverEndsIt) {
  for (const bool fails : {false, true}) {
    for (const bool text : {false, true}) {
      StreamEncoder encoder({.id = "r", .model = "m"}, StreamFraming::kArray);
      std::string out;
      if (text) encoder.encode(TextDelta{{"a"}}, out);
      if (text) encoder.encode(TextDelta{{"b"}}, out);
      encoder.encode(fails ? ChatEvent{StreamError{"x", "y"}} : ChatEvent{StreamEnd{}}, out);
      EXPECT_TRUE(encoder.ended());
      const auto document = json::Document::parse(out);
      ASSERT_TRUE(document) << out;
      EXPECT_EQ(document->root().size(), text ? 3u : 1u);
    }
  }
}

TEST(GeminiStreamEncoderTest, ArgumentsThatNeverEndAreNotHeldForever) {
  StreamEncoder encoder({.id = "r", .model = "m"});
  std::string out;
  const std::string fragment(1u << 20, '1');
  encoder.encode(call(0, "a"), out);
  for (int i = 0; i < 20; ++i) encoder.encode(piece(0, fragment), out);
  EXPECT_TRUE(encoder.ended());
  EXPECT_NE(out.find("too large"), std::string::npos);
}

// --- Reading along

struct TapCase {
  std::string name, chunk;
  bool output, calls, ended, failed;
};
class TapTest : public testing::TestWithParam<TapCase> {};
TEST_P(TapTest, SeesWhatPassesInBothForms) {
  const TapCase& c = GetParam();
  for (const StreamFraming framing : {StreamFraming::kSse, StreamFraming::kArray}) {
    const std::string body = framing == StreamFraming::kSse ? "data: " + c.chunk + "\n\n" : "[" + c.chunk + "]";
    for (std::size_t size = 1; size <= body.size(); size += 3) {
      StreamTap tap(framing);
      for (std::size_t at = 0; at < body.size(); at += size) {
        const std::string_view cut = std::string_view(body).substr(at, size);
        EXPECT_EQ(tap.feed(cut).data(), cut.data());
      }
      EXPECT_EQ(tap.had_output(), c.output);
      EXPECT_EQ(tap.tool_calls(), c.calls);
      EXPECT_EQ(tap.ended(), c.ended);
      EXPECT_EQ(tap.failed(), c.failed);
      EXPECT_EQ(tap.has_usage(), c.ended);
      EXPECT_EQ(tap.usage().reasoning, c.ended ? 2 : 0);
      EXPECT_EQ(tap.output_bytes() > 0, c.output);
    }
  }
}
INSTANTIATE_TEST_SUITE_P(
    Chunks, TapTest,
    testing::Values(
        TapCase{"Text", part(R"({"text":"a"})") + "}", true, false, false, false},
        TapCase{"Call", part(R"({"functionCall":{"name":"f","args":{}}})", kStop) + kUsage, true, true, true, false},
        TapCase{"Last", part(R"({"text":""})", kStop) + kUsage, false, false, true, false},
        TapCase{"Blocked", R"({"promptFeedback":{"blockReason":"OTHER"})" + kUsage, false, false, true, false},
        TapCase{"Error", R"({"error":{"code":500}})", false, false, false, true}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace switchyard::wire::gemini
