// What of a configuration does not depend on the request.

#include <algorithm>
#include <limits>

#include "routing/eligibility.h"

namespace switchyard::routing {
namespace {

std::size_t usual_index(const Query& query) {
  return static_cast<std::size_t>(query.tools) | static_cast<std::size_t>(query.images) << 1 |
         static_cast<std::size_t>(query.structured_output) << 2 |
         static_cast<std::size_t>(query.client_credentials) << 3;
}

/// A request that needs what `index` says, fits every window and can be carried by every dialect.
Query undemanding(std::size_t index) {
  Query query;
  query.tools = (index & 1) != 0;
  query.images = (index & 2) != 0;
  query.structured_output = (index & 4) != 0;
  query.client_credentials = (index & 8) != 0;
  query.input_tokens = -kOutputReserve;
  return query;
}

}  // namespace

Table::Table(const Catalog& catalog, Policy policy, std::shared_ptr<const scoring::Scorer> scorer)
    : catalog_(catalog), policy_(std::move(policy)), scorer_(std::move(scorer)) {
  std::vector<bool> provider_excluded(catalog_.providers().size());
  for (const std::string& name : policy_.excluded_providers) {
    if (const auto provider = catalog_.find_provider(name)) provider_excluded[*provider] = true;
  }
  excluded_.resize(catalog_.models().size());
  for (const std::string& name : policy_.excluded_models) {
    if (const auto model = catalog_.find_model(name)) excluded_[*model] = true;
  }
  usable_.resize(catalog_.models().size());
  for (std::uint32_t m = 0; m < catalog_.models().size(); ++m) {
    for (const std::uint32_t binding : catalog_.bindings_of(m)) {
      if (!provider_excluded[catalog_.bindings()[binding].provider]) usable_[m].push_back(binding);
    }
    const bool known = scorer_ != nullptr && scorer_->knows(m);
    if (catalog_.models()[m].tier != Tier::kNone && known && !usable_[m].empty()) routable_.push_back(m);
  }
  for (std::size_t i = 0; i < usual_.size(); ++i) usual_[i] = work_out(undemanding(i));
}

UsualCandidates Table::work_out(const Query& query) const {
  Plan plan;
  Eligibility eligibility(query, *this, plan);
  for (const std::uint32_t model : routable_) eligibility.add(model, std::nullopt);
  UsualCandidates usual;
  usual.window_min = std::numeric_limits<TokenCount>::max();
  for (const std::uint32_t index : plan.bindings) {
    const Binding& binding = catalog_.bindings()[index];
    usual.window_min = std::min(usual.window_min, catalog_.context_window(binding));
    usual.dialects[static_cast<std::size_t>(catalog_.providers()[binding.provider].dialect)] = true;
  }
  usual.candidates = std::move(plan.candidates);
  usual.bindings = std::move(plan.bindings);
  usual.ranking = std::move(plan.ranking);
  return usual;
}

const UsualCandidates& Table::usual(const Query& query) const { return usual_[usual_index(query)]; }

}  // namespace switchyard::routing
