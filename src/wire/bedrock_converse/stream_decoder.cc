#include <algorithm>

#include "wire/bedrock_converse/response.h"
#include "wire/bedrock_converse/stream.h"

namespace switchyard::wire::bedrock_converse {

Result<void> StreamDecoder::decode(const sse::Event& event, std::vector<ChatEvent>& out) {
  if (event.data.empty()) return {};
  bytes_.assign(event.data);
  SY_CHECK(document_.parse_again(bytes_));
  const json::Value root = document_.root();
  const std::int64_t index = root["contentBlockIndex"].integer().value_or(0);
  const std::string_view name = event.name;
  if (name == "contentBlockDelta") {
    block_delta(root["delta"], index, out);
  } else if (name == "contentBlockStart") {
    block_start(root["start"], index, out);
  } else if (name == "contentBlockStop") {
    out.emplace_back(BlockEnd{});
  } else if (name == "messageStart") {
    out.emplace_back(StreamStart{});
  } else if (name == "messageStop") {
    out.emplace_back(StreamFinish{finish_from(root["stopReason"]),
                                  {root["additionalModelResponseFields"]["stop_sequence"].escaped()}});
  } else if (name == "metadata") {
    if (parse_usage(root["usage"], usage_)) out.emplace_back(UsageUpdate{usage_});
    out.emplace_back(StreamEnd{});
  } else if (name.ends_with("Exception")) {
    // Some endpoints send an exception as an event.
    out.emplace_back(StreamError{std::string(name), root["message"].string()});
  }
  return {};
}

void StreamDecoder::block_start(json::Value start, std::int64_t index, std::vector<ChatEvent>& out) {
  const json::Value use = start["toolUse"];
  if (!use.is_object()) return;
  const auto call = static_cast<std::uint32_t>(tool_blocks_.size());
  tool_blocks_.push_back(index);
  out.emplace_back(ToolCallStart{call, {use["toolUseId"].escaped()}, {use["name"].escaped()}});
}

void StreamDecoder::block_delta(json::Value delta, std::int64_t index, std::vector<ChatEvent>& out) {
  if (const std::string_view text = delta["text"].escaped(); !text.empty()) {
    out.emplace_back(TextDelta{{text}});
  } else if (const std::string_view fragment = delta["toolUse"]["input"].escaped(); !fragment.empty()) {
    const auto call = std::ranges::find(tool_blocks_, index);
    if (call == tool_blocks_.end()) return;
    out.emplace_back(ToolCallArguments{static_cast<std::uint32_t>(call - tool_blocks_.begin()), {fragment}});
  } else if (const json::Value reasoning = delta["reasoningContent"]; reasoning.is_object()) {
    if (const auto thought = reasoning["text"].escaped(); !thought.empty()) out.emplace_back(ThinkingDelta{{thought}});
    if (const auto signature = reasoning["signature"].escaped(); !signature.empty())
      out.emplace_back(ThinkingSignature{{signature}, Dialect::kBedrockConverse});
    if (const auto redacted = reasoning["redactedContent"].escaped(); !redacted.empty()) {
      redacted_.assign(kRedactedMark).append(redacted);
      out.emplace_back(ThinkingSignature{{redacted_}, Dialect::kBedrockConverse});
    }
  } else if (Citation citation; citation_from(delta["citation"], citation)) {
    out.emplace_back(CitationDelta{citation});
  }
}

}  // namespace switchyard::wire::bedrock_converse
