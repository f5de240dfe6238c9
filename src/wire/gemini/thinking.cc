#include "wire/gemini/thinking.h"

#include <algorithm>

#include "base/json_writer.h"
#include "wire/gemini/own_fields.h"

namespace switchyard::wire::gemini {
namespace {

constexpr std::int64_t kProBudgetMin = 128;      ///< Of 2.5 Pro, which cannot stop thinking.
constexpr std::int64_t kProBudgetMax = 32768;    ///< Of 2.5 Pro.
constexpr std::int64_t kFlashBudgetMax = 24576;  ///< Of 2.5 Flash.

bool is_pro(std::string_view model) { return model.find("-pro") != std::string_view::npos; }

/// What Google's OpenAI-compatible endpoint makes of an effort.
std::int64_t budget_of(std::string_view effort) {
  if (effort == "minimal" || effort == "low") return 1024;
  if (effort == "medium") return 8192;
  return kFlashBudgetMax;
}

std::string_view level_of(std::string_view effort, std::string_view model) {
  if (effort == "minimal") return is_pro(model) ? "LOW" : "MINIMAL";
  if (effort == "low") return "LOW";
  // The first Pro of generation 3 knows two levels only.
  if (effort == "medium") return model.find("gemini-3-pro") == std::string_view::npos ? "MEDIUM" : "HIGH";
  return "HIGH";
}

void write_own(const Reasoning& reasoning, json::Writer& w) {
  if (reasoning.mode == ReasoningMode::kEffort) {
    std::string level = reasoning.effort;
    std::ranges::transform(level, level.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    w.field("thinkingLevel", level);
  } else {
    w.field("thinkingBudget", reasoning.mode == ReasoningMode::kAdaptive ? -1 : reasoning.budget_tokens);
  }
}

void write_translated(const Reasoning& reasoning, std::string_view model, json::Writer& w) {
  const bool off = reasoning.mode == ReasoningMode::kDisabled || reasoning.effort == "none";
  const bool levels = generation_of(model) >= 3;
  if (off && levels) {
    w.field("thinkingLevel", is_pro(model) ? "LOW" : "MINIMAL");
  } else if (off) {
    w.field("thinkingBudget", is_pro(model) ? kProBudgetMin : 0);
  } else if (reasoning.mode == ReasoningMode::kBudget) {
    const std::int64_t most = is_pro(model) ? kProBudgetMax : kFlashBudgetMax;
    w.field("thinkingBudget", std::min(reasoning.budget_tokens, most));
  } else if (levels && !reasoning.effort.empty()) {
    w.field("thinkingLevel", level_of(reasoning.effort, model));
  } else if (!levels) {
    w.field("thinkingBudget", reasoning.effort.empty() ? -1 : budget_of(reasoning.effort));
  }
  // Other dialects show thoughts without being asked.
  if (!off) w.field("includeThoughts", true);
}

}  // namespace

int generation_of(std::string_view model) {
  constexpr std::string_view kFamily = "gemini-";
  const std::size_t found = model.find(kFamily);
  if (found == std::string_view::npos || found + kFamily.size() >= model.size()) return 0;
  const char digit = model[found + kFamily.size()];
  return digit >= '0' && digit <= '9' ? digit - '0' : 0;
}

void write_thinking(const ChatRequest& request, std::string_view model, std::string& out) {
  constexpr std::string_view kPath = "generationConfig.thinkingConfig.";
  const bool own = request.dialect == Dialect::kGemini;
  if (request.reasoning.mode == ReasoningMode::kAbsent && !has_own_fields(request, kPath)) return;
  json::Writer w(out);
  w.begin_object();
  if (own && request.reasoning.mode != ReasoningMode::kAbsent) write_own(request.reasoning, w);
  if (!own) write_translated(request.reasoning, model, w);
  write_own_fields(request, kPath, {}, w);
  w.end_object();
}

}  // namespace switchyard::wire::gemini
