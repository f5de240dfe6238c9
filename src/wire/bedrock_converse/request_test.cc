#include "wire/bedrock_converse/request.h"

#include <gtest/gtest.h>

#include "wire/anthropic/request.h"
#include "wire/bedrock_converse/content_emit.h"
#include "wire/bedrock_converse/field_rules.h"
#include "wire/openai_chat/request.h"

namespace switchyard::wire::bedrock_converse {
namespace {

constexpr std::string_view kClaude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
constexpr std::string_view kNova = "amazon.nova-pro-v1:0";

struct Case {
  std::string name;
  Dialect from{};
  std::string_view model;
  std::string_view request;
  std::string_view want;
};

std::string emitted(const Case& c) {
  const auto document = json::Document::parse(c.request);
  if (!document) return document.error().message;
  const auto request =
      c.from == Dialect::kAnthropic ? anthropic::parse_request(*document) : openai_chat::parse_request(*document);
  if (!request) return request.error().message;
  const ProviderQuirks quirks{.model_in_body = false};
  std::string out;
  emit_request(*request, {.model = c.model, .quirks = quirks, .output_max = 64000}, out);
  EXPECT_TRUE(json::Document::parse(out)) << out;
  return out;
}

class RequestTest : public testing::TestWithParam<Case> {};

TEST_P(RequestTest, IsWrittenAsConverseHasIt) { EXPECT_EQ(emitted(GetParam()), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(OfOpenAi, RequestTest,
                         testing::Values(
                             Case{
                                 "PlainNova", Dialect::kOpenAiChat, kNova,
                                 R"({"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi \u00e4"}],"max_tokens":100,"temperature":0.50,"top_p":0.9,"stop":["x"]})",
                                 R"({"messages":[{"role":"user","content":[{"text":"hi \u00e4"}]}],"system":[{"text":"Be brief."}],"inferenceConfig":{"maxTokens":100,"temperature":0.50,"topP":0.9,"stopSequences":["x"]}})"},
                             Case{
                                 "ClaudeAlwaysHasALimitAndSaysWhichStopSequence", Dialect::kOpenAiChat, kClaude,
                                 R"({"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":1.5,"stop":"x"})",
                                 R"({"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"maxTokens":8192,"temperature":1,"stopSequences":["x"]},"additionalModelResponseFieldPaths":["/stop_sequence"]})"},
                             Case{
                                 "BlankTextsAndStopsAreLeftOut", Dialect::kOpenAiChat, kNova,
                                 R"({"model":"m","stop":["\n"," "],"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"\n\n"},{"role":"user","content":"more"}]})",
                                 R"({"messages":[{"role":"user","content":[{"text":"hi"},{"text":"more"}]}]})"},
                             Case{
                                 "Image", Dialect::kOpenAiChat, kNova,
                                 R"({"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/jpg;base64,AAAA"}}]}]})",
                                 R"({"messages":[{"role":"user","content":[{"image":{"format":"jpeg","source":{"bytes":"AAAA"}}}]}]})"},
                             Case{
                                 "ToolsAndTheirResults", Dialect::kOpenAiChat, kNova,
                                 R"({"model":"m","tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":"object","properties":{"a":{}}}}}],"tool_choice":"required","messages":[{"role":"user","content":"u"},{"role":"assistant","tool_calls":[{"id":"call:1","type":"function","function":{"name":"f","arguments":"{\"a\":1.0}"}}]},{"role":"tool","tool_call_id":"call:1","content":"r"},{"role":"user","content":"more"}]})",
                                 R"({"messages":[{"role":"user","content":[{"text":"u"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"tc_86402ad5990b5b598d50424362f87956","name":"f","input":{"a":1.0}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"tc_86402ad5990b5b598d50424362f87956","content":[{"text":"r"}]}},{"text":"more"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{"type":"object","properties":{"a":{}}}},"strict":true}}],"toolChoice":{"any":{}}}})"},
                             Case{
                                 "NoToolsWantedAndNoneCalledBefore", Dialect::kOpenAiChat, kNova,
                                 R"({"model":"m","tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none","messages":[{"role":"user","content":"u"}]})",
                                 R"({"messages":[{"role":"user","content":[{"text":"u"}]}]})"},
                             Case{
                                 "OneToolAtATimeForClaude",
                                 Dialect::kOpenAiChat, kClaude, R"({"model":"m","max_tokens":9,"parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"f"}},"messages":[{"role":"user","content":"u"}]})", R"({"messages":[{"role":"user","content":[{"text":"u"}]}],"inferenceConfig":{"maxTokens":9},"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}]},"additionalModelRequestFields":{"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true}}})"},
                             Case{
                                 "OneToolAtATimeForOthers", Dialect::kOpenAiChat, kNova,
                                 R"({"model":"m","parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"user","content":"u"}]})",
                                 R"({"messages":[{"role":"user","content":[{"text":"u"}]}],"system":[{"text":"Call at most one tool in one answer."}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}]}})"},
                             Case{
                                 "EffortBecomesClaudesBudget", Dialect::kOpenAiChat, kClaude,
                                 R"({"model":"m","reasoning_effort":"low","temperature":0.2,"messages":[{"role":"user","content":"u"}]})",
                                 R"({"messages":[{"role":"user","content":[{"text":"u"}]}],"inferenceConfig":{"maxTokens":12288},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":4096}}})"},
                             Case{
                                 "EffortOfGptOss", Dialect::kOpenAiChat, "openai.gpt-oss-120b-1:0",
                                 R"({"model":"m","reasoning_effort":"minimal","messages":[{"role":"user","content":"u"}]})",
                                 R"({"messages":[{"role":"user","content":[{"text":"u"}]}],"additionalModelRequestFields":{"reasoning_effort":"low"}})"},
                             Case{
                                 "JsonSchemaTravelsAsText", Dialect::kOpenAiChat, kNova,
                                 R"({"model":"m","response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"type":"object"}}},"messages":[{"role":"user","content":"u"}]})",
                                 R"({"messages":[{"role":"user","content":[{"text":"u"}]}],"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\"}","name":"s"}}}}})"}),
                         [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(OfAnthropic, RequestTest,
                         testing::Values(Case{"CachePointsForClaude", Dialect::kAnthropic, kClaude,
                                              R"({"model":"m","max_tokens":9,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[{"role":"user","content":[{"type":"text","text":"u","cache_control":{"type":"ephemeral"}}]}]})",
                                              R"({"messages":[{"role":"user","content":[{"text":"u"},{"cachePoint":{"type":"default"}}]}],"system":[{"text":"s"},{"cachePoint":{"type":"default","ttl":"1h"}}],"inferenceConfig":{"maxTokens":9}})"},
                                         Case{
                                             "NoCachePointsForOthers", Dialect::kAnthropic,
                                             "meta.llama3-1-70b-instruct-v1:0",
                                             R"({"model":"m","max_tokens":9,"top_k":5,"messages":[{"role":"user","content":[{"type":"text","text":"u","cache_control":{"type":"ephemeral"}}]}]})",
                                             R"({"messages":[{"role":"user","content":[{"text":"u"}]}],"inferenceConfig":{"maxTokens":9},"additionalModelRequestFields":{"top_k":5}})"},
                                         Case{
                                             "DocumentsAndFailedTools",
                                             Dialect::kAnthropic, kNova, R"({"model":"m","max_tokens":9,"top_k":5,"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"none"},"messages":[{"role":"user","content":[{"type":"document","title":"a_b.pdf","source":{"type":"base64","media_type":"application/pdf","data":"QQ=="}},{"type":"document","source":{"type":"text","media_type":"text/plain","data":"A"}}]},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":"bad"}]}]})", R"({"messages":[{"role":"user","content":[{"document":{"format":"pdf","name":"a b pdf","source":{"bytes":"QQ=="}}},{"document":{"format":"txt","name":"document 2","source":{"bytes":"QQ=="}}}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"t1","name":"f","input":{}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"text":"bad"}],"status":"error"}}]}],"system":[{"text":"Do not call any tool; answer in words."}],"inferenceConfig":{"maxTokens":9},"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}]},"additionalModelRequestFields":{"inferenceConfig":{"topK":5}}})"},
                                         Case{
                                             "ClaudeIsSentItsOwnAndConversesStateOnly", Dialect::kAnthropic, kClaude,
                                             R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"u"},{"role":"assistant","content":[{"type":"thinking","thinking":"a","signature":"own"},{"type":"thinking","thinking":"b","signature":"sy1.bedrock_converse.sig"},{"type":"thinking","thinking":"c","signature":"sy1.gemini.no"},{"type":"redacted_thinking","data":"no"},{"type":"redacted_thinking","data":"sy1.bedrock_converse.redacted:cmVk"},{"type":"text","text":"t"}]},{"role":"user","content":"v"}]})",
                                             R"({"messages":[{"role":"user","content":[{"text":"u"}]},{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"a","signature":"own"}}},{"reasoningContent":{"reasoningText":{"text":"b","signature":"sig"}}},{"reasoningContent":{"redactedContent":"cmVk"}},{"text":"t"}]},{"role":"user","content":[{"text":"v"}]}],"inferenceConfig":{"maxTokens":9}})"},
                                         Case{
                                             "OthersAreNotSentAnthropicsState", Dialect::kAnthropic, kNova,
                                             R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"u"},{"role":"assistant","content":[{"type":"thinking","thinking":"a","signature":"own"},{"type":"text","text":"t"}]},{"role":"user","content":"v"}]})",
                                             R"({"messages":[{"role":"user","content":[{"text":"u"}]},{"role":"assistant","content":[{"text":"t"}]},{"role":"user","content":[{"text":"v"}]}],"inferenceConfig":{"maxTokens":9}})"}),
                         [](const auto& tested) { return tested.param.name; });

TEST(DocumentNameTest, HoldsOnlyWhatConverseTakes) {
  EXPECT_EQ(document_name("Q3  report_final (v2).pdf", 1), "Q3 report final (v2) pdf");
  EXPECT_EQ(document_name("\xc3\xa4\xc3\xb6", 3), "document 3");
  EXPECT_EQ(document_name("", 1), "document 1");
}

TEST(FieldRulesTest, RefuseWhatConverseCannotSay) {
  const auto document = json::Document::parse(
      R"({"model":"m","seed":1,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]})");
  const auto request = openai_chat::parse_request(*document);
  ASSERT_TRUE(request);
  const std::vector<Refusal> refused = find_refusals(rules(), *request);
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0], (Refusal{"seed", "Bedrock Converse has no seed"}));
  EXPECT_EQ(refused[1].reason, "Bedrock Converse has no images by URL");
}

}  // namespace
}  // namespace switchyard::wire::bedrock_converse
