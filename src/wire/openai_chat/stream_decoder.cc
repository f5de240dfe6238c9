#include "wire/openai_chat/stream.h"

#include <algorithm>

#include "wire/openai_chat/response.h"

namespace switchyard::wire::openai_chat {

Result<void> StreamDecoder::decode(const sse::Event& event, std::vector<ChatEvent>& out) {
  if (event.data == "[DONE]") {
    out.push_back(StreamEnd{});
    return {};
  }
  if (event.data.empty()) return {};
  bytes_.assign(event.data);
  SY_CHECK(document_.parse_again(bytes_));
  const json::Value root = document_.root();
  if (const json::Value error = root["error"]; error.has_value()) {
    out.push_back(StreamError{error["type"].string(), error.is_string() ? error.string() : error["message"].string()});
    return {};
  }
  if (!started_) {
    started_ = true;
    out.push_back(StreamStart{{root["id"].escaped()}, {root["model"].escaped()}});
  }
  for (const json::Value choice : root["choices"].elements()) {
    if (choice["index"].integer().value_or(0) != 0) continue;
    delta(choice["delta"], choice["logprobs"]["content"], out);
    if (const json::Value reason = choice["finish_reason"]; reason.is_string()) {
      out.push_back(StreamFinish{finish_from(reason), {}});
    }
  }
  if (Usage usage; parse_usage(root["usage"], usage)) out.push_back(UsageUpdate{usage});
  return {};
}

void StreamDecoder::delta(json::Value delta, json::Value logprobs, std::vector<ChatEvent>& out) {
  bool thought = false;
  for (const json::Member member : delta.members()) {
    const std::string_view key = member.key.escaped();
    const std::string_view text = member.value.escaped();
    if (key == "content") {
      content(member.value, logprobs, out);
    } else if ((key == "reasoning_content" || key == "reasoning") && !text.empty() && !thought) {
      thought = true;  // Some providers send the same text under both names.
      out.push_back(ThinkingDelta{{text}});
    } else if (key == "refusal" && !text.empty()) {
      out.push_back(RefusalDelta{{text}});
    } else if (key == "annotations") {
      for (const json::Value annotation : member.value.elements()) {
        const json::Value cited = annotation["url_citation"];
        if (cited["url"].escaped().empty()) continue;
        out.push_back(CitationDelta{{{cited["url"].escaped()},
                                     {cited["title"].escaped()},
                                     {},
                                     cited["start_index"].integer().value_or(-1),
                                     cited["end_index"].integer().value_or(-1)}});
      }
    } else if (key == "tool_calls") {
      for (const json::Value call : member.value.elements()) tool_call(call, out);
    }
  }
}

/// Usually a string; some providers send parts, of text and of thinking.
void StreamDecoder::content(json::Value content, json::Value logprobs, std::vector<ChatEvent>& out) {
  if (content.is_string()) {
    if (!content.escaped().empty()) {
      out.push_back(TextDelta{{content.escaped()}, logprobs.is_array() ? JsonRaw{logprobs.raw()} : JsonRaw{}});
    }
    return;
  }
  for (const json::Value part : content.elements()) {
    if (!part["text"].escaped().empty()) out.push_back(TextDelta{{part["text"].escaped()}, {}});
    for (const json::Value inner : part["thinking"].elements()) {
      if (!inner["text"].escaped().empty()) out.push_back(ThinkingDelta{{inner["text"].escaped()}});
    }
  }
}

void StreamDecoder::tool_call(json::Value call, std::vector<ChatEvent>& out) {
  const bool custom = call["custom"].is_object();
  const json::Value function = call[custom ? "custom" : "function"];
  const bool begins = !call["id"].escaped().empty() || !function["name"].escaped().empty();
  std::int64_t index = call["index"].integer().value_or(-1);
  if (index < 0) index = begins ? static_cast<std::int64_t>(indices_.size()) : indices_.empty() ? 0 : indices_.back();
  const std::string_view id = call["id"].escaped();
  auto known = std::ranges::find(indices_.rbegin(), indices_.rend(), index).base();
  bool fresh = known == indices_.begin();
  if (!fresh) {
    --known;
    // Some providers give every parallel call the same index: another id is another call.
    const std::string& first_id = ids_[static_cast<std::size_t>(known - indices_.begin())];
    fresh = !id.empty() && !first_id.empty() && id != first_id;
  }
  if (fresh) {
    indices_.push_back(index);
    ids_.emplace_back(id);
    known = indices_.end() - 1;
    out.push_back(ToolCallStart{static_cast<std::uint32_t>(known - indices_.begin()),
                                {call["id"].escaped()},
                                {function["name"].escaped()},
                                custom});
  }
  if (const std::string_view fragment = function[custom ? "input" : "arguments"].escaped(); !fragment.empty()) {
    out.push_back(ToolCallArguments{static_cast<std::uint32_t>(known - indices_.begin()), {fragment}});
  }
}

}  // namespace switchyard::wire::openai_chat
