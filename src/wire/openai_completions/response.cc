#include "wire/openai_completions/response.h"

#include "base/json_writer.h"
#include "wire/openai_chat/response.h"

namespace switchyard::wire::openai_completions {
namespace {

void begin(const AnswerContext& context, json::Writer& w) {
  w.begin_object().field("id", "cmpl-" + std::string(context.id)).field("object", "text_completion");
  w.field("created", context.created_unix).field("model", context.model);
}

/// Completions know no tools: a call that a model makes all the same cannot end the text otherwise than "stop".
std::string_view finish_name(FinishReason reason) { return openai_chat::finish_name(settled_finish(reason, false)); }

}  // namespace

void emit_response(const ChatResponse& response, const AnswerContext& context, std::string& out) {
  std::string text;
  for (const Part& part : response.parts) {
    if (const auto* p = std::get_if<TextPart>(&part)) text.append(p->text.escaped);
    if (const auto* p = std::get_if<RefusalPart>(&part)) text.append(p->text.escaped);
  }
  json::Writer w(out);
  begin(context, w);
  w.key("choices").begin_array().begin_object().field_escaped("text", text).field("index", 0).key("logprobs").null();
  w.field("finish_reason", finish_name(response.finish)).end_object().end_array();
  if (response.has_usage) {
    std::string usage;
    openai_chat::write_usage(response.usage, usage);
    w.field_raw("usage", usage);
  }
  w.end_object();
}

StreamEncoder::StreamEncoder(const AnswerContext& context) : include_usage_(context.include_usage) {
  prefix_ = "data: ";
  json::Writer w(prefix_);
  begin(context, w);
}

void StreamEncoder::chunk(std::string_view escaped_text, std::string_view finish, std::string& out) {
  out.append(prefix_).append(R"(,"choices":[{"text":")").append(escaped_text);
  out.append(R"(","index":0,"logprobs":null,"finish_reason":)");
  if (finish.empty()) {
    out.append("null}]}\n\n");
  } else {
    out.append("\"").append(finish).append("\"}]}\n\n");
  }
}

void StreamEncoder::encode(const ChatEvent& event, std::string& out) {
  if (ended_) return;
  if (const auto* text = std::get_if<TextDelta>(&event)) {
    if (!finished_) chunk(text->text.escaped, {}, out);
  } else if (const auto* refusal = std::get_if<RefusalDelta>(&event)) {
    if (!finished_) chunk(refusal->text.escaped, {}, out);
  } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
    usage_ = usage->usage;
    has_usage_ = true;
  } else if (const auto* finish = std::get_if<StreamFinish>(&event)) {
    if (!std::exchange(finished_, true)) chunk({}, finish_name(finish->reason), out);
  } else if (const auto* error = std::get_if<StreamError>(&event)) {
    out.append("data: {\"error\":");
    json::Writer w(out);
    w.begin_object().field("message", error->message).field("type", error->type.empty() ? "server_error" : error->type);
    w.key("param").null().key("code").null().end_object();
    out.append("}\n\n");
    ended_ = true;
  } else if (std::holds_alternative<StreamEnd>(event) && finished_) {
    if (include_usage_ && has_usage_) {
      out.append(prefix_).append(R"(,"choices":[],"usage":)");
      openai_chat::write_usage(usage_, out);
      out.append("}\n\n");
    }
    out.append("data: [DONE]\n\n");
    ended_ = true;
  }
}

}  // namespace switchyard::wire::openai_completions
