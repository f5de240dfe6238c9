#include "routing/eligibility.h"

#include <algorithm>

namespace switchyard::routing {
namespace {

/// What the answer may take, before a model's own limit.
TokenCount answer_room(const Query& query) {
  return query.output_tokens_max > 0 ? query.output_tokens_max : kOutputReserve;
}

}  // namespace

void Eligibility::add(std::uint32_t model, std::optional<std::uint32_t> provider) {
  Candidate c;
  c.model = model;
  c.bindings_begin = static_cast<std::uint32_t>(plan_.bindings.size());
  c.filter =
      table_.excluded(model) ? Filter::kModelExcluded : by_capability(table_.catalog().models()[model].capabilities);
  if (c.filter == Filter::kEligible) {
    c.filter = Filter::kNoProvider;
    for (const std::uint32_t binding : table_.usable_bindings(model)) {
      if (provider && table_.catalog().bindings()[binding].provider != *provider) continue;
      const Filter filter = by_binding(binding);
      if (filter == Filter::kEligible) plan_.bindings.push_back(binding);
      if (c.filter != Filter::kEligible) c.filter = filter;
    }
  }
  c.bindings_end = static_cast<std::uint32_t>(plan_.bindings.size());
  if (c.filter == Filter::kEligible) plan_.ranking.push_back(static_cast<std::uint32_t>(plan_.candidates.size()));
  plan_.candidates.push_back(c);
}

bool Eligibility::take(const UsualCandidates& usual, Purpose purpose) {
  // No model's own limit makes an answer's room larger, so that nothing is too long for any window if this is not.
  if (query_.input_tokens + answer_room(query_) > usual.window_min) return false;
  for (std::size_t i = 0; i < usual.dialects.size() && purpose == Purpose::kRecord; ++i) {
    const auto dialect = static_cast<Dialect>(i);
    if (usual.dialects[i] && dialect != query_.dialect && !carries(dialect)) return false;
  }
  plan_.candidates = usual.candidates;
  plan_.bindings = usual.bindings;
  plan_.ranking = usual.ranking;
  return true;
}

bool Eligibility::carried(std::span<const std::uint32_t> bindings) {
  return std::ranges::all_of(bindings, [this](std::uint32_t index) {
    const Dialect dialect = table_.catalog().providers()[table_.catalog().bindings()[index].provider].dialect;
    return dialect == query_.dialect || carries(dialect);
  });
}

Filter Eligibility::by_capability(const ModelCapabilities& can) const {
  if (query_.tools && !can.tools) return Filter::kTools;
  if (query_.images && !can.images) return Filter::kImages;
  if (query_.structured_output && !can.json_schema) return Filter::kJsonSchema;
  return Filter::kEligible;
}

Filter Eligibility::by_binding(std::uint32_t index) {
  const Binding& binding = table_.catalog().bindings()[index];
  const Provider& provider = table_.catalog().providers()[binding.provider];
  if (provider.passthrough && !query_.client_credentials) return Filter::kNoCredentials;
  const TokenCount answer = answer_room(query_);
  const TokenCount cap = table_.catalog().models()[binding.model].output_max;
  const TokenCount reserve = cap > 0 ? std::min(answer, cap) : answer;
  if (query_.input_tokens + reserve > table_.catalog().context_window(binding)) return Filter::kContextWindow;
  if (provider.dialect != query_.dialect && !carries(provider.dialect)) return Filter::kDialect;
  return Filter::kEligible;
}

bool Eligibility::carries(Dialect dialect) {
  auto& known = carries_[static_cast<std::size_t>(dialect)];
  if (!known) {
    const std::string refusal = query_.refusal ? query_.refusal(dialect) : std::string();
    known = refusal.empty();
    if (!refusal.empty()) plan_.refusal = refusal;
  }
  return *known;
}

}  // namespace switchyard::routing
