#include <algorithm>
#include <charconv>
#include <optional>

#include "base/json_writer.h"
#include "wire/anthropic/request.h"
#include "wire/anthropic/thinking_plan.h"
#include "wire/custom_tools.h"
#include "wire/fields.h"
#include "wire/instructions.h"
#include "wire/tool_ids.h"

namespace switchyard::wire::anthropic {
namespace {

constexpr std::string_view kJsonModeText = "Answer with exactly one JSON object and nothing else.";

double real(JsonRaw number) {
  double value = 0;
  std::from_chars(number.text.data(), number.text.data() + number.text.size(), value);
  return value;
}

bool is_blank(JsonText text) {
  return text.escaped.find_first_not_of(" ") == std::string_view::npos ||
         json::unescape(text.escaped).find_first_not_of(" \t\r\n") == std::string::npos;
}

class Emitter {
 public:
  Emitter(const ChatRequest& request, const EmitTarget& target, std::string& out)
      : request_(request), target_(target), plan_(plan_thinking(request, target.output_max)), w_(out) {}

  void run() {
    w_.begin_object();
    if (target_.quirks.model_in_body) w_.field("model", target_.model);
    if (!target_.quirks.anthropic_version.empty()) w_.field("anthropic_version", target_.quirks.anthropic_version);
    w_.field("max_tokens", plan_.max_tokens);
    system();
    messages();
    tools();
    thinking();
    sampling();
    if (request_.response_format.kind == ResponseFormatKind::kJsonSchema) {
      w_.key("output_config").begin_object().key("format").begin_object().field("type", "json_schema");
      w_.field_raw("schema", request_.response_format.schema.empty() ? "{}" : request_.response_format.schema.text);
      w_.end_object().end_object();
    }
    if (!request_.user.empty()) {
      w_.key("metadata").begin_object().field_escaped("user_id", request_.user.escaped).end_object();
    }
    const bool says_stream = target_.quirks.model_in_body || target_.quirks.stream_in_body;
    if (target_.mode == StreamMode::kStreamed && says_stream) w_.field("stream", true);
    w_.end_object();
  }

 private:
  void system() {
    const bool json_mode = request_.response_format.kind == ResponseFormatKind::kJsonObject;
    const bool any = std::ranges::any_of(request_.messages, [this](const Message& m) {
      return (m.role == Role::kSystem || m.role == Role::kDeveloper) &&
             std::ranges::any_of(m.parts, [this](const Part& part) { return is_sent(part); });
    });
    const std::string_view length = verbosity_instruction(request_.verbosity);
    if (!any && !json_mode && length.empty()) return;
    w_.key("system").begin_array();
    for (const Message& message : request_.messages) {
      if (message.role != Role::kSystem && message.role != Role::kDeveloper) continue;
      for (const Part& part : message.parts) {
        if (const auto* text = std::get_if<TextPart>(&part); text && !text->text.empty()) this->text(*text);
      }
    }
    if (!length.empty()) w_.begin_object().field("type", "text").field("text", length).end_object();
    if (json_mode) w_.begin_object().field("type", "text").field("text", kJsonModeText).end_object();
    w_.end_array();
  }

  void messages() {
    w_.key("messages").begin_array();
    std::optional<Role> open;
    for (const Message& message : request_.messages) {
      if (message.role == Role::kSystem || message.role == Role::kDeveloper) continue;
      // A turn of which nothing can be said is left out: Anthropic refuses empty content.
      if (std::ranges::none_of(message.parts, [this](const Part& part) { return is_sent(part); })) continue;
      // Anthropic's turns alternate: results of tools and the user's words behind them are one.
      if (open && *open != message.role) w_.end_array().end_object();
      if (!open || *open != message.role) {
        w_.begin_object()
            .field("role", message.role == Role::kUser ? "user" : "assistant")
            .key("content")
            .begin_array();
      }
      open = message.role;
      for (const Part& part : message.parts) {
        if (is_sent(part)) this->part(part);
      }
    }
    if (open) w_.end_array().end_object();
    w_.end_array();
  }

  [[nodiscard]] bool is_sent(const Part& part) const {
    if (const auto* text = std::get_if<TextPart>(&part)) return !text->text.empty();  // Empty blocks are refused.
    if (const auto* refusal = std::get_if<RefusalPart>(&part)) return !refusal->text.empty();
    if (const auto* thought = std::get_if<ThinkingPart>(&part)) return is_signed(*thought);
    if (const auto* opaque = std::get_if<OpaquePart>(&part)) return opaque->dialect == Dialect::kAnthropic;
    return !std::holds_alternative<AudioPart>(part);
  }
  void part(const Part& part) {
    if (const auto* p = std::get_if<TextPart>(&part)) {
      text(*p);
    } else if (const auto* image = std::get_if<ImagePart>(&part)) {
      this->image(*image);
    } else if (const auto* file = std::get_if<FilePart>(&part)) {
      document(*file);
    } else if (const auto* call = std::get_if<ToolCallPart>(&part)) {
      tool_use(*call);
    } else if (const auto* result = std::get_if<ToolResultPart>(&part)) {
      tool_result(*result);
    } else if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
      text(TextPart{refusal->text, {}, {}});
    } else if (const auto* thought = std::get_if<ThinkingPart>(&part)) {
      past_thinking(*thought);
    } else if (const auto* opaque = std::get_if<OpaquePart>(&part)) {
      w_.raw(opaque->value.text);
    }
  }
  void cache(JsonRaw control) {
    if (!control.empty()) w_.field_raw("cache_control", control.text);
  }
  void text(const TextPart& part) {
    w_.begin_object().field("type", "text").field_escaped("text", part.text.escaped);
    cache(part.cache_control);
    if (!part.citations.empty() && request_.dialect == Dialect::kAnthropic)
      w_.field_raw("citations", part.citations.text);
    w_.end_object();
  }
  void image(const ImagePart& part) {
    w_.begin_object().field("type", "image").key("source").begin_object();
    if (part.data.empty()) {
      w_.field("type", "url").field_escaped("url", part.url.escaped);
    } else {
      w_.field("type", "base64")
          .field_escaped("media_type", part.media_type.escaped)
          .field_escaped("data", part.data.escaped);
    }
    w_.end_object();
    cache(part.cache_control);
    w_.end_object();
  }
  void document(const FilePart& part) {
    w_.begin_object().field("type", "document").key("source").begin_object();
    if (!part.id.empty()) {
      w_.field("type", "file").field_escaped("file_id", part.id.escaped);
    } else if (part.data.empty()) {
      w_.field("type", "url").field_escaped("url", part.url.escaped);
    } else {
      const std::string_view fallback = part.plain ? "text/plain" : "application/pdf";
      w_.field("type", part.plain ? "text" : "base64");
      w_.field_escaped("media_type", part.media_type.empty() ? fallback : part.media_type.escaped);
      w_.field_escaped("data", part.data.escaped);
    }
    w_.end_object();
    if (!part.name.empty()) w_.field_escaped("title", part.name.escaped);
    cache(part.cache_control);
    w_.end_object();
  }
  void tool_use(const ToolCallPart& call) {
    w_.begin_object().field("type", "tool_use").field_escaped("id", portable_tool_id(call.id, storage_));
    w_.field_escaped("name", call.name.escaped);
    if (call.custom) {
      w_.key("input").begin_object().field("input", call.arguments).end_object();
    } else {
      w_.field_raw("input", call.arguments.empty() ? "{}" : call.arguments);
    }
    cache(call.cache_control);
    w_.end_object();
  }
  void tool_result(const ToolResultPart& result) {
    w_.begin_object()
        .field("type", "tool_result")
        .field_escaped("tool_use_id", portable_tool_id(result.call_id, storage_));
    w_.key("content").begin_array();
    for (const auto& item : result.content) {
      if (const auto* inner = std::get_if<TextPart>(&item); inner && !inner->text.empty()) text(*inner);
      if (const auto* inner = std::get_if<ImagePart>(&item)) image(*inner);
      if (const auto* inner = std::get_if<FilePart>(&item)) document(*inner);
    }
    w_.end_array();
    if (result.is_error) w_.field("is_error", true);
    cache(result.cache_control);
    w_.end_object();
  }
  void past_thinking(const ThinkingPart& part) {
    if (!part.redacted.empty()) {
      w_.begin_object().field("type", "redacted_thinking").field_escaped("data", part.redacted.escaped).end_object();
    } else if (!part.signature.empty()) {
      w_.begin_object().field("type", "thinking").field_escaped("thinking", part.text.escaped);
      w_.field_escaped("signature", part.signature.escaped).end_object();
    }
  }

  void tool(const Tool& tool) {
    if (request_.dialect == Dialect::kAnthropic && !tool.opaque.empty()) {
      w_.raw(tool.opaque.text);
      return;
    }
    if (tool.server != ServerTool::kNone) return server_tool(tool);
    if (!tool.opaque.empty() && !tool.custom) return;
    w_.begin_object().field_escaped("name", tool.name.escaped);
    if (!tool.description.empty()) w_.field_escaped("description", tool.description.escaped);
    w_.field_raw("input_schema", tool.custom           ? kCustomToolSchema
                                 : tool.schema.empty() ? R"({"type":"object","properties":{}})"
                                                       : tool.schema.text);
    if (tool.strict.value_or(false)) w_.field("strict", true);
    cache(tool.cache_control);
    w_.end_object();
  }
  void server_tool(const Tool& tool) {
    w_.begin_object();
    if (tool.server == ServerTool::kWebSearch) {
      w_.field("type", "web_search_20250305").field("name", "web_search");
      if (!tool.allowed_domains.empty()) w_.field_raw("allowed_domains", tool.allowed_domains.text);
      if (!tool.blocked_domains.empty()) w_.field_raw("blocked_domains", tool.blocked_domains.text);
    } else {
      w_.field("type", "code_execution_20250825").field("name", "code_execution");
    }
    cache(tool.cache_control);
    w_.end_object();
  }

  void tools() {
    if (!request_.tools.empty()) {
      w_.key("tools").begin_array();
      for (const Tool& tool : request_.tools) this->tool(tool);
      w_.end_array();
    }
    ToolChoiceKind kind = request_.tool_choice.kind;
    const bool alone = request_.parallel_tool_calls.has_value() && !*request_.parallel_tool_calls;
    if (kind == ToolChoiceKind::kAbsent && alone && !request_.tools.empty()) kind = ToolChoiceKind::kAuto;
    if (kind == ToolChoiceKind::kAbsent) return;
    w_.key("tool_choice").begin_object();
    w_.field("type", kind == ToolChoiceKind::kAuto       ? "auto"
                     : kind == ToolChoiceKind::kNone     ? "none"
                     : kind == ToolChoiceKind::kRequired ? "any"
                                                         : "tool");
    if (kind == ToolChoiceKind::kNamed) w_.field_escaped("name", request_.tool_choice.name.escaped);
    if (alone && kind != ToolChoiceKind::kNone) w_.field("disable_parallel_tool_use", true);
    w_.end_object();
  }

  void thinking() {
    if (plan_.mode == ReasoningMode::kAbsent) return;
    w_.key("thinking").begin_object();
    if (plan_.mode == ReasoningMode::kDisabled) {
      w_.field("type", "disabled");
    } else if (plan_.mode == ReasoningMode::kAdaptive) {
      w_.field("type", "adaptive");
    } else {
      w_.field("type", "enabled").field("budget_tokens", plan_.budget);
    }
    w_.end_object();
  }

  void sampling() {
    // With thinking Anthropic takes no temperature but 1, which is the default.
    if (!request_.temperature.empty() && !plan_.thinks()) {
      w_.field_raw("temperature", real(request_.temperature) > 1 ? std::string_view("1") : request_.temperature.text);
    }
    if (!request_.top_p.empty() && (!plan_.thinks() || real(request_.top_p) >= kTopPThinkingMin)) {
      w_.field_raw("top_p", request_.top_p.text);
    }
    if (!request_.top_k.empty() && !plan_.thinks()) w_.field_raw("top_k", request_.top_k.text);
    if (std::ranges::any_of(request_.stop, [](JsonText stop) { return !is_blank(stop); })) {
      w_.key("stop_sequences").begin_array();
      for (const JsonText stop : request_.stop) {
        if (!is_blank(stop)) w_.string_escaped(stop.escaped);
      }
      w_.end_array();
    }
  }

  const ChatRequest& request_;
  const EmitTarget& target_;
  ThinkingPlan plan_;
  json::Writer w_;
  TextStorage storage_;
};

}  // namespace

void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out) {
  Emitter(request, target, out).run();
}

}  // namespace switchyard::wire::anthropic
