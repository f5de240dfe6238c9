#include "wire/bedrock_converse/response.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <variant>

#include "wire/bedrock_converse/error.h"
#include "wire/bedrock_converse/stream.h"

namespace switchyard::wire::bedrock_converse {
namespace {

TEST(ResponseTest, HoldsTextThinkingAndToolCallsInOrder) {
  const auto document = json::Document::parse(
      R"({"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}},{"reasoningContent":{"redactedContent":"cg=="}},{"text":"a\n"},{"toolUse":{"toolUseId":"tooluse_1","name":"f","input":{"n":1.50}}},{"citationsContent":{"content":[{"text":"b"},{"text":"c"}],"citations":[{"title":"T","location":{"web":{"url":"https://x"}},"sourceContent":[{"text":"q"}]},{"location":{"documentChar":{}}}]}},{"video":{}}]}},"stopReason":"stop_sequence","additionalModelResponseFields":{"stop_sequence":"END"},"usage":{"inputTokens":3,"outputTokens":4,"totalTokens":7,"cacheReadInputTokens":5,"cacheWriteInputTokens":6}})");
  const auto response = parse_response(*document);
  ASSERT_TRUE(response) << response.error().message;
  ASSERT_EQ(response->parts.size(), 6u);
  const auto& thinking = std::get<ThinkingPart>(response->parts[0]);
  EXPECT_EQ(thinking.text.escaped, "hm");
  EXPECT_EQ(thinking.signature.escaped, "s");
  EXPECT_EQ(thinking.issuer, Dialect::kBedrockConverse);
  EXPECT_EQ(std::get<ThinkingPart>(response->parts[1]).signature.escaped, "redacted:cg==");
  EXPECT_EQ(std::get<TextPart>(response->parts[2]).text.escaped, "a\\n");
  const auto& call = std::get<ToolCallPart>(response->parts[3]);
  EXPECT_EQ(call.id.escaped, "tooluse_1");
  EXPECT_EQ(call.arguments, R"({"n":1.50})");
  const auto& cited = std::get<TextPart>(response->parts[4]);
  EXPECT_EQ(cited.text.escaped, "bc");
  ASSERT_EQ(cited.sources.size(), 1u);
  EXPECT_EQ(cited.sources[0].url.escaped, "https://x");
  EXPECT_EQ(cited.sources[0].quoted.escaped, "q");
  EXPECT_EQ(std::get<OpaquePart>(response->parts[5]).type, "video");
  EXPECT_EQ(response->finish, FinishReason::kStopSequence);
  EXPECT_EQ(response->stop_sequence.escaped, "END");
  EXPECT_EQ(response->usage, (Usage{.input = 3, .cache_read = 5, .cache_write = 6, .output = 4}));
}

TEST(ResponseTest, NamesWhatIsMissing) {
  for (const auto& [body, want] :
       {std::pair{R"({})", "output.message.content: expected an array"},
        {R"({"output":{"message":{"content":[1]}}})", "output.message.content[0]: expected an object"},
        {R"({"output":{"message":{"content":[{"toolUse":{}}]}}})",
         "output.message.content[0].toolUse.name: expected a string"}}) {
    const auto document = json::Document::parse(body);
    const auto response = parse_response(*document);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().message, want);
  }
}

TEST(ResponseTest, KnowsEveryStopReason) {
  const std::pair<std::string_view, FinishReason> cases[] = {
      {R"("end_turn")", FinishReason::kStop},
      {R"("tool_use")", FinishReason::kToolCalls},
      {R"("max_tokens")", FinishReason::kLength},
      {R"("stop_sequence")", FinishReason::kStopSequence},
      {R"("guardrail_intervened")", FinishReason::kContentFilter},
      {R"("content_filtered")", FinishReason::kContentFilter},
      {R"("model_context_window_exceeded")", FinishReason::kContextExceeded},
      {R"("malformed_tool_use")", FinishReason::kUnknown}};
  for (const auto& [text, want] : cases) {
    const auto document = json::Document::parse(text);
    EXPECT_EQ(finish_from(document->root()), want) << text;
  }
}

TEST(UsageTest, IsReadFromAWholeAnswerAndNotBelievedBeyondReason) {
  Usage usage;
  EXPECT_TRUE(
      tap_body(R"({"output":{},"usage":{"inputTokens":2,"outputTokens":-1,"cacheReadInputTokenCount":9e18}})", usage));
  EXPECT_EQ(usage.input, 2);
  EXPECT_EQ(usage.output, 0);
  EXPECT_FALSE(tap_body(R"({"output":{}})", usage));
  EXPECT_FALSE(tap_body("<html>", usage));
}

TEST(ErrorTest, IsReadInEveryShape) {
  const auto throttled =
      parse_error(429, R"({"__type":"com.amazon.coral.service#ThrottlingException","message":"slow down"})");
  EXPECT_EQ(throttled.type, "ThrottlingException");
  EXPECT_EQ(throttled.message, "slow down");
  EXPECT_EQ(parse_error(403, R"({"Message":"no"})").message, "no");
  EXPECT_EQ(parse_error(401, R"({"error":{"message":"key"}})").message, "key");
  EXPECT_EQ(parse_error(502, "<html>").message, "");
}

/// What `decode` says of one event, in short.
std::string told(StreamDecoder& decoder, std::string_view name, std::string_view data) {
  std::vector<ChatEvent> events;
  if (auto decoded = decoder.decode({name, data}, events); !decoded) return "error";
  std::string text;
  for (const ChatEvent& event : events) {
    if (std::holds_alternative<StreamStart>(event)) text += "start;";
    if (const auto* e = std::get_if<TextDelta>(&event)) text += "text " + std::string(e->text.escaped) + ";";
    if (const auto* e = std::get_if<ThinkingDelta>(&event)) text += "thinking " + std::string(e->text.escaped) + ";";
    if (const auto* e = std::get_if<ThinkingSignature>(&event)) {
      EXPECT_EQ(e->issuer, Dialect::kBedrockConverse);
      text += "signature " + std::string(e->signature.escaped) + ";";
    }
    if (const auto* e = std::get_if<CitationDelta>(&event))
      text += "citation " + std::string(e->citation.url.escaped) + ";";
    if (const auto* e = std::get_if<ToolCallStart>(&event))
      text += "call " + std::to_string(e->index) + " " + std::string(e->id.escaped) + " " +
              std::string(e->name.escaped) + ";";
    if (const auto* e = std::get_if<ToolCallArguments>(&event))
      text += "arguments " + std::to_string(e->index) + " " + std::string(e->fragment.escaped) + ";";
    if (std::holds_alternative<BlockEnd>(event)) text += "block end;";
    if (const auto* e = std::get_if<UsageUpdate>(&event))
      text += "usage " + std::to_string(e->usage.input) + " " + std::to_string(e->usage.output) + ";";
    if (const auto* e = std::get_if<StreamFinish>(&event))
      text +=
          "finish " + std::to_string(static_cast<int>(e->reason)) + " " + std::string(e->stop_sequence.escaped) + ";";
    if (std::holds_alternative<StreamEnd>(event)) text += "end;";
    if (const auto* e = std::get_if<StreamError>(&event)) text += "failed " + e->type + " " + e->message + ";";
  }
  return text;
}

TEST(StreamTest, TellsEveryEvent) {
  StreamDecoder decoder;
  const std::tuple<const char*, const char*, const char*> events[] = {
      {"messageStart", R"({"role":"assistant","p":"abc"})", "start;"},
      {"contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}})", "thinking hm;"},
      {"contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"s"}}})",
       "signature s;"},
      {"contentBlockDelta", R"({"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"cg=="}}})",
       "signature redacted:cg==;"},
      {"contentBlockDelta", R"({"contentBlockIndex":2,"delta":{"text":"a\n"}})", "text a\\n;"},
      {"contentBlockDelta", R"({"contentBlockIndex":2,"delta":{"text":""}})", ""},
      {"contentBlockDelta", R"({"contentBlockIndex":2,"delta":{"citation":{"location":{"web":{"url":"https://x"}}}}})",
       "citation https://x;"},
      {"contentBlockStop", R"({"contentBlockIndex":2})", "block end;"},
      {"contentBlockStart", R"({"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"t1","name":"f"}}})",
       "call 0 t1 f;"},
      {"contentBlockStart", R"({"contentBlockIndex":4,"start":{"toolUse":{"toolUseId":"t2","name":"g"}}})",
       "call 1 t2 g;"},
      {"contentBlockDelta", R"({"contentBlockIndex":4,"delta":{"toolUse":{"input":"{\"a\":"}}})",
       R"(arguments 1 {\"a\":;)"},
      {"contentBlockDelta", R"({"contentBlockIndex":3,"delta":{"toolUse":{"input":"{}"}}})", "arguments 0 {};"},
      {"contentBlockDelta", R"({"contentBlockIndex":9,"delta":{"toolUse":{"input":"{}"}}})", ""},
      {"messageStop", R"({"stopReason":"tool_use"})", "finish 3 ;"},
      {"unheardOf", R"({})", ""},
      {"metadata", R"({"usage":{"inputTokens":5,"outputTokens":7},"metrics":{"latencyMs":1}})", "usage 5 7;end;"},
      {"throttlingException", R"({"message":"slow"})", "failed throttlingException slow;"},
      {"messageStart", "{", "error"}};
  for (const auto& [name, data, want] : events) EXPECT_EQ(told(decoder, name, data), want) << name << " " << data;
}

/// The golden file's own text, which its documents point into.
std::string file_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

TEST(GoldenTest, EveryCaseIsUnderstood) {
  std::size_t cases = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(SWITCHYARD_SOURCE_DIR) + "/tests/golden/bedrock_converse")) {
    SCOPED_TRACE(entry.path().filename().string());
    ++cases;
    const std::string text = file_text(entry.path());
    const auto file = json::Document::parse(text);
    ASSERT_TRUE(file) << file.error().message;
    const json::Value root = file->root();
    if (const json::Value response = root["response"]; response.exists()) {
      const auto document = json::Document::parse(response.raw());
      const auto parsed = parse_response(*document);
      EXPECT_TRUE(parsed && parsed->has_usage &&
                  parsed->parts.size() == response["output"]["message"]["content"].size());
    } else if (const json::Value stream = root["stream"]; stream.exists()) {
      sse::Decoder events(1 << 20);
      ASSERT_TRUE(events.feed(stream.string()));
      StreamDecoder decoder;
      std::vector<ChatEvent> decoded;
      while (const auto event = events.next()) {
        const auto done = decoder.decode(*event, decoded);
        EXPECT_TRUE(done);
      }
      EXPECT_TRUE(std::ranges::any_of(decoded, [](const ChatEvent& e) {
        return std::holds_alternative<StreamFinish>(e) || std::holds_alternative<StreamError>(e);
      }));
    } else {
      EXPECT_FALSE(parse_error(400, root["error"]["body"].raw()).message.empty());
    }
  }
  EXPECT_GE(cases, 47u);
}

}  // namespace
}  // namespace switchyard::wire::bedrock_converse
