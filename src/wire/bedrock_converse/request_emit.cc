#include <algorithm>
#include <charconv>
#include <optional>

#include "base/json_writer.h"
#include "wire/anthropic/thinking_plan.h"
#include "wire/bedrock_converse/content_emit.h"
#include "wire/bedrock_converse/request.h"
#include "wire/custom_tools.h"

namespace switchyard::wire::bedrock_converse {
namespace {

constexpr std::string_view kJsonModeText = "Answer with exactly one JSON object and nothing else.";
constexpr std::string_view kNoToolsText = "Do not call any tool; answer in words.";
constexpr std::string_view kOneToolText = "Call at most one tool in one answer.";
constexpr std::string_view kEmptySchema = R"({"type":"object","properties":{}})";

double real(JsonRaw number) {
  double value = 0;
  std::from_chars(number.text.data(), number.text.data() + number.text.size(), value);
  return value;
}

bool is_instruction(const Message& message) {
  return message.role == Role::kSystem || message.role == Role::kDeveloper;
}

bool holds_tool_calls(const ChatRequest& request) {
  return std::ranges::any_of(request.messages, [](const Message& message) {
    return std::ranges::any_of(message.parts, [](const Part& part) {
      return std::holds_alternative<ToolCallPart>(part) || std::holds_alternative<ToolResultPart>(part);
    });
  });
}

class Emitter {
 public:
  Emitter(const ChatRequest& request, const EmitTarget& target, std::string& out)
      : request_(request),
        family_(family_of(target.model)),
        plan_(anthropic::plan_thinking(request, target.output_max, Dialect::kBedrockConverse)),
        w_(out),
        content_(family_, w_) {
    // Models of other makers have no thinking budget; what stands for it is in `reasoning`.
    if (family_ != ModelFamily::kClaude) plan_.mode = ReasoningMode::kAbsent;
    const bool none = request.tool_choice.kind == ToolChoiceKind::kNone;
    // Converse refuses past calls without tools, so there the tools stay and words forbid them.
    with_tools_ = !request.tools.empty() && (!none || holds_tool_calls(request));
    alone_ = with_tools_ && request.parallel_tool_calls.has_value() && !*request.parallel_tool_calls;
  }

  void run() {
    w_.begin_object();
    messages();
    system();
    inference();
    if (with_tools_) tools();
    output_format();
    model_fields();
    // Which stop sequence it was is a field of Claude's own.
    if (family_ == ModelFamily::kClaude && !request_.stop.empty()) {
      w_.key("additionalModelResponseFieldPaths").begin_array().string("/stop_sequence").end_array();
    }
    w_.end_object();
  }

 private:
  void messages() {
    w_.key("messages").begin_array();
    std::optional<Role> open;
    for (const Message& message : request_.messages) {
      if (is_instruction(message)) continue;
      if (std::ranges::none_of(message.parts, [this](const Part& part) { return content_.is_sent(part); })) continue;
      // Turns alternate: results of tools and the user's words behind them are one.
      if (open && *open != message.role) w_.end_array().end_object();
      if (!open || *open != message.role) {
        w_.begin_object().field("role", message.role == Role::kUser ? "user" : "assistant");
        w_.key("content").begin_array();
      }
      open = message.role;
      for (const Part& part : message.parts) {
        if (content_.is_sent(part)) content_.part(part);
      }
    }
    if (open) w_.end_array().end_object();
    w_.end_array();
  }

  void system() {
    const bool json_mode = request_.response_format.kind == ResponseFormatKind::kJsonObject;
    const bool no_tools = with_tools_ && request_.tool_choice.kind == ToolChoiceKind::kNone;
    const bool one_tool = alone_ && family_ != ModelFamily::kClaude;
    const bool any = std::ranges::any_of(request_.messages, [this](const Message& m) {
      return is_instruction(m) &&
             std::ranges::any_of(m.parts, [this](const Part& part) { return content_.is_sent(part); });
    });
    if (!any && !json_mode && !no_tools && !one_tool) return;
    w_.key("system").begin_array();
    for (const Message& message : request_.messages) {
      if (!is_instruction(message)) continue;
      for (const Part& part : message.parts) {
        const auto* text = std::get_if<TextPart>(&part);
        if (text == nullptr || is_blank(text->text)) continue;
        content_.text(*text);
        content_.cache_point(text->cache_control);
      }
    }
    if (json_mode) w_.begin_object().field("text", kJsonModeText).end_object();
    if (no_tools) w_.begin_object().field("text", kNoToolsText).end_object();
    if (one_tool) w_.begin_object().field("text", kOneToolText).end_object();
    w_.end_array();
  }

  void inference() {
    const bool limit = family_ == ModelFamily::kClaude || !request_.output_tokens_max.empty();
    const bool temperature = !request_.temperature.empty() && !plan_.thinks();
    const bool top_p =
        !request_.top_p.empty() && (!plan_.thinks() || real(request_.top_p) >= anthropic::kTopPThinkingMin);
    const bool stop = std::ranges::any_of(request_.stop, [](JsonText text) { return !is_blank(text); });
    if (!limit && !temperature && !top_p && !stop) return;
    w_.key("inferenceConfig").begin_object();
    if (limit) w_.field("maxTokens", plan_.max_tokens);
    if (temperature) {
      const bool over = family_ == ModelFamily::kClaude && real(request_.temperature) > 1;
      w_.field_raw("temperature", over ? std::string_view("1") : request_.temperature.text);
    }
    if (top_p) w_.field_raw("topP", request_.top_p.text);
    if (stop) {
      w_.key("stopSequences").begin_array();
      for (const JsonText text : request_.stop) {
        if (!is_blank(text)) w_.string_escaped(text.escaped);
      }
      w_.end_array();
    }
    w_.end_object();
  }

  void tools() {
    w_.key("toolConfig").begin_object().key("tools").begin_array();
    for (const Tool& tool : request_.tools) {
      if (!tool.opaque.empty() && !tool.custom) continue;  // Refused by the field rules.
      w_.begin_object().key("toolSpec").begin_object().field_escaped("name", tool.name.escaped);
      if (!tool.description.empty()) w_.field_escaped("description", tool.description.escaped);
      w_.key("inputSchema").begin_object();
      w_.field_raw("json", tool.custom ? kCustomToolSchema : tool.schema.empty() ? kEmptySchema : tool.schema.text);
      w_.end_object();
      if (tool.strict.value_or(false)) w_.field("strict", true);
      w_.end_object().end_object();
      content_.cache_point(tool.cache_control);
    }
    w_.end_array();
    tool_choice();
    w_.end_object();
  }

  void tool_choice() {
    const ToolChoiceKind kind = request_.tool_choice.kind;
    // Claude's own field, in `model_fields`, says both; Converse refuses it beside its own.
    if (claude_choice()) return;
    if (kind != ToolChoiceKind::kAuto && kind != ToolChoiceKind::kRequired && kind != ToolChoiceKind::kNamed) return;
    w_.key("toolChoice").begin_object();
    w_.key(kind == ToolChoiceKind::kAuto ? "auto" : kind == ToolChoiceKind::kRequired ? "any" : "tool").begin_object();
    if (kind == ToolChoiceKind::kNamed) w_.field_escaped("name", request_.tool_choice.name.escaped);
    w_.end_object().end_object();
  }
  [[nodiscard]] bool claude_choice() const {
    return alone_ && family_ == ModelFamily::kClaude && request_.tool_choice.kind != ToolChoiceKind::kNone;
  }

  void output_format() {
    const ResponseFormat& format = request_.response_format;
    if (format.kind != ResponseFormatKind::kJsonSchema) return;
    w_.key("outputConfig").begin_object().key("textFormat").begin_object().field("type", "json_schema");
    w_.key("structure").begin_object().key("jsonSchema").begin_object();
    // The schema travels as text.
    w_.field("schema", format.schema.empty() ? std::string_view("{}") : format.schema.text);
    if (!format.name.empty()) w_.field_escaped("name", format.name.escaped);
    if (!format.description.empty()) w_.field_escaped("description", format.description.escaped);
    w_.end_object().end_object().end_object().end_object();
  }

  /// What Converse hands to the model as it is, each maker's own.
  void model_fields() {
    std::string fields;
    json::Writer w(fields);
    w.begin_object();
    reasoning(w);
    if (!request_.top_k.empty() && !plan_.thinks()) {
      if (family_ == ModelFamily::kNova) {
        w.key("inferenceConfig").begin_object().field_raw("topK", request_.top_k.text).end_object();
      } else {
        w.field_raw("top_k", request_.top_k.text);
      }
    }
    if (claude_choice()) {
      const ToolChoiceKind kind = request_.tool_choice.kind;
      w.key("tool_choice").begin_object();
      w.field("type", kind == ToolChoiceKind::kRequired ? "any" : kind == ToolChoiceKind::kNamed ? "tool" : "auto");
      if (kind == ToolChoiceKind::kNamed) w.field_escaped("name", request_.tool_choice.name.escaped);
      w.field("disable_parallel_tool_use", true).end_object();
    }
    w.end_object();
    if (fields != "{}") w_.field_raw("additionalModelRequestFields", fields);
  }

  void reasoning(json::Writer& w) const {
    const Reasoning& asked = request_.reasoning;
    if (family_ == ModelFamily::kClaude && plan_.mode != ReasoningMode::kAbsent) {
      w.key("thinking").begin_object();
      if (plan_.mode == ReasoningMode::kDisabled) {
        w.field("type", "disabled");
      } else if (plan_.mode == ReasoningMode::kAdaptive) {
        w.field("type", "adaptive");
      } else {
        w.field("type", "enabled").field("budget_tokens", plan_.budget);
      }
      w.end_object();
    } else if (family_ == ModelFamily::kGptOss && !asked.effort.empty()) {
      // It knows three efforts.
      const bool low = asked.effort == "none" || asked.effort == "minimal" || asked.effort == "low";
      w.field("reasoning_effort", low ? "low" : asked.effort == "medium" ? "medium" : "high");
    }
  }

  const ChatRequest& request_;
  const ModelFamily family_;
  anthropic::ThinkingPlan plan_;
  json::Writer w_;
  ContentWriter content_;
  bool with_tools_ = false, alone_ = false;
};

}  // namespace

void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out) {
  Emitter(request, target, out).run();
}

}  // namespace switchyard::wire::bedrock_converse
