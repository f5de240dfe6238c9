// Gemini streams, written: whole chunks with one end, whatever order the events come in.

#include <gtest/gtest.h>

#include "wire/gemini/stream.h"

namespace switchyard::wire::gemini {
namespace {

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

}  // namespace
}  // namespace switchyard::wire::gemini
