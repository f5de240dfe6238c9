// Gemini streams, read and read along under every cut, in both framings.

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
