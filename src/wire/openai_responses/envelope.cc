#include "wire/openai_responses/envelope.h"

#include <algorithm>

#include "base/json_writer.h"
#include "wire/openai_responses/response.h"

namespace switchyard::wire::openai_responses {
namespace {

struct Echo {
  std::string_view name;
  std::string_view absent;  ///< What stands for a field that the request lacks; empty: leave it out.
};
constexpr Echo kEchoes[] = {{"background", "false"},
                            {"instructions", "null"},
                            {"max_output_tokens", "null"},
                            {"max_tool_calls", "null"},
                            {"metadata", "{}"},
                            {"parallel_tool_calls", "true"},
                            {"previous_response_id", "null"},
                            {"prompt", {}},
                            {"prompt_cache_key", {}},
                            {"reasoning", R"({"effort":null,"summary":null})"},
                            {"safety_identifier", {}},
                            {"store", {}},
                            {"temperature", "1.0"},
                            {"tool_choice", R"("auto")"},
                            {"tools", "[]"},
                            {"top_logprobs", "0"},
                            {"top_p", "1.0"},
                            {"truncation", R"("disabled")"},
                            {"user", "null"}};
constexpr std::string_view kTextFormat = R"({"type":"text"})";

/// `text` always shows its format.
void echo_text(json::Value text, json::Writer& w) {
  w.key("text").begin_object();
  if (!text["format"].has_value()) w.field_raw("format", kTextFormat);
  for (const json::Member member : text.members()) {
    if (member.value.has_value()) w.key_escaped(member.key.escaped()).raw(member.value.raw());
  }
  w.end_object();
}

/// A request may name the conversation by its id alone; an answer has an object.
void echo_conversation(json::Value conversation, json::Writer& w) {
  if (conversation.is_string()) {
    w.key("conversation").begin_object().field_escaped("id", conversation.escaped()).end_object();
  } else if (conversation.is_object()) {
    w.field_raw("conversation", conversation.raw());
  }
}

}  // namespace

Envelope::Envelope(JsonText given_id, std::int64_t created_unix, const AnswerContext& context) {
  json::Writer head(head_);
  head.begin_object();
  if (given_id.escaped.starts_with("resp_")) {
    head.field_escaped("id", given_id.escaped);
  } else {
    head.field("id", "resp_" + std::string(context.id));
  }
  head.field("object", "response").field("created_at", created_unix != 0 ? created_unix : context.created_unix);
  json::Writer w(echoed_);
  w.field("model", context.model);
  for (const Echo& echo : kEchoes) {
    const json::Value value = context.request[echo.name];
    const std::string_view said = value.has_value() ? value.raw() : echo.absent;
    if (!said.empty()) w.field_raw(echo.name, said);
  }
  echo_text(context.request["text"], w);
  echo_conversation(context.request["conversation"], w);
}

void Envelope::write(const EnvelopeState& state, std::string& out) const {
  out.append(head_).append(",");
  json::Writer w(out);
  w.field("status", state.status).key("error");
  if (state.error_code.empty()) {
    w.null();
  } else {
    w.begin_object().field("code", state.error_code).field("message", state.error_message).end_object();
  }
  w.key("incomplete_details");
  if (state.incomplete_reason.empty()) {
    w.null();
  } else {
    w.begin_object().field("reason", state.incomplete_reason).end_object();
  }
  w.key("output").begin_array();
  if (!state.output.empty()) w.raw(state.output);
  w.end_array();
  w.raw(echoed_);
  static constexpr std::string_view kTiers[] = {"auto", "default", "flex", "scale", "priority"};
  const bool known = std::ranges::find(kTiers, state.service_tier.escaped) != std::end(kTiers);
  w.field("service_tier", known ? state.service_tier.escaped : std::string_view("default"));
  w.key("usage");
  if (state.usage == nullptr) {
    w.null();
  } else {
    std::string usage;
    write_usage(*state.usage, usage);
    w.raw(usage);
  }
  w.end_object();
}

std::string item_id(std::string_view prefix, std::string_view answer_id, std::size_t index) {
  std::string id(prefix);
  return id.append(answer_id).append("_").append(std::to_string(index));
}

}  // namespace switchyard::wire::openai_responses
