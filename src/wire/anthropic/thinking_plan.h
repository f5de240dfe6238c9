#pragma once
/// \file
/// Whether and how much a request from another dialect lets Anthropic think, and the max_tokens that goes with it.
/// Source: the Anthropic API reference, "Extended thinking": its limits and what it cannot stand beside.

#include "domain/chat.h"

namespace switchyard::wire::anthropic {

constexpr std::int64_t kThinkingBudgetMin = 1024;  ///< Anthropic refuses smaller ones.
constexpr std::int64_t kAnswerTokensKept = 4096;   ///< Of a limit that thinking would fill.
constexpr double kTopPThinkingMin = 0.95;          ///< With thinking Anthropic refuses less.

struct ThinkingPlan {
  TokenCount max_tokens = 0;
  ReasoningMode mode = ReasoningMode::kAbsent;  ///< kBudget or kEffort: with `budget`.
  std::int64_t budget = 0;
  [[nodiscard]] bool thinks() const { return mode != ReasoningMode::kAbsent && mode != ReasoningMode::kDisabled; }
};

/// Thinking that Anthropic itself signed; it takes no other. `host` is the dialect of another platform that serves
/// Anthropic's models.
inline bool is_signed(const ThinkingPart& part, Dialect host = Dialect::kAnthropic) {
  return (part.issuer == Dialect::kAnthropic || part.issuer == host) &&
         (!part.signature.empty() || !part.redacted.empty());
}

/// A limit of the client's covers its thinking too, so it is never raised: the budget leaves a quarter of it (at most
/// `kAnswerTokensKept`) for the answer, or there is none. `output_max` 0: unknown.
ThinkingPlan plan_thinking(const ChatRequest& request, TokenCount output_max, Dialect host = Dialect::kAnthropic);

}  // namespace switchyard::wire::anthropic
