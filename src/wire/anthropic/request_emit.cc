#include <algorithm>
#include <charconv>
#include <optional>

#include "base/json_writer.h"
#include "wire/anthropic/request.h"
#include "wire/fields.h"
#include "wire/tool_ids.h"

namespace switchyard::wire::anthropic {
namespace {

constexpr std::string_view kJsonModeText = "Answer with exactly one JSON object and nothing else.";
constexpr std::int64_t kThinkingBudgetMin = 1024;  ///< Anthropic refuses smaller ones.

std::int64_t integer(JsonRaw number) {
  std::int64_t value = 0;
  std::from_chars(number.text.data(), number.text.data() + number.text.size(), value);
  return value;
}

/// How many thinking tokens an effort stands for.
std::int64_t budget_of(std::string_view effort) {
  if (effort == "minimal") return 1024;
  if (effort == "low") return 4096;
  if (effort == "medium") return 8192;
  if (effort == "high") return 16384;
  if (effort == "xhigh") return 24576;
  return 32000;
}

bool is_blank(JsonText text) {
  return text.escaped.find_first_not_of(" ") == std::string_view::npos ||
         json::unescape(text.escaped).find_first_not_of(" \t\r\n") == std::string::npos;
}

class Emitter {
 public:
  Emitter(const ChatRequest& request, const EmitTarget& target, std::string& out)
      : request_(request), target_(target), w_(out) {}

  void run() {
    const TokenCount most = target_.output_max > 0 ? target_.output_max : INT64_MAX;
    max_tokens_ = request_.output_tokens_max.empty() ? std::min(kDefaultMaxTokens, most)
                                                     : std::min<TokenCount>(integer(request_.output_tokens_max), most);
    const std::int64_t budget = thinking_budget(most);
    w_.begin_object();
    w_.field("model", target_.model).field("max_tokens", max_tokens_);
    system();
    messages();
    tools();
    thinking(budget);
    sampling(budget > 0);
    if (request_.response_format.kind == ResponseFormatKind::kJsonSchema) {
      w_.key("output_config").begin_object().key("format").begin_object().field("type", "json_schema");
      w_.field_raw("schema", request_.response_format.schema.empty() ? "{}" : request_.response_format.schema.text);
      w_.end_object().end_object();
    }
    if (!request_.user.empty()) {
      w_.key("metadata").begin_object().field_escaped("user_id", request_.user.escaped).end_object();
    }
    if (request_.stream == StreamMode::kStreamed) w_.field("stream", true);
    w_.end_object();
  }

 private:
  void system() {
    const bool json_mode = request_.response_format.kind == ResponseFormatKind::kJsonObject;
    const bool any = std::ranges::any_of(request_.messages, [](const Message& m) {
      return (m.role == Role::kSystem || m.role == Role::kDeveloper) && !m.parts.empty();
    });
    if (!any && !json_mode) return;
    w_.key("system").begin_array();
    for (const Message& message : request_.messages) {
      if (message.role != Role::kSystem && message.role != Role::kDeveloper) continue;
      for (const Part& part : message.parts) {
        if (const auto* text = std::get_if<TextPart>(&part)) this->text(*text);
      }
    }
    if (json_mode) w_.begin_object().field("type", "text").field("text", kJsonModeText).end_object();
    w_.end_array();
  }

  void messages() {
    w_.key("messages").begin_array();
    bool open = false;
    bool open_results = false;
    for (const Message& message : request_.messages) {
      if (message.role == Role::kSystem || message.role == Role::kDeveloper) continue;
      // The user's words behind tool results belong to the same turn.
      const bool joins = open && open_results && message.role == Role::kUser;
      if (open && !joins) close_message();
      if (!joins) {
        w_.begin_object()
            .field("role", message.role == Role::kUser ? "user" : "assistant")
            .key("content")
            .begin_array();
      }
      open = true;
      open_results = message.role == Role::kUser && !message.parts.empty() &&
                     std::holds_alternative<ToolResultPart>(message.parts.front());
      for (const Part& part : message.parts) this->part(part);
    }
    if (open) close_message();
    w_.end_array();
  }
  void close_message() { w_.end_array().end_object(); }

  void part(const Part& part) {
    if (const auto* p = std::get_if<TextPart>(&part)) {
      if (!p->text.empty()) text(*p);  // Anthropic refuses empty text blocks; they say nothing.
    } else if (const auto* image = std::get_if<ImagePart>(&part)) {
      this->image(*image);
    } else if (const auto* call = std::get_if<ToolCallPart>(&part)) {
      tool_use(*call);
    } else if (const auto* result = std::get_if<ToolResultPart>(&part)) {
      tool_result(*result);
    } else if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
      text(TextPart{refusal->text, {}, {}});
    } else if (const auto* thought = std::get_if<ThinkingPart>(&part)) {
      past_thinking(*thought);
    } else if (const auto* opaque = std::get_if<OpaquePart>(&part); opaque && opaque->dialect == Dialect::kAnthropic) {
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
  void tool_use(const ToolCallPart& call) {
    w_.begin_object().field("type", "tool_use").field_escaped("id", portable_tool_id(call.id, storage_));
    w_.field_escaped("name", call.name.escaped).field_raw("input", call.arguments.empty() ? "{}" : call.arguments);
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

  void tools() {
    if (!request_.tools.empty()) {
      w_.key("tools").begin_array();
      for (const Tool& tool : request_.tools) {
        if (!tool.opaque.empty()) {
          if (request_.dialect == Dialect::kAnthropic) w_.raw(tool.opaque.text);
          continue;
        }
        w_.begin_object().field_escaped("name", tool.name.escaped);
        if (!tool.description.empty()) w_.field_escaped("description", tool.description.escaped);
        w_.field_raw("input_schema", tool.schema.empty() ? R"({"type":"object","properties":{}})" : tool.schema.text);
        if (tool.strict.value_or(false)) w_.field("strict", true);
        cache(tool.cache_control);
        w_.end_object();
      }
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

  /// The budget to ask for, or 0; makes room for it in max_tokens, which counts thinking too.
  std::int64_t thinking_budget(TokenCount most) {
    const Reasoning& reasoning = request_.reasoning;
    if (reasoning.mode != ReasoningMode::kBudget && reasoning.mode != ReasoningMode::kEffort) return 0;
    std::int64_t budget =
        reasoning.mode == ReasoningMode::kBudget ? reasoning.budget_tokens : budget_of(reasoning.effort);
    if (reasoning.mode == ReasoningMode::kEffort) {
      max_tokens_ = budget < most - max_tokens_ ? max_tokens_ + budget : most;
      budget = std::min(budget, max_tokens_ - 1 - std::min<std::int64_t>(max_tokens_ / 4, 4096));
    }
    return budget < kThinkingBudgetMin ? 0 : budget;
  }
  void thinking(std::int64_t budget) {
    if (budget > 0) {
      w_.key("thinking").begin_object().field("type", "enabled").field("budget_tokens", budget).end_object();
    } else if (request_.reasoning.mode == ReasoningMode::kDisabled) {
      w_.key("thinking").begin_object().field("type", "disabled").end_object();
    } else if (request_.reasoning.mode == ReasoningMode::kAdaptive) {
      w_.key("thinking").begin_object().field("type", "adaptive").end_object();
    }
  }

  void sampling(bool thinks) {
    // With thinking Anthropic takes no temperature but 1, which is the default.
    if (!request_.temperature.empty() && !thinks) {
      double temperature = 0;
      std::from_chars(request_.temperature.text.data(),
                      request_.temperature.text.data() + request_.temperature.text.size(), temperature);
      w_.field_raw("temperature", temperature > 1 ? std::string_view("1") : request_.temperature.text);
    }
    if (!request_.top_p.empty() && !thinks) w_.field_raw("top_p", request_.top_p.text);
    if (!request_.top_k.empty() && !thinks) w_.field_raw("top_k", request_.top_k.text);
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
  json::Writer w_;
  TextStorage storage_;
  TokenCount max_tokens_ = 0;
};

}  // namespace

void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out) {
  Emitter(request, target, out).run();
}

}  // namespace switchyard::wire::anthropic
