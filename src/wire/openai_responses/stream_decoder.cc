#include <algorithm>

#include "wire/fields.h"
#include "wire/openai_responses/input.h"
#include "wire/openai_responses/response.h"
#include "wire/openai_responses/state_seal.h"
#include "wire/openai_responses/stream.h"

namespace switchyard::wire::openai_responses {
namespace {

StreamError error_of(json::Value error) {
  std::string type = error["code"].string();
  if (type.empty()) type = error["type"].equals("error") ? std::string() : error["type"].string();
  std::string message = error.is_string() ? error.string() : error["message"].string();
  if (message.empty()) message = "the response failed";
  return {std::move(type), std::move(message)};
}

JsonRaw logprobs_of(json::Value from) {
  return from["logprobs"].size() > 0 ? JsonRaw{from["logprobs"].raw()} : JsonRaw{};
}

}  // namespace

StreamDecoder::Item& StreamDecoder::item_of(json::Value root) {
  // By place first: some providers give the same item another id in every event.
  const json::Value id = root["item_id"].exists() ? root["item_id"] : root["item"]["id"];
  const auto index = root["output_index"].integer();
  const auto known = std::ranges::find_if(items_, [&](const Item& item) {
    return index ? item.output_index == *index : !id.escaped().empty() && item.id == id.escaped();
  });
  if (known != items_.end()) return *known;
  if (!index && id.escaped().empty() && !items_.empty()) return items_.back();
  Item& item = items_.emplace_back();
  item.output_index = index.value_or(static_cast<std::int64_t>(items_.size()) - 1);
  item.id = id.escaped();
  return item;
}

void StreamDecoder::begin_call(Item& item, json::Value from, std::vector<ChatEvent>& out) {
  const bool custom = from["type"].equals("custom_tool_call");
  if (item.call != kNoCall || (!custom && !from["type"].equals("function_call"))) return;
  item.call = calls_++;
  const json::Value call_id = from["call_id"].is_string() ? from["call_id"] : from["id"];
  out.emplace_back(ToolCallStart{item.call, {call_id.escaped()}, {from["name"].escaped()}, custom});
}

void StreamDecoder::arguments(std::string_view type, json::Value root, std::vector<ChatEvent>& out) {
  Item& item = item_of(root);
  if (item.call == kNoCall || item.done) return;
  std::string_view fragment = root["delta"].escaped();
  if (type.ends_with(".done")) {
    fragment = item.told ? std::string_view{} : root[root["input"].exists() ? "input" : "arguments"].escaped();
  }
  if (fragment.empty()) return;
  item.told = true;
  out.emplace_back(ToolCallArguments{item.call, {fragment}});
}

void StreamDecoder::thinking(std::string_view type, json::Value root, std::vector<ChatEvent>& out) {
  Item& item = item_of(root);
  const std::string_view source =
      type == "response.reasoning_text.delta" ? "content_index" : "summary_index";  // Raw thoughts, or told about.
  if (item.thinking_from.empty()) item.thinking_from = source;
  const std::string_view text = root["delta"].escaped();
  if (item.thinking_from != source || text.empty()) return;
  const std::int64_t part = root[source].integer().value_or(0);
  if (item.told && part != item.part) out.emplace_back(ThinkingDelta{{"\\n\\n"}});
  item.part = part;
  item.told = true;
  out.emplace_back(ThinkingDelta{{text}});
}

void StreamDecoder::message_done(json::Value from, std::vector<ChatEvent>& out) {
  for (const json::Value part : from["content"].elements()) {
    if (part["type"].equals("refusal")) {
      refused_ = true;
      out.emplace_back(RefusalDelta{{part["refusal"].escaped()}});
    } else if (part["type"].equals("output_text")) {
      out.emplace_back(TextDelta{{part["text"].escaped()}, logprobs_of(part)});
      for (const json::Value annotation : part["annotations"].elements()) {
        if (const auto citation = parse_citation(annotation)) out.emplace_back(CitationDelta{*citation});
      }
    }
    out.emplace_back(BlockEnd{});
  }
}

void StreamDecoder::reasoning_done(const Item& item, json::Value from, std::vector<ChatEvent>& out) {
  const ThinkingPart part = parse_reasoning(from, storage_);
  if (!item.told && !part.text.empty()) out.emplace_back(ThinkingDelta{part.text});
  const bool has_state = from["encrypted_content"].is_string() && !part.signature.empty();
  if (has_state) out.emplace_back(ThinkingSignature{part.signature, part.issuer});
  out.emplace_back(BlockEnd{});
}

void StreamDecoder::item_done(Item& item, json::Value from, std::vector<ChatEvent>& out) {
  if (item.done) return;
  item.done = true;
  const json::Value type = from["type"];
  if (type.equals("message")) {
    if (!item.told) return message_done(from, out);
    out.emplace_back(BlockEnd{});
  } else if (type.equals("reasoning")) {
    reasoning_done(item, from, out);
  } else if (type.equals("function_call") || type.equals("custom_tool_call")) {
    begin_call(item, from, out);
    const std::string_view payload = from[type.equals("function_call") ? "arguments" : "input"].escaped();
    if (!item.told && !payload.empty()) out.emplace_back(ToolCallArguments{item.call, {payload}});
    out.emplace_back(BlockEnd{});
  }
}

void StreamDecoder::response_done(json::Value response, std::vector<ChatEvent>& out) {
  std::int64_t index = 0;
  for (const json::Value from : response["output"].elements()) {
    auto known = std::ranges::find(items_, index, &Item::output_index);
    if (known == items_.end()) {
      items_.emplace_back().output_index = index;
      known = items_.end() - 1;
    }
    item_done(*known, from, out);
    ++index;
  }
  if (Usage usage; parse_usage(response["usage"], usage)) out.emplace_back(UsageUpdate{usage});
  FinishReason reason = finish_from(response);
  if (reason == FinishReason::kStop && refused_) reason = FinishReason::kRefusal;
  if (reason == FinishReason::kStop && calls_ > 0) reason = FinishReason::kToolCalls;
  out.emplace_back(StreamFinish{reason, {}});
  out.emplace_back(StreamEnd{});
  ended_ = true;
}

/// The events about one item; false for any other.
bool StreamDecoder::output_event(std::string_view type, json::Value root, std::vector<ChatEvent>& out) {
  if (type == "response.output_text.delta" || type == "response.refusal.delta") {
    const std::string_view text = root["delta"].escaped();
    const JsonRaw logprobs = logprobs_of(root);
    if (text.empty() && logprobs.empty()) return true;
    Item& item = item_of(root);
    item.told = true;
    const std::int64_t part = root["content_index"].integer().value_or(0);
    if (item.part >= 0 && part != item.part) out.emplace_back(BlockEnd{});
    item.part = part;
    if (type == "response.output_text.delta") {
      out.emplace_back(TextDelta{{text}, logprobs});
    } else {
      refused_ = true;
      out.emplace_back(RefusalDelta{{text}});
    }
  } else if (type == "response.function_call_arguments.delta" || type == "response.function_call_arguments.done" ||
             type == "response.custom_tool_call_input.delta" || type == "response.custom_tool_call_input.done") {
    arguments(type, root, out);
  } else if (type == "response.reasoning_summary_text.delta" || type == "response.reasoning_text.delta") {
    thinking(type, root, out);
  } else if (type == "response.output_item.added") {
    begin_call(item_of(root), root["item"], out);
  } else if (type == "response.output_item.done") {
    item_done(item_of(root), root["item"], out);
  } else if (type == "response.output_text.annotation.added") {
    if (const auto citation = parse_citation(root["annotation"])) out.emplace_back(CitationDelta{*citation});
  } else {
    return false;
  }
  return true;
}

Result<void> StreamDecoder::decode(const sse::Event& event, std::vector<ChatEvent>& out) {
  if (event.data.empty() || ended_) return {};
  if (event.data == "[DONE]") {  // Not OpenAI's, but some compatible servers end every stream with it.
    ended_ = true;
    out.emplace_back(StreamEnd{});
    return {};
  }
  bytes_.assign(event.data);
  storage_.clear();
  SY_CHECK(document_.parse_again(bytes_));
  const json::Value root = document_.root();
  const std::string_view type = root["type"].is_string() ? root["type"].escaped() : event.name;
  if (type == "error" || (root["error"].has_value() && !root["response"].exists())) {
    out.emplace_back(error_of(root["error"].has_value() ? root["error"] : root));
    return {};
  }
  const json::Value response = root["response"];
  if (type == "response.failed") {
    out.emplace_back(error_of(response["error"]));
    return {};
  }
  if (!started_) {
    started_ = true;
    out.emplace_back(StreamStart{{response["id"].escaped()}, {response["model"].escaped()}});
  }
  if (output_event(type, root, out)) return {};
  if (type == "response.completed" || type == "response.incomplete") response_done(response, out);
  return {};
}

}  // namespace switchyard::wire::openai_responses
