#include "wire/anthropic/thinking_plan.h"

#include <algorithm>
#include <charconv>

#include "wire/anthropic/request.h"

namespace switchyard::wire::anthropic {
namespace {

/// How many thinking tokens an effort stands for.
std::int64_t budget_of(std::string_view effort) {
  if (effort == "minimal") return 1024;
  if (effort == "low") return 4096;
  if (effort == "medium") return 8192;
  if (effort == "high") return 16384;
  if (effort == "xhigh") return 24576;
  return 32000;
}

template <class T>
bool holds(const Message& message) {
  return std::ranges::any_of(message.parts, [](const Part& part) { return std::holds_alternative<T>(part); });
}

/// Anthropic refuses thinking beside a tool that must be called, and while tool calls are being answered that no
/// thinking of its own began.
bool may_think(const ChatRequest& request, Dialect host) {
  const ToolChoiceKind choice = request.tool_choice.kind;
  if (choice == ToolChoiceKind::kRequired || choice == ToolChoiceKind::kNamed) return false;
  for (auto message = request.messages.rbegin(); message != request.messages.rend(); ++message) {
    if (message->role == Role::kUser && !holds<ToolResultPart>(*message)) return true;
    if (message->role != Role::kAssistant || !holds<ToolCallPart>(*message)) continue;
    const bool begun = std::ranges::any_of(message->parts, [host](const Part& part) {
      const auto* thought = std::get_if<ThinkingPart>(&part);
      return thought != nullptr && is_signed(*thought, host);
    });
    if (!begun) return false;
  }
  return true;
}

}  // namespace

ThinkingPlan plan_thinking(const ChatRequest& request, TokenCount output_max, Dialect host) {
  const TokenCount most = output_max > 0 ? output_max : INT64_MAX;
  const std::string_view limit = request.output_tokens_max.text;
  ThinkingPlan plan{kDefaultMaxTokens, request.reasoning.mode, 0};
  if (!limit.empty()) std::from_chars(limit.data(), limit.data() + limit.size(), plan.max_tokens);
  plan.max_tokens = std::min(plan.max_tokens, most);
  if (!plan.thinks()) return plan;
  if (!may_think(request, host)) {
    plan.mode = ReasoningMode::kAbsent;
    return plan;
  }
  if (plan.mode == ReasoningMode::kAdaptive) return plan;
  plan.budget =
      plan.mode == ReasoningMode::kBudget ? request.reasoning.budget_tokens : budget_of(request.reasoning.effort);
  if (limit.empty()) plan.max_tokens = plan.budget < most - plan.max_tokens ? plan.max_tokens + plan.budget : most;
  const std::int64_t kept = std::min(plan.max_tokens / 4, kAnswerTokensKept);
  plan.budget = std::min(plan.budget, plan.max_tokens - kept - 1);
  if (plan.budget < kThinkingBudgetMin) plan.mode = ReasoningMode::kAbsent;
  return plan;
}

}  // namespace switchyard::wire::anthropic
