#include "wire/openai_chat/stream.h"

#include <algorithm>

#include "base/json_writer.h"
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
    delta(choice["delta"], out);
    if (const json::Value reason = choice["finish_reason"]; reason.is_string()) {
      out.push_back(StreamFinish{finish_from(reason), {}});
    }
  }
  if (Usage usage; parse_usage(root["usage"], usage)) out.push_back(UsageUpdate{usage});
  return {};
}

void StreamDecoder::delta(json::Value delta, std::vector<ChatEvent>& out) {
  bool thought = false;
  for (const json::Member member : delta.members()) {
    const std::string_view key = member.key.escaped();
    const std::string_view text = member.value.escaped();
    if (key == "content" && !text.empty()) {
      out.push_back(TextDelta{{text}});
    } else if ((key == "reasoning_content" || key == "reasoning") && !text.empty() && !thought) {
      thought = true;  // Some providers send the same text under both names.
      out.push_back(ThinkingDelta{{text}});
    } else if (key == "refusal" && !text.empty()) {
      out.push_back(RefusalDelta{{text}});
    } else if (key == "tool_calls") {
      for (const json::Value call : member.value.elements()) tool_call(call, out);
    }
  }
}

void StreamDecoder::tool_call(json::Value call, std::vector<ChatEvent>& out) {
  const json::Value function = call["function"];
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
    out.push_back(ToolCallStart{
        static_cast<std::uint32_t>(known - indices_.begin()), {call["id"].escaped()}, {function["name"].escaped()}});
  }
  if (const std::string_view fragment = function["arguments"].escaped(); !fragment.empty()) {
    out.push_back(ToolCallArguments{static_cast<std::uint32_t>(known - indices_.begin()), {fragment}});
  }
}

StreamEncoder::StreamEncoder(const AnswerContext& context) : include_usage_(context.include_usage) {
  prefix_ = "data: ";
  json::Writer w(prefix_);
  w.begin_object().field("id", "chatcmpl-" + std::string(context.id)).field("object", "chat.completion.chunk");
  w.field("created", context.created_unix).field("model", context.model);
}

void StreamEncoder::chunk(std::string_view delta, std::string_view finish, std::string& out) {
  out.append(prefix_)
      .append(R"(,"choices":[{"index":0,"delta":)")
      .append(delta)
      .append(R"(,"logprobs":null,"finish_reason":)");
  if (finish.empty()) {
    out.append("null");
  } else {
    out.append("\"").append(finish).append("\"");
  }
  out.append(include_usage_ ? "}],\"usage\":null}\n\n" : "}]}\n\n");
}

void StreamEncoder::start(std::string& out) {
  if (started_) return;
  started_ = true;
  chunk(R"({"role":"assistant","content":"","refusal":null})", {}, out);
}

void StreamEncoder::encode(const ChatEvent& event, std::string& out) {
  if (ended_) return;
  std::string delta;
  json::Writer w(delta);
  if (const auto* text = std::get_if<TextDelta>(&event)) {
    w.begin_object().field_escaped("content", text->text.escaped).end_object();
  } else if (const auto* thinking = std::get_if<ThinkingDelta>(&event)) {
    w.begin_object().field_escaped("reasoning_content", thinking->text.escaped).end_object();
  } else if (const auto* refusal = std::get_if<RefusalDelta>(&event)) {
    w.begin_object().field_escaped("refusal", refusal->text.escaped).end_object();
  } else if (const auto* call = std::get_if<ToolCallStart>(&event)) {
    w.begin_object().key("tool_calls").begin_array().begin_object().field("index", call->index);
    w.field_escaped("id", call->id.escaped).field("type", "function").key("function").begin_object();
    w.field_escaped("name", call->name.escaped)
        .field("arguments", "")
        .end_object()
        .end_object()
        .end_array()
        .end_object();
  } else if (const auto* arguments = std::get_if<ToolCallArguments>(&event)) {
    w.begin_object().key("tool_calls").begin_array().begin_object().field("index", arguments->index);
    w.key("function").begin_object().field_escaped("arguments", arguments->fragment.escaped);
    w.end_object().end_object().end_array().end_object();
  } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
    usage_ = usage->usage;
    has_usage_ = true;
  } else if (std::holds_alternative<StreamStart>(event)) {
    start(out);
  } else if (const auto* finish = std::get_if<StreamFinish>(&event)) {
    if (finished_) return;
    start(out);
    finished_ = true;
    chunk("{}", finish_name(finish->reason), out);
  } else if (const auto* error = std::get_if<StreamError>(&event)) {
    out.append("data: {\"error\":");
    json::Writer e(out);
    e.begin_object().field("message", error->message).field("type", error->type.empty() ? "server_error" : error->type);
    e.key("param").null().key("code").null().end_object();
    out.append("}\n\n");
    ended_ = true;
  } else if (std::holds_alternative<StreamEnd>(event) && finished_) {
    if (include_usage_ && has_usage_) {
      out.append(prefix_).append(R"(,"choices":[],"usage":)");
      write_usage(usage_, out);
      out.append("}\n\n");
    }
    out.append("data: [DONE]\n\n");
    ended_ = true;
  }
  if (!delta.empty()) {
    start(out);
    chunk(delta, {}, out);
  }
}

}  // namespace switchyard::wire::openai_chat
