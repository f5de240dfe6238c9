#include "wire/gemini/response.h"

#include <gtest/gtest.h>

#include "wire/fields.h"
#include "wire/gemini/signature.h"

namespace switchyard::wire::gemini {
namespace {

/// Keeps the bytes that the response points into.
struct Parsed {
  std::string body;
  json::Document document;
  Result<ChatResponse> response;
  explicit Parsed(std::string text)
      : body(std::move(text)), document(*json::Document::parse(body)), response(parse_response(document)) {}
};
std::string emitted(const ChatResponse& response) {
  std::string out;
  emit_response(response, {.id = "r1", .model = "m"}, out);
  EXPECT_TRUE(json::Document::parse(out)) << out;
  return out;
}
std::string answer(std::string parts, std::string more = R"(,"finishReason":"STOP","index":0)") {
  return R"({"candidates":[{"content":{"parts":[)" + parts + R"(],"role":"model"})" + more +
         R"(}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3},"modelVersion":"m","responseId":"r1"})";
}

struct Case {
  std::string name;
  std::string in;
  std::string want = in;
};
class ResponseTest : public testing::TestWithParam<Case> {};
TEST_P(ResponseTest, ReadAndWrittenAgainSaysTheSame) {
  const Parsed parsed(GetParam().in);
  ASSERT_TRUE(parsed.response) << parsed.response.error().message;
  EXPECT_EQ(emitted(*parsed.response), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Answers, ResponseTest,
    testing::Values(
        Case{"Text", answer(R"({"text":"caf\u00e9"})")},
        Case{"Thought", answer(R"({"text":"hm","thought":true},{"text":"a"})")},
        Case{"SignedCall",
             answer(R"({"functionCall":{"id":"x","name":"f","args":{"a":1.0}},"thoughtSignature":"c2ln"})")},
        Case{"SignedText", answer(R"({"text":"a"},{"text":"","thoughtSignature":"c2ln"})")},
        Case{"Image", answer(R"({"text":"see"},{"inlineData":{"mimeType":"image/png","data":"QUJD"}})")},
        Case{
            "Code",
            answer(
                R"({"executableCode":{"language":"PYTHON","code":"1"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK"}})")},
        Case{"Length", answer(R"({"text":"a"})", R"(,"finishReason":"MAX_TOKENS","index":0)")},
        Case{
            "SnakeCase",
            R"({"candidates":[{"content":{"parts":[{"text":"a","thought_signature":"c2ln"}]},"finish_reason":"STOP"}],"usage_metadata":{"prompt_token_count":1,"candidates_token_count":2},"response_id":"z"})",
            answer(R"({"text":"a","thoughtSignature":"c2ln"})")},
        Case{"BlockedAnswer", answer("", R"(,"finishReason":"PROHIBITED_CONTENT","index":0)"),
             answer("", R"(,"finishReason":"SAFETY","index":0)")},
        Case{
            "BlockedPrompt",
            R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2},"modelVersion":"m"})",
            answer("", R"(,"finishReason":"SAFETY","index":0)")},
        Case{"BrokenCall", answer("", R"(,"finishReason":"MALFORMED_FUNCTION_CALL","index":0)"),
             answer("", R"(,"finishReason":"OTHER","index":0)")},
        Case{
            "Logprobs",
            answer(
                R"({"text":"a"})",
                R"(,"finishReason":"STOP","index":0,"logprobsResult":{"topCandidates":[{"candidates":[{"token":"a","logProbability":-0.10}]}],"chosenCandidates":[{"token":"a","logProbability":-0.10}]})")},
        Case{
            "Grounding",
            answer(
                R"({"text":"caf\u00e9 au lait"})",
                R"(,"finishReason":"STOP","index":0,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https:\/\/x","title":"t"}},{"web":{"uri":"https://y"}}],"groundingSupports":[{"segment":{"startIndex":0,"endIndex":5,"text":"café"},"groundingChunkIndices":[0]},{"segment":{"startIndex":6,"endIndex":8,"text":"au"},"groundingChunkIndices":[1]}],"webSearchQueries":[]})")},
        Case{
            "GroundingOfTheSecondPart",
            answer(
                R"({"text":"hm","thought":true},{"text":"a"},{"text":"bc"})",
                R"(,"finishReason":"STOP","index":0,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://x"}}],"groundingSupports":[{"segment":{"partIndex":2,"startIndex":1,"endIndex":2,"text":"c"},"groundingChunkIndices":[0]}],"webSearchQueries":[]})")}),
    [](const auto& tested) { return tested.param.name; });

TEST(GeminiResponseTest, PlacesOfSourcesAreCountedInCharacters) {
  const Parsed parsed(answer(
      R"({"text":"caf\u00e9 au lait"})",
      R"(,"citationMetadata":{"citationSources":[{"startIndex":6,"endIndex":8,"uri":"https://x","license":"mit"},{"endIndex":99,"uri":"https://y"}]})"));
  ASSERT_TRUE(parsed.response);
  const auto& sources = std::get<TextPart>(parsed.response->parts.at(0)).sources;
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(sources[0].start, 5);
  EXPECT_EQ(sources[0].end, 7);
  EXPECT_EQ(sources[1].start, -1) << "outside of the text";
}

TEST(GeminiResponseTest, ACallWithoutAnIdGetsOneThatIsStableAndOfItsAnswerOnly) {
  const std::string call = R"({"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"f","args":{}}})";
  const Parsed one(answer(call)), again(answer(call));
  std::string other_body = answer(call);
  other_body.replace(other_body.find("\"r1\""), 4, "\"r2\"");
  const Parsed other(other_body);
  const auto id = [](const Parsed& parsed, std::size_t i) {
    return std::string(std::get<ToolCallPart>(parsed.response->parts.at(i)).id.escaped);
  };
  EXPECT_EQ(id(one, 0), id(again, 0));
  EXPECT_NE(id(one, 0), id(one, 1));
  EXPECT_NE(id(one, 0), id(other, 0));
  EXPECT_EQ(one.response->finish, FinishReason::kToolCalls);
}

TEST(GeminiResponseTest, UsageFallsIntoDisjointBuckets) {
  const auto document = json::Document::parse(
      R"({"promptTokenCount":100,"cachedContentTokenCount":40,"candidatesTokenCount":7,"thoughtsTokenCount":5,"toolUsePromptTokenCount":3,"totalTokenCount":115})");
  Usage usage;
  ASSERT_TRUE(parse_usage(document->root(), usage));
  EXPECT_EQ(usage, (Usage{.input = 63, .cache_read = 40, .cache_write = 0, .output = 7, .reasoning = 5}));
  EXPECT_EQ(usage.prompt() + usage.completion(), 115);
  std::string out;
  write_usage(usage, out);
  EXPECT_EQ(
      out,
      R"({"promptTokenCount":103,"cachedContentTokenCount":40,"candidatesTokenCount":7,"thoughtsTokenCount":5,"totalTokenCount":115})");
}

TEST(GeminiResponseTest, CountsThatCannotBeAreNotBelieved) {
  const auto document = json::Document::parse(
      R"({"promptTokenCount":5,"cachedContentTokenCount":9,"candidatesTokenCount":-4,"thoughtsTokenCount":99999999999999})");
  Usage usage;
  ASSERT_TRUE(parse_usage(document->root(), usage));
  EXPECT_EQ(usage, (Usage{.input = 0, .cache_read = 5, .cache_write = 0, .output = 0, .reasoning = 1'000'000'000}));
}

struct FinishCase {
  std::string_view word;
  FinishReason reason;
};
class FinishTest : public testing::TestWithParam<FinishCase> {};
TEST_P(FinishTest, IsUnderstood) {
  const std::string quoted = json::quoted(GetParam().word);
  EXPECT_EQ(finish_from(json::Document::parse(quoted)->root()), GetParam().reason);
}
INSTANTIATE_TEST_SUITE_P(Words, FinishTest,
                         testing::Values(FinishCase{"STOP", FinishReason::kStop},
                                         FinishCase{"MAX_TOKENS", FinishReason::kLength},
                                         FinishCase{"SAFETY", FinishReason::kContentFilter},
                                         FinishCase{"RECITATION", FinishReason::kContentFilter},
                                         FinishCase{"LANGUAGE", FinishReason::kContentFilter},
                                         FinishCase{"BLOCKLIST", FinishReason::kContentFilter},
                                         FinishCase{"PROHIBITED_CONTENT", FinishReason::kContentFilter},
                                         FinishCase{"SPII", FinishReason::kContentFilter},
                                         FinishCase{"IMAGE_SAFETY", FinishReason::kContentFilter},
                                         FinishCase{"MALFORMED_FUNCTION_CALL", FinishReason::kUnknown},
                                         FinishCase{"OTHER", FinishReason::kUnknown},
                                         FinishCase{"SOMETHING_NEW", FinishReason::kUnknown}),
                         [](const auto& tested) { return std::string(tested.param.word); });

TEST(GeminiResponseTest, AnotherDialectsSignatureIsShownAsBase64AndComesHome) {
  ChatResponse response;
  response.parts = {ThinkingPart{{"hm"}, {"EqQB/w=="}, {}, Dialect::kAnthropic},
                    ThinkingPart{{}, {}, {"c2VjcmV0"}, Dialect::kAnthropic}, TextPart{{"a"}, {}, {}}};
  const std::string out = emitted(response);
  const auto document = json::Document::parse(out);
  const json::Value parts = (*document->root()["candidates"].elements().begin())["content"]["parts"];
  ASSERT_EQ(parts.size(), 3u);
  std::vector<ThinkingPart> home;
  TextStorage storage;
  for (const json::Value part : parts.elements()) {
    // SDKs hold the field as bytes and may write the other alphabet.
    std::string shown(part["thoughtSignature"].escaped());
    for (char& c : shown) c = c == '+' ? '-' : c == '/' ? '_' : c;
    ThinkingPart thought;
    read_signature({storage.emplace_back(shown)}, thought, storage);
    home.push_back(thought);
  }
  EXPECT_EQ(home[0].signature.escaped, "EqQB/w==");
  EXPECT_EQ(home[0].issuer, Dialect::kAnthropic);
  EXPECT_EQ(home[1].redacted.escaped, "c2VjcmV0");
  EXPECT_TRUE(home[1].signature.empty());
}

TEST(GeminiResponseTest, ASourceWithoutAPlaceIsOfItsWholeText) {
  ChatResponse response;
  TextPart text{{"b"}, {}, {}};
  text.sources.push_back({{"https://x"}, {"t"}, {"quoted"}});
  response.parts = {TextPart{{"a"}, {}, {}}, text};
  EXPECT_NE(emitted(response).find(R"("segment":{"partIndex":1,"startIndex":0,"endIndex":1,"text":"b"})"),
            std::string::npos);
}

TEST(GeminiResponseTest, ArgumentsThatAreNoObjectDoNotBreakTheAnswer) {
  ChatResponse response;
  response.parts = {ToolCallPart{{"x"}, {"f"}, "{oops", {}}};
  EXPECT_NE(emitted(response).find(R"("functionCall":{"id":"x","name":"f","args":{}})"), std::string::npos);
}

TEST(GeminiResponseTest, ABodyWithoutCandidatesIsRefusedByName) {
  const Parsed parsed(R"({"modelVersion":"m"})");
  ASSERT_FALSE(parsed.response);
  EXPECT_EQ(parsed.response.error().message, "candidates: expected an array");
}

TEST(GeminiResponseTest, ThePassedOnAnswerTellsItsUsage) {
  Usage usage;
  EXPECT_TRUE(tap_body(answer(R"({"text":"\"usageMetadata\": {\"promptTokenCount\": 9}"})"), usage));
  EXPECT_EQ(usage.input, 1);
  EXPECT_TRUE(tap_body(R"({"usage_metadata":{"prompt_token_count":4}})", usage));
  EXPECT_EQ(usage.input, 4);
  EXPECT_FALSE(tap_body(R"({"candidates":[]})", usage));
}

}  // namespace
}  // namespace switchyard::wire::gemini
