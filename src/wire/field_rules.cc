#include "wire/field_rules.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <string>

#include "wire/fields.h"

namespace switchyard::wire {
namespace {

constexpr std::uint32_t kNoPlace = UINT32_MAX;

bool stands_in(std::string_view words, std::string_view value) {
  while (!words.empty()) {
    const std::size_t blank = words.find(' ');
    if (words.substr(0, blank) == value) return true;
    if (blank == std::string_view::npos) return false;
    words.remove_prefix(blank + 1);
  }
  return false;
}

constexpr TargetRules::Other kHarmlessAnywhere[] = {
    // OpenAI's: speed, price and bookkeeping; usage is always known and sent if asked for.
    {"prompt_cache_key"},
    {"prompt_cache_retention"},
    {"prompt_cache_options"},
    {"safety_identifier"},
    {"prediction"},
    {"store"},
    {"stream_options"},
    {"stream_options.include_obfuscation"},
    {"reasoning.summary"},
    {"reasoning.generate_summary"},
    {"include[]", R"("reasoning.encrypted_content")"},
    {"max_tool_calls"},
    {"modalities", R"(["text"])"},
    {"truncation", R"("disabled")"},
    {"background", "false"},
    // Of answers that clients send back.
    {"messages[].annotations"},
    {"messages[].audio"},
    {"messages[].function_call", "null"},
    {"messages[].reasoning_details[]"},
    {"messages[].tool_calls[].index"},
    {"messages[].tool_calls[].extra_content"},
    {"input[].id"},
    {"input[].status"},
    {"input[].phase"},
    // Anthropic's: speed and display, and context that is cleared when it grows too long.
    {"thinking.display"},
    {"tools[].eager_input_streaming"},
    {"tools[].defer_loading", "false"},
    {"context_management"},
    {"inference_geo"},
    // Gemini's: the target's own safety rules hold; reasoning is shown wherever the client's dialect can.
    {"safetySettings"},
    {"labels"},
    {"generationConfig.responseModalities", R"(["TEXT"])"},
    {"generationConfig.thinkingConfig.includeThoughts"},
    {"generationConfig.thinkingConfig.include_thoughts"},
    {"toolConfig.functionCallingConfig.mode", R"("VALIDATED")"},
};

/// Whether `path` is `pattern` with numbers in its brackets.
bool fits(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty() && pattern.front() == path.front()) {
    const bool bracket = pattern.front() == '[';
    pattern.remove_prefix(1);
    path.remove_prefix(1);
    if (bracket) path.remove_prefix(std::min(path.size(), path.find_first_not_of("0123456789")));
  }
  return pattern.empty() && path.empty();
}

/// Empty containers say nothing; answers that clients send back are full of them.
bool says_nothing(std::string_view value) {
  return value == "null" || value == "[]" || value == "{}" || value == "\"\"";
}

/// Walks one request and collects what the rules refuse.
class Finder {
 public:
  Finder(const TargetRules& rules, const ChatRequest& request) : rules_(rules), request_(request) {}

  [[nodiscard]] const std::bitset<kFieldCount>& said() const { return said_; }

  std::vector<Refusal> run() {
    settings();
    tools();
    for (const Message& message : request_.messages) this->message(message);
    for (const UnknownField& field : request_.unknown) unknown(field);
    return std::move(found_);
  }

 private:
  /// The field is in the request, as `value` (JSON; empty if it does not matter).
  void says(Field field, std::string_view value, std::uint32_t place = kNoPlace, std::uint32_t part = kNoPlace) {
    said_.set(static_cast<std::size_t>(field));
    const FieldRule& rule = rules_.rows[static_cast<std::size_t>(field)];
    if (rule.carriage != Carriage::kRefused || (!value.empty() && stands_in(rule.defaults, value))) return;
    std::string path(field_path(request_.dialect, field));
    for (const std::uint32_t number : {place, part}) {
      const std::size_t gap = path.find("[]");
      if (gap == std::string::npos || number == kNoPlace) break;
      path.insert(gap + 1, std::to_string(number));
    }
    refuse(std::move(path), rule.note);
  }
  void refuse(std::string path, std::string_view note) {
    if (std::ranges::find(found_, path, &Refusal::field) != found_.end()) return;
    found_.push_back({std::move(path), std::string(rules_.name) + " has " + std::string(note)});
  }
  void value(Field field, JsonRaw raw) {
    if (!raw.empty() && !says_nothing(raw.text)) says(field, raw.text);
  }
  void text(Field field, JsonText text) {
    if (!text.empty()) says(field, "\"" + std::string(text.escaped) + "\"");
  }

  void settings() {
    const std::pair<Field, JsonRaw ChatRequest::*> values[] = {
        {Field::kOutputTokensMax, &ChatRequest::output_tokens_max},
        {Field::kTemperature, &ChatRequest::temperature},
        {Field::kTopP, &ChatRequest::top_p},
        {Field::kTopK, &ChatRequest::top_k},
        {Field::kSeed, &ChatRequest::seed},
        {Field::kAnswerCount, &ChatRequest::n},
        {Field::kFrequencyPenalty, &ChatRequest::frequency_penalty},
        {Field::kPresencePenalty, &ChatRequest::presence_penalty},
        {Field::kLogitBias, &ChatRequest::logit_bias},
        {Field::kLogprobs, &ChatRequest::logprobs},
        {Field::kTopLogprobs, &ChatRequest::top_logprobs},
        {Field::kMetadata, &ChatRequest::metadata}};
    for (const auto& [field, member] : values) value(field, request_.*member);
    text(Field::kUser, request_.user);
    text(Field::kServiceTier, request_.service_tier);
    text(Field::kVerbosity, request_.verbosity);
    if (!request_.stop.empty()) says(Field::kStop, {});
    if (request_.stop.size() > rules_.stop_max) {
      refuse(std::string(field_path(request_.dialect, Field::kStop)),
             "at most " + std::to_string(rules_.stop_max) + " stop sequences");
    }
    if (request_.response_format.kind == ResponseFormatKind::kJsonObject) says(Field::kJsonObject, {});
    if (request_.response_format.kind == ResponseFormatKind::kJsonSchema) says(Field::kJsonSchema, {});
    if (request_.reasoning.mode == ReasoningMode::kBudget) says(Field::kThinkingBudget, {});
    if (!request_.reasoning.effort.empty()) says(Field::kReasoningEffort, "\"" + request_.reasoning.effort + "\"");
  }

  void tools() {
    for (std::uint32_t i = 0; i < request_.tools.size(); ++i) {
      const Tool& tool = request_.tools[i];
      if (tool.custom) {
        says(Field::kCustomTools, {}, i);
      } else if (tool.opaque.empty()) {
        says(Field::kFunctionTools, {}, i);
        if (tool.strict.value_or(false)) says(Field::kStrictTools, {}, i);
      } else if (tool.server == ServerTool::kWebSearch && !tool.server_options) {
        says(Field::kWebSearch, {}, i);
        if (!tool.allowed_domains.empty() && !rules_.search_allows)
          refuse(at("tools", i), "no search of some sites only");
        if (!tool.blocked_domains.empty() && !rules_.search_blocks)
          refuse(at("tools", i), "no search without some sites");
      } else if (tool.server == ServerTool::kCodeExecution && !tool.server_options) {
        says(Field::kCodeExecution, {}, i);
      } else {
        says(Field::kOtherServerTools, {}, i);
        refuse(at("tools", i), "no " + tool.opaque_type + " tool");
      }
      if (!tool.cache_control.empty()) says(Field::kCacheControl, {}, i);
    }
    if (request_.tool_choice.kind != ToolChoiceKind::kAbsent) says(Field::kToolChoice, {});
    if (request_.parallel_tool_calls) says(Field::kParallelToolCalls, *request_.parallel_tool_calls ? "true" : "false");
  }

  void message(const Message& message) {
    if (!message.name.empty()) says(Field::kParticipantName, {}, message.source);
    const bool system = message.role == Role::kSystem || message.role == Role::kDeveloper;
    if (system) says(Field::kSystem, {}, message.source);
    for (std::uint32_t i = 0; i < message.parts.size(); ++i) {
      const Part& part = message.parts[i];
      if (system && !std::holds_alternative<TextPart>(part)) {
        refuse(at(at(request_.dialect == Dialect::kGemini ? "contents" : "messages", message.source) + ".content", i),
               "only text in system messages");
        continue;
      }
      std::visit([&](const auto& p) { this->part(p, message.source, i); }, part);
    }
  }

  void part(const TextPart& text, std::uint32_t place, std::uint32_t i) {
    if (!text.cache_control.empty()) says(Field::kCacheControl, {}, place, i);
    if (!text.citations.empty() && !says_nothing(text.citations.text)) says(Field::kCitations, {}, place, i);
  }
  void part(const ImagePart& image, std::uint32_t place, std::uint32_t i) {
    says(image.data.empty() ? Field::kImageUrl : Field::kImageData, {}, place, i);
  }
  void part(const AudioPart&, std::uint32_t place, std::uint32_t i) { says(Field::kAudio, {}, place, i); }
  void part(const FilePart& file, std::uint32_t place, std::uint32_t i) {
    says(!file.id.empty() ? Field::kFileId : file.data.empty() ? Field::kFileUrl : Field::kFileData, {}, place, i);
  }
  void part(const ToolCallPart& call, std::uint32_t place, std::uint32_t) {
    says(Field::kToolCalls, {}, place);
    if (call.custom) {
      says(Field::kCustomTools, {}, place);
    } else if (rules_.rows[static_cast<std::size_t>(Field::kBrokenArguments)].carriage == Carriage::kRefused &&
               !call.arguments.empty()) {
      const auto arguments = json::Document::parse(call.arguments);
      if (!arguments || !arguments->root().is_object()) says(Field::kBrokenArguments, {}, place);
    }
  }
  void part(const ToolResultPart& result, std::uint32_t place, std::uint32_t i) {
    says(Field::kToolResults, {}, place, i);
    if (result.is_error) says(Field::kToolError, {}, place, i);
    for (const auto& item : result.content) {
      if (std::holds_alternative<ImagePart>(item)) says(Field::kToolResultImages, {}, place, i);
      if (std::holds_alternative<FilePart>(item)) says(Field::kToolResultFiles, {}, place, i);
    }
  }
  void part(const ThinkingPart& thinking, std::uint32_t place, std::uint32_t i) {
    if (!thinking.text.empty()) says(Field::kThinking, {}, place, i);
    if (!thinking.signature.empty() || !thinking.redacted.empty()) says(Field::kReasoningState, {}, place, i);
  }
  void part(const RefusalPart&, std::uint32_t place, std::uint32_t i) { says(Field::kRefusal, {}, place, i); }
  void part(const OpaquePart& opaque, std::uint32_t place, std::uint32_t i) {
    if (opaque.dialect == rules_.target) return;
    const std::string_view list = request_.dialect == Dialect::kGemini            ? "contents"
                                  : request_.dialect == Dialect::kOpenAiResponses ? "input"
                                                                                  : "messages";
    const std::string_view inner = request_.dialect == Dialect::kGemini ? ".parts" : ".content";
    std::string path = at(list, place);
    if (request_.dialect != Dialect::kOpenAiResponses) path = at(path + std::string(inner), i);
    refuse(std::move(path), "no " + opaque.type + " block");
  }

  void unknown(const UnknownField& field) {
    if (says_nothing(field.value.text)) return;
    const auto harmless = [&field](const TargetRules::Other& other) {
      return fits(other.path, field.path) && (other.defaults.empty() || stands_in(other.defaults, field.value.text));
    };
    if (std::ranges::any_of(kHarmlessAnywhere, harmless) || std::ranges::any_of(rules_.harmless, harmless)) return;
    refuse(field.path, "no such field");
  }

  const TargetRules& rules_;
  const ChatRequest& request_;
  std::vector<Refusal> found_;
  std::bitset<kFieldCount> said_;
};

/// Rules of no dialect, which refuse nothing but what they do not know.
constexpr auto kNoRules = [] {
  std::array<FieldRule, kFieldCount> rows{};
  for (std::size_t i = 0; i < kFieldCount; ++i) rows[i].field = static_cast<Field>(i);
  rows[static_cast<std::size_t>(Field::kBrokenArguments)].carriage =
      Carriage::kRefused;  // Else they are not looked for.
  return rows;
}();

}  // namespace

std::vector<Field> fields_said(const ChatRequest& request) {
  const TargetRules rules{.target = Dialect::kOpenAiCompletions, .name = {}, .rows = kNoRules};
  Finder finder(rules, request);
  const std::vector<Refusal> unknown = finder.run();
  std::vector<Field> said;
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if (finder.said()[i]) said.push_back(static_cast<Field>(i));
  }
  if (!unknown.empty()) said.push_back(Field::kOther);
  return said;
}

std::span<const TargetRules::Other> harmless_anywhere() { return kHarmlessAnywhere; }

std::vector<Refusal> find_refusals(const TargetRules& rules, const ChatRequest& request) {
  if (request.dialect == rules.target) return {};
  return Finder(rules, request).run();
}

}  // namespace switchyard::wire
