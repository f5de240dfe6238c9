#include <algorithm>
#include <charconv>

#include "base/json_writer.h"
#include "wire/fields.h"
#include "wire/openai_responses/input.h"
#include "wire/openai_responses/request.h"

namespace switchyard::wire::openai_responses {
namespace {

constexpr std::int64_t kLowBudgetMax = 4096, kMediumBudgetMax = 16384;  ///< Thinking tokens an effort stands for.
constexpr std::int64_t kOutputTokensMin = 16;                           ///< OpenAI refuses smaller limits.
constexpr std::string_view kEncryptedIncluded = R"("reasoning.encrypted_content")";
constexpr std::string_view kLogprobsIncluded = R"("message.output_text.logprobs")";
constexpr std::string_view kNoArguments = R"({"type":"object","properties":{}})";

/// Chat Completions' fields that mean the same here under the same name.
constexpr std::string_view kSharedWithChat[] = {"prompt_cache_key", "prompt_cache_retention", "safety_identifier"};

class Emitter {
 public:
  Emitter(const ChatRequest& request, const EmitTarget& target, std::string& out)
      : request_(request), target_(target), w_(out), own_(request.dialect == Dialect::kOpenAiResponses) {}

  void run() {
    w_.begin_object().field("model", target_.model);
    const std::size_t first = instructions();
    w_.key("input").begin_array();
    write_input(request_, first, w_);
    w_.end_array();
    tools();
    tool_choice();
    if (request_.parallel_tool_calls) w_.field("parallel_tool_calls", *request_.parallel_tool_calls);
    limits_and_sampling();
    text();
    reasoning();
    include();
    if (!request_.metadata.empty()) w_.field_raw("metadata", request_.metadata.text);
    if (!request_.user.empty()) w_.field_escaped("user", request_.user.escaped);
    service_tier();
    if (!own_) w_.field("store", false);
    others();
    if (request_.stream == StreamMode::kStreamed) w_.field("stream", true);
    w_.end_object();
  }

 private:
  static bool only_text(const Message& message) {
    return std::ranges::all_of(message.parts, [](const Part& part) { return std::holds_alternative<TextPart>(part); });
  }

  /// Writes the system messages in front as `instructions`; returns how many that were. A client of this dialect has at
  /// most one, its own.
  std::size_t instructions() {
    const std::vector<Message>& messages = request_.messages;
    const auto is_system = [](const Message& message) { return message.role == Role::kSystem; };
    std::size_t count = 0;
    while (count < messages.size() && is_system(messages[count]) && only_text(messages[count])) ++count;
    if (own_) count = std::min<std::size_t>(count, 1);
    if (!own_ &&
        std::ranges::any_of(messages.begin() + static_cast<std::ptrdiff_t>(count), messages.end(), is_system)) {
      return 0;
    }
    std::string joined;
    for (std::size_t i = 0; i < count; ++i) {
      for (const Part& part : messages[i].parts) {
        if (!joined.empty()) joined.append("\\n\\n");
        joined.append(std::get<TextPart>(part).text.escaped);
      }
    }
    if (!joined.empty()) w_.field_escaped("instructions", joined);
    return count;
  }

  void tools() {
    if (request_.tools.empty()) return;
    w_.key("tools").begin_array();
    for (const Tool& tool : request_.tools) this->tool(tool);
    w_.end_array();
  }

  void tool(const Tool& tool) {
    if (!tool.opaque.empty()) return server_tool(tool);
    w_.begin_object().field("type", tool.custom ? "custom" : "function").field_escaped("name", tool.name.escaped);
    if (!tool.description.empty()) w_.field_escaped("description", tool.description.escaped);
    if (tool.custom) {
      if (!tool.format.empty()) custom_format(tool.format);
    } else {
      w_.field_raw("parameters", tool.schema.empty() ? kNoArguments : tool.schema.text);
      // Left out, Responses makes a function strict where every other dialect does not.
      if (tool.strict || !own_) w_.field("strict", tool.strict.value_or(false));
    }
    w_.end_object();
  }

  /// Chat Completions wraps a grammar once more: {"type":"grammar","grammar":{"syntax","definition"}}.
  void custom_format(JsonRaw format) {
    const auto document = json::Document::parse(format.text);
    const json::Value grammar = document ? document->root()["grammar"] : json::Value{};
    if (!grammar.is_object()) {
      w_.field_raw("format", format.text);
      return;
    }
    w_.key("format").begin_object().field("type", "grammar");
    for (const json::Member member : grammar.members()) w_.key_escaped(member.key.escaped()).raw(member.value.raw());
    w_.end_object();
  }

  void server_tool(const Tool& tool) {
    if (own_) {
      w_.raw(tool.opaque.text);
    } else if (tool.server == ServerTool::kCodeExecution) {
      w_.raw(R"({"type":"code_interpreter","container":{"type":"auto"}})");
    } else if (tool.server == ServerTool::kWebSearch) {
      w_.begin_object().field("type", "web_search");
      if (!tool.allowed_domains.empty()) {
        w_.key("filters").begin_object().field_raw("allowed_domains", tool.allowed_domains.text).end_object();
      }
      w_.end_object();
    }
  }

  void tool_choice() {
    const ToolChoice& choice = request_.tool_choice;
    switch (choice.kind) {
      case ToolChoiceKind::kAbsent:
        break;
      case ToolChoiceKind::kAuto:
        w_.field("tool_choice", "auto");
        break;
      case ToolChoiceKind::kNone:
        w_.field("tool_choice", "none");
        break;
      case ToolChoiceKind::kRequired:
        w_.field("tool_choice", "required");
        break;
      case ToolChoiceKind::kNamed: {
        const bool custom = std::ranges::any_of(
            request_.tools, [&](const Tool& tool) { return tool.custom && tool.name == choice.name; });
        w_.key("tool_choice").begin_object().field("type", custom ? "custom" : "function");
        w_.field_escaped("name", choice.name.escaped).end_object();
        break;
      }
    }
  }

  void limits_and_sampling() {
    if (!request_.output_tokens_max.empty()) {
      const std::string_view digits = request_.output_tokens_max.text;
      std::int64_t wanted = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), wanted);
      if (target_.output_max > 0) wanted = std::min<std::int64_t>(wanted, target_.output_max);
      w_.field("max_output_tokens", own_ ? wanted : std::max(wanted, kOutputTokensMin));
    }
    const std::pair<std::string_view, JsonRaw> numbers[] = {
        {"temperature", request_.temperature}, {"top_p", request_.top_p}, {"top_logprobs", request_.top_logprobs}};
    for (const auto& [name, value] : numbers) {
      if (!value.empty()) w_.field_raw(name, value.text);
    }
  }

  void text() {
    const ResponseFormat& format = request_.response_format;
    const bool any = format.kind != ResponseFormatKind::kText || !request_.verbosity.empty() || has_nested("text.");
    if (!any) return;
    w_.key("text").begin_object();
    if (format.kind == ResponseFormatKind::kJsonObject) {
      w_.field_raw("format", R"({"type":"json_object"})");
    } else if (format.kind == ResponseFormatKind::kJsonSchema) {
      w_.key("format").begin_object().field("type", "json_schema");
      w_.field_escaped("name", format.name.empty() ? std::string_view("answer") : format.name.escaped);
      if (!format.description.empty()) w_.field_escaped("description", format.description.escaped);
      w_.field_raw("schema", format.schema.empty() ? "{}" : format.schema.text);
      if (format.strict) w_.field("strict", *format.strict);
      w_.end_object();
    }
    if (!request_.verbosity.empty()) w_.field_escaped("verbosity", request_.verbosity.escaped);
    nested("text.");
    w_.end_object();
  }

  [[nodiscard]] bool reasoning_on() const {
    return request_.reasoning.mode != ReasoningMode::kAbsent && request_.reasoning.mode != ReasoningMode::kDisabled;
  }

  /// The effort to ask for; empty if none was said. Anthropic's "disabled" is left out: most models here know no
  /// "none".
  [[nodiscard]] std::string_view effort() const {
    const Reasoning& reasoning = request_.reasoning;
    if (reasoning.mode == ReasoningMode::kBudget) {
      if (reasoning.budget_tokens <= kLowBudgetMax) return "low";
      return reasoning.budget_tokens <= kMediumBudgetMax ? "medium" : "high";
    }
    if (reasoning.mode == ReasoningMode::kDisabled && !own_ && request_.dialect != Dialect::kOpenAiChat) return {};
    if (reasoning.effort == "max" && !own_) return "xhigh";
    return reasoning.effort;
  }

  void reasoning() {
    const std::string_view effort = this->effort();
    // Who asks for thinking by other names than an effort expects to read it.
    const bool summary =
        request_.reasoning.mode == ReasoningMode::kBudget || request_.reasoning.mode == ReasoningMode::kAdaptive;
    if (effort.empty() && !summary && !has_nested("reasoning.")) return;
    w_.key("reasoning").begin_object();
    if (!effort.empty()) w_.field("effort", effort);
    if (summary) w_.field("summary", "auto");
    nested("reasoning.");
    w_.end_object();
  }

  void include() {
    std::vector<std::string_view> wanted;
    if (!request_.logprobs.empty() && request_.logprobs.text != "false") wanted.push_back(kLogprobsIncluded);
    if (!own_ && reasoning_on()) wanted.push_back(kEncryptedIncluded);
    if (own_) {
      for (const UnknownField& field : request_.unknown) {
        if (field.path.starts_with("include[")) wanted.push_back(field.value.text);
      }
    }
    if (wanted.empty()) return;
    w_.key("include").begin_array();
    for (const std::string_view name : wanted) w_.raw(name);
    w_.end_array();
  }

  /// Anthropic's and OpenAI's names for the same choice; tiers that OpenAI does not sell are left out.
  void service_tier() {
    const std::string_view tier = request_.service_tier.escaped;
    static constexpr std::string_view kKnown[] = {"auto", "default", "flex", "scale", "priority"};
    if (tier == "standard_only") {
      w_.field("service_tier", "default");
    } else if (!tier.empty() && (own_ || std::ranges::find(kKnown, tier) != std::end(kKnown))) {
      w_.field_escaped("service_tier", tier);
    }
  }

  /// Top-level fields that only this dialect has, verbatim.
  void others() {
    for (const UnknownField& field : request_.unknown) {
      const bool top = field.path.find_first_of("[.") == std::string::npos;
      const bool shared = request_.dialect == Dialect::kOpenAiChat &&
                          std::ranges::find(kSharedWithChat, field.path) != std::end(kSharedWithChat);
      if (top && (own_ || shared)) w_.key_escaped(field.path).raw(field.value.text);
    }
  }

  [[nodiscard]] bool has_nested(std::string_view prefix) const {
    return own_ && std::ranges::any_of(request_.unknown,
                                       [&](const UnknownField& field) { return is_member(field.path, prefix); });
  }
  void nested(std::string_view prefix) {
    if (!own_) return;
    for (const UnknownField& field : request_.unknown) {
      if (is_member(field.path, prefix)) w_.key_escaped(field.path.substr(prefix.size())).raw(field.value.text);
    }
  }
  static bool is_member(std::string_view path, std::string_view prefix) {
    return path.starts_with(prefix) && path.find('.', prefix.size()) == std::string_view::npos;
  }

  const ChatRequest& request_;
  const EmitTarget& target_;
  json::Writer w_;
  bool own_;
};

}  // namespace

void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out) {
  Emitter(request, target, out).run();
}

}  // namespace switchyard::wire::openai_responses
