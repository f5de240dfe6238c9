#include <algorithm>

#include "base/json_writer.h"
#include "wire/custom_tools.h"
#include "wire/openai_chat/response.h"
#include "wire/openai_chat/stream.h"
#include "wire/tool_ids.h"

namespace switchyard::wire::openai_chat {

StreamEncoder::StreamEncoder(const AnswerContext& context)
    : id_(context.id),
      custom_tools_(context.custom_tools.begin(), context.custom_tools.end()),
      include_usage_(context.include_usage) {
  prefix_ = "data: ";
  json::Writer w(prefix_);
  w.begin_object().field("id", "chatcmpl-" + id_).field("object", "chat.completion.chunk");
  w.field("created", context.created_unix).field("model", context.model);
}

void StreamEncoder::chunk(std::string_view delta, std::string_view logprobs, std::string_view finish,
                          std::string& out) {
  out.append(prefix_).append(R"(,"choices":[{"index":0,"delta":)").append(delta);
  if (logprobs.empty()) {
    out.append(R"(,"logprobs":null,"finish_reason":)");
  } else {
    out.append(R"(,"logprobs":{"content":)").append(logprobs).append(R"(,"refusal":null},"finish_reason":)");
  }
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
  chunk(R"({"role":"assistant","content":"","refusal":null})", {}, {}, out);
}

std::string StreamEncoder::reasoning_state(const ThinkingPart& thinking) {
  std::string delta;
  json::Writer w(delta);
  w.begin_object().key("reasoning_details").begin_array();
  write_reasoning_detail(thinking, w);
  w.end_array().end_object();
  return delta;
}

std::string StreamEncoder::call_start(const ToolCallStart& call) {
  TextStorage storage;
  const bool custom = call.custom || is_custom_tool(custom_tools_, call.name.escaped);
  // A function that stands for a custom tool: its free text is known when its arguments are whole.
  if (custom && !call.custom) custom_.emplace_back(call.index, std::string());
  has_calls_ = true;
  std::string delta;
  json::Writer w(delta);
  w.begin_object().key("tool_calls").begin_array().begin_object().field("index", call.index);
  w.field_escaped("id", answer_tool_id(call.id, id_, call.index, storage));
  w.field("type", custom ? "custom" : "function").key(custom ? "custom" : "function").begin_object();
  w.field_escaped("name", call.name.escaped).field(custom ? "input" : "arguments", "");
  w.end_object().end_object().end_array().end_object();
  return delta;
}

std::string StreamEncoder::call_arguments(const ToolCallArguments& arguments) {
  const auto held = std::ranges::find(custom_, arguments.index, &std::pair<std::uint32_t, std::string>::first);
  if (held != custom_.end()) {
    if (held->second.size() + arguments.fragment.escaped.size() <= kKeptBytesMax) {
      held->second.append(arguments.fragment.escaped);
    }
    return {};
  }
  std::string delta;
  json::Writer w(delta);
  w.begin_object().key("tool_calls").begin_array().begin_object().field("index", arguments.index);
  w.key("function").begin_object().field_escaped("arguments", arguments.fragment.escaped);
  w.end_object().end_object().end_array().end_object();
  return delta;
}

void StreamEncoder::custom_inputs(std::string& out) {
  for (const auto& [index, arguments] : custom_) {
    std::string delta;
    json::Writer w(delta);
    w.begin_object().key("tool_calls").begin_array().begin_object().field("index", index).key("custom").begin_object();
    w.field("input", custom_tool_input(json::unescape(arguments)));
    w.end_object().end_object().end_array().end_object();
    chunk(delta, {}, {}, out);
  }
  custom_.clear();
}

std::string StreamEncoder::delta_of(const ChatEvent& event) {
  std::string delta;
  json::Writer w(delta);
  if (const auto* text = std::get_if<TextDelta>(&event)) {
    w.begin_object().field_escaped("content", text->text.escaped).end_object();
  } else if (const auto* thinking = std::get_if<ThinkingDelta>(&event)) {
    if (thinking_.size() + thinking->text.escaped.size() <= kKeptBytesMax) thinking_.append(thinking->text.escaped);
    w.begin_object().field_escaped("reasoning_content", thinking->text.escaped).end_object();
  } else if (const auto* signature = std::get_if<ThinkingSignature>(&event)) {
    delta = reasoning_state({{thinking_}, signature->signature, {}, signature->issuer});
    thinking_.clear();
  } else if (const auto* redacted = std::get_if<RedactedThinking>(&event)) {
    delta = reasoning_state({{}, {}, redacted->data, redacted->issuer});
  } else if (const auto* refusal = std::get_if<RefusalDelta>(&event)) {
    w.begin_object().field_escaped("refusal", refusal->text.escaped).end_object();
  } else if (const auto* cited = std::get_if<CitationDelta>(&event)) {
    w.begin_object().key("annotations").begin_array();
    write_citation(cited->citation, w);
    w.end_array().end_object();
  } else if (const auto* call = std::get_if<ToolCallStart>(&event)) {
    delta = call_start(*call);
  } else if (const auto* arguments = std::get_if<ToolCallArguments>(&event)) {
    delta = call_arguments(*arguments);
  }
  return delta;
}

void StreamEncoder::finish(FinishReason reason, std::string& out) {
  if (finished_) return;
  start(out);
  custom_inputs(out);
  finished_ = true;
  chunk("{}", {}, finish_name(settled_finish(reason, has_calls_)), out);
}

void StreamEncoder::end(std::string& out) {
  if (!finished_) return;
  if (include_usage_ && has_usage_) {
    out.append(prefix_).append(R"(,"choices":[],"usage":)");
    write_usage(usage_, out);
    out.append("}\n\n");
  }
  out.append("data: [DONE]\n\n");
  ended_ = true;
}

void StreamEncoder::encode(const ChatEvent& event, std::string& out) {
  if (ended_) return;
  if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
    usage_ = usage->usage;
    has_usage_ = true;
  } else if (std::holds_alternative<StreamStart>(event)) {
    start(out);
  } else if (const auto* told = std::get_if<StreamFinish>(&event)) {
    finish(told->reason, out);
  } else if (std::holds_alternative<StreamEnd>(event)) {
    end(out);
  } else if (const auto* error = std::get_if<StreamError>(&event)) {
    out.append("data: {\"error\":");
    json::Writer e(out);
    e.begin_object().field("message", error->message).field("type", error->type.empty() ? "server_error" : error->type);
    e.key("param").null().key("code").null().end_object();
    out.append("}\n\n");
    ended_ = true;
  } else if (const std::string delta = delta_of(event); !delta.empty() && !finished_) {
    const auto* text = std::get_if<TextDelta>(&event);
    start(out);
    chunk(delta, text ? text->logprobs.text : std::string_view(), {}, out);
  }
}

}  // namespace switchyard::wire::openai_chat
