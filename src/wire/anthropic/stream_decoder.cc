#include <algorithm>

#include "wire/anthropic/response.h"
#include "wire/anthropic/stream.h"

namespace switchyard::wire::anthropic {

Result<void> StreamDecoder::decode(const sse::Event& event, std::vector<ChatEvent>& out) {
  if (event.data.empty()) return {};
  bytes_.assign(event.data);
  SY_CHECK(document_.parse_again(bytes_));
  const json::Value root = document_.root();
  const json::Value type = root["type"];
  const std::int64_t index = root["index"].integer().value_or(0);
  if (type.equals("content_block_delta")) {
    block_delta(root["delta"], index, out);
  } else if (type.equals("content_block_start")) {
    block_start(root["content_block"], index, out);
  } else if (type.equals("content_block_stop")) {
    out.push_back(BlockEnd{});
  } else if (type.equals("message_start")) {
    const json::Value message = root["message"];
    out.push_back(StreamStart{{message["id"].escaped()}, {message["model"].escaped()}});
    if (parse_usage(message["usage"], usage_)) out.push_back(UsageUpdate{usage_});
  } else if (type.equals("message_delta")) {
    if (parse_usage(root["usage"], usage_)) out.push_back(UsageUpdate{usage_});
    const json::Value delta = root["delta"];
    if (delta["stop_reason"].is_string()) {
      out.push_back(StreamFinish{finish_from(delta["stop_reason"]), {delta["stop_sequence"].escaped()}});
    }
  } else if (type.equals("message_stop")) {
    out.push_back(StreamEnd{});
  } else if (type.equals("error")) {
    out.push_back(StreamError{root["error"]["type"].string(), root["error"]["message"].string()});
  }
  return {};
}

void StreamDecoder::block_start(json::Value block, std::int64_t index, std::vector<ChatEvent>& out) {
  const json::Value type = block["type"];
  if (type.equals("tool_use")) {
    const auto call = static_cast<std::uint32_t>(tool_blocks_.size());
    tool_blocks_.push_back(index);
    out.push_back(ToolCallStart{call, {block["id"].escaped()}, {block["name"].escaped()}});
    // Usually {} and told in pieces; some providers send it whole.
    if (const json::Value input = block["input"]; input.size() > 0) {
      input_.clear();
      json::escape(input.raw(), input_);
      out.push_back(ToolCallArguments{call, {input_}});
    }
  } else if (type.equals("redacted_thinking")) {
    out.push_back(RedactedThinking{{block["data"].escaped()}, Dialect::kAnthropic});
  } else if (type.equals("text") && !block["text"].escaped().empty()) {
    out.push_back(TextDelta{{block["text"].escaped()}});
  } else if (type.equals("thinking") && !block["thinking"].escaped().empty()) {
    out.push_back(ThinkingDelta{{block["thinking"].escaped()}});
  }
}

void StreamDecoder::block_delta(json::Value delta, std::int64_t index, std::vector<ChatEvent>& out) {
  const json::Value type = delta["type"];
  if (type.equals("text_delta")) {
    if (!delta["text"].escaped().empty()) out.push_back(TextDelta{{delta["text"].escaped()}});
  } else if (type.equals("thinking_delta")) {
    if (!delta["thinking"].escaped().empty()) out.push_back(ThinkingDelta{{delta["thinking"].escaped()}});
  } else if (type.equals("citations_delta")) {
    const json::Value citation = delta["citation"];
    if (citation["url"].escaped().empty()) return;
    out.push_back(CitationDelta{
        {{citation["url"].escaped()}, {citation["title"].escaped()}, {citation["cited_text"].escaped()}, -1, -1}});
  } else if (type.equals("signature_delta")) {
    out.push_back(ThinkingSignature{{delta["signature"].escaped()}, Dialect::kAnthropic});
  } else if (type.equals("input_json_delta")) {
    const auto call = std::ranges::find(tool_blocks_, index);
    const std::string_view fragment = delta["partial_json"].escaped();
    if (call == tool_blocks_.end() || fragment.empty()) return;  // A server tool's block has no counterpart.
    out.push_back(ToolCallArguments{static_cast<std::uint32_t>(call - tool_blocks_.begin()), {fragment}});
  }
}

}  // namespace switchyard::wire::anthropic
