#include "wire/anthropic/refusals.h"

#include <algorithm>

#include "wire/anthropic/request.h"
#include "wire/fields.h"

namespace switchyard::wire::anthropic {
namespace {

constexpr FieldRule kRules[] = {
    {"model", Carriage::kExact, "the target's name for it"},
    {"messages", Carriage::kExact, "system and developer messages become `system` blocks"},
    {"stream", Carriage::kExact, ""},
    {"stream_options", Carriage::kExact, "usage is always known and sent if asked for"},
    {"max_tokens", Carriage::kExact, "clamped to the model's output limit; 8192 if absent"},
    {"max_completion_tokens", Carriage::kExact, "as max_tokens"},
    {"temperature", Carriage::kEquivalent, "values above 1 become 1, the most Anthropic takes"},
    {"top_p", Carriage::kExact, ""},
    {"stop", Carriage::kExact, "blank strings are left out"},
    {"tools", Carriage::kExact, "function tools"},
    {"tool_choice", Carriage::kExact, "required becomes any"},
    {"parallel_tool_calls", Carriage::kExact, "disable_parallel_tool_use"},
    {"response_format", Carriage::kEquivalent, "json_schema as output_config.format; json_object as an instruction"},
    {"reasoning_effort", Carriage::kEquivalent, "a thinking budget"},
    {"user", Carriage::kExact, "metadata.user_id"},
    {"service_tier", Carriage::kRefused, "no such service tier", "\"auto\" \"default\""},
    {"n", Carriage::kRefused, "no several answers to one request", "1"},
    {"seed", Carriage::kRefused, "no seed"},
    {"logit_bias", Carriage::kRefused, "no logit_bias", "{}"},
    {"logprobs", Carriage::kRefused, "no logprobs", "false"},
    {"top_logprobs", Carriage::kRefused, "no logprobs", "0"},
    {"frequency_penalty", Carriage::kRefused, "no penalties", "0 0.0"},
    {"presence_penalty", Carriage::kRefused, "no penalties", "0 0.0"},
    {"metadata", Carriage::kRefused, "no metadata beside user_id", "{}"},
    {"store", Carriage::kRefused, "no stored completions", "false"},
    {"modalities", Carriage::kRefused, "no audio answers", "[\"text\"]"},
    {"verbosity", Carriage::kRefused, "no verbosity", "\"medium\""},
    {"prediction", Carriage::kHint, "speeds up, does not change the answer"},
    {"prompt_cache_key", Carriage::kHint, "caching only"},
    {"prompt_cache_retention", Carriage::kHint, "caching only"},
    {"safety_identifier", Carriage::kHint, "for OpenAI's own abuse checks"},
};

const FieldRule* rule_of(std::string_view field) {
  const auto found = std::ranges::find(kRules, field, &FieldRule::field);
  return found == std::end(kRules) ? nullptr : found;
}

bool is_default(const FieldRule& rule, std::string_view value) {
  std::string_view rest = rule.defaults;
  while (!rest.empty()) {
    const std::size_t blank = rest.find(' ');
    if (rest.substr(0, blank) == value) return true;
    if (blank == std::string_view::npos) return false;
    rest.remove_prefix(blank + 1);
  }
  return false;
}

void check(std::vector<Refusal>& refusals, std::string_view field, std::string_view value) {
  if (value.empty()) return;
  const FieldRule* const rule = rule_of(field);
  if (rule != nullptr && (rule->carriage != Carriage::kRefused || is_default(*rule, value))) return;
  refusals.push_back(
      {std::string(field), "Anthropic Messages has " + std::string(rule ? rule->note : "no such field")});
}

void check_parts(std::vector<Refusal>& refusals, const Message& message, const std::string& path) {
  if (!message.name.empty()) refusals.push_back({at(path, "name"), "Anthropic Messages has no participant names"});
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    if (const auto* opaque = std::get_if<OpaquePart>(&message.parts[i]);
        opaque && opaque->dialect != Dialect::kAnthropic) {
      refusals.push_back({at(at(path, "content"), i), "Anthropic Messages has no " + opaque->type + " part"});
    }
    if (const auto* call = std::get_if<ToolCallPart>(&message.parts[i])) {
      const auto arguments = json::Document::parse(call->arguments);
      if (!call->arguments.empty() && (!arguments || !arguments->root().is_object())) {
        refusals.push_back(
            {at(path, "tool_calls") + ".function.arguments", "Anthropic Messages takes a JSON object only"});
      }
    }
    const bool system = message.role == Role::kSystem || message.role == Role::kDeveloper;
    if (system && !std::holds_alternative<TextPart>(message.parts[i])) {
      refusals.push_back({at(at(path, "content"), i), "Anthropic Messages takes only text as system"});
    }
  }
}

}  // namespace

std::span<const FieldRule> field_rules() { return kRules; }

std::vector<Refusal> refusals(const ChatRequest& request) {
  std::vector<Refusal> found;
  if (request.dialect == Dialect::kAnthropic) return found;
  check(found, "n", request.n.text);
  check(found, "seed", request.seed.text);
  check(found, "logit_bias", request.logit_bias.text);
  check(found, "logprobs", request.logprobs.text);
  check(found, "top_logprobs", request.top_logprobs.text);
  check(found, "frequency_penalty", request.frequency_penalty.text);
  check(found, "presence_penalty", request.presence_penalty.text);
  check(found, "metadata", request.metadata.text);
  if (!request.service_tier.empty())
    check(found, "service_tier", "\"" + std::string(request.service_tier.escaped) + "\"");
  for (const UnknownField& field : request.unknown) check(found, field.path, field.value.text);
  for (std::size_t i = 0; i < request.tools.size(); ++i) {
    if (!request.tools[i].opaque.empty()) {
      found.push_back({at("tools", i), "Anthropic Messages has no " + request.tools[i].opaque_type + " tool"});
    }
  }
  for (std::size_t i = 0; i < request.messages.size(); ++i) check_parts(found, request.messages[i], at("messages", i));
  return found;
}

}  // namespace switchyard::wire::anthropic
