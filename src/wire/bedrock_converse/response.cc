#include "wire/bedrock_converse/response.h"

#include <algorithm>

#include "wire/fields.h"

namespace switchyard::wire::bedrock_converse {
namespace {

/// More tokens than any answer has; a provider that says more, or less than none, is not believed.
constexpr TokenCount kTokensMax = 1'000'000'000;

void thinking(json::Value reasoning, ChatResponse& response) {
  ThinkingPart part{.issuer = Dialect::kBedrockConverse};
  if (const json::Value redacted = reasoning["redactedContent"]; redacted.is_string()) {
    part.signature = {response.storage.emplace_back(kRedactedMark).append(redacted.escaped())};
  } else {
    part.text = {reasoning["reasoningText"]["text"].escaped()};
    part.signature = {reasoning["reasoningText"]["signature"].escaped()};
  }
  response.parts.emplace_back(part);
}

void cited_text(json::Value block, ChatResponse& response) {
  TextPart part;
  std::string& text = response.storage.emplace_back();
  for (const json::Value piece : block["content"].elements()) text.append(piece["text"].escaped());
  part.text = {text};
  for (const json::Value told : block["citations"].elements()) {
    if (Citation citation; citation_from(told, citation)) part.sources.push_back(citation);
  }
  response.parts.emplace_back(std::move(part));
}

Result<void> parse_block(json::Value block, const std::string& path, ChatResponse& response) {
  if (!block.is_object()) return expected(path, "an object");
  if (const json::Value text = block["text"]; text.is_string()) {
    response.parts.push_back(TextPart{{text.escaped()}, {}, {}});
  } else if (const json::Value use = block["toolUse"]; use.is_object()) {
    ToolCallPart call;
    call.id = {use["toolUseId"].escaped()};
    SY_TRY(call.name, required_text(use["name"], at(path, "toolUse.name")));
    call.arguments = use["input"].raw();
    response.parts.push_back(call);
  } else if (const json::Value reasoning = block["reasoningContent"]; reasoning.is_object()) {
    thinking(reasoning, response);
  } else if (const json::Value cited = block["citationsContent"]; cited.is_object()) {
    cited_text(cited, response);
  } else if (block.size() > 0) {
    response.parts.push_back(
        OpaquePart{Dialect::kBedrockConverse, (*block.members().begin()).key.string(), {block.raw()}});
  }
  return {};
}

}  // namespace

bool citation_from(json::Value citation, Citation& into) {
  const json::Value url = citation["location"]["web"]["url"];
  if (url.escaped().empty()) return false;
  into = {{url.escaped()}, {citation["title"].escaped()}, {}, -1, -1};
  for (const json::Value source : citation["sourceContent"].elements()) {
    if (into.quoted.empty()) into.quoted = {source["text"].escaped()};
  }
  return true;
}

FinishReason finish_from(json::Value reason) {
  static constexpr std::pair<std::string_view, FinishReason> kReasons[] = {
      {"end_turn", FinishReason::kStop},
      {"tool_use", FinishReason::kToolCalls},
      {"max_tokens", FinishReason::kLength},
      {"stop_sequence", FinishReason::kStopSequence},
      {"guardrail_intervened", FinishReason::kContentFilter},
      {"content_filtered", FinishReason::kContentFilter},
      {"refusal", FinishReason::kRefusal},
      {"model_context_window_exceeded", FinishReason::kContextExceeded}};
  for (const auto& [name, finish] : kReasons) {
    if (reason.equals(name)) return finish;
  }
  return FinishReason::kUnknown;  // malformed_model_output, malformed_tool_use and what is yet to come.
}

bool parse_usage(json::Value usage, Usage& into) {
  if (!usage.is_object()) return false;
  for (const json::Member member : usage.members()) {
    const auto told = member.value.integer();
    if (!told) continue;
    const TokenCount count = std::clamp<TokenCount>(*told, 0, kTokensMax);
    const std::string_view key = member.key.escaped();
    if (key == "inputTokens") into.input = count;
    if (key == "outputTokens") into.output = count;
    // The longer names are those of its first months.
    if (key == "cacheReadInputTokens" || key == "cacheReadInputTokenCount") into.cache_read = count;
    if (key == "cacheWriteInputTokens" || key == "cacheWriteInputTokenCount") into.cache_write = count;
  }
  return true;
}

Result<ChatResponse> parse_response(const json::Document& body) {
  const json::Value root = body.root();
  const json::Value content = root["output"]["message"]["content"];
  if (!content.is_array()) return expected("output.message.content", "an array");
  ChatResponse response;
  std::size_t index = 0;
  for (const json::Value block : content.elements()) {
    SY_CHECK(parse_block(block, at("output.message.content", index++), response));
  }
  response.finish = finish_from(root["stopReason"]);
  response.stop_sequence = {root["additionalModelResponseFields"]["stop_sequence"].escaped()};
  response.has_usage = parse_usage(root["usage"], response.usage);
  return response;
}

bool tap_body(std::string_view body, Usage& usage) {
  const auto document = json::Document::parse(body);
  return document && parse_usage(document->root()["usage"], usage);
}

}  // namespace switchyard::wire::bedrock_converse
