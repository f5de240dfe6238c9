#include "routing/plan.h"

#include <algorithm>
#include <cmath>

#include "routing/eligibility.h"

namespace switchyard::routing {
namespace {

/// A scorer that cannot answer is told as such, never papered over with a default model.
std::unexpected<Error> unavailable(std::string detail) {
  return std::unexpected(Error{ErrorKind::kUnavailable, Retry::kSameUpstreamLater, "routing is not available",
                               std::move(detail), std::chrono::seconds(1)});
}

scoring::Knobs knobs_of(const Query& query, const Table& table) {
  scoring::Knobs knobs = table.scorer()->default_knobs();
  if (table.policy().alpha) knobs.alpha = *table.policy().alpha;
  if (table.policy().top_p > 0) knobs.top_p = table.policy().top_p;
  if (query.overrides.alpha) knobs.alpha = *query.overrides.alpha;
  if (query.overrides.output_cost_ratio) knobs.output_cost_ratio = *query.overrides.output_cost_ratio;
  return knobs;
}

/// Lets the scorer judge the eligible candidates, which `plan.ranking` lists.
Result<void> score(const Query& query, const Table& table, Plan& plan) {
  if (table.scorer() == nullptr) return unavailable("no artifact is loaded");
  plan.knobs = knobs_of(query, table);
  std::vector<std::uint32_t> models;
  models.reserve(plan.ranking.size());
  for (const std::uint32_t at : plan.ranking) models.push_back(plan.candidates[at].model);
  std::vector<scoring::ModelScore> scores;
  if (auto scored = table.scorer()->score(query.text, plan.knobs, models, scores, plan.trace); !scored) {
    return unavailable(scored.error().message);
  }
  if (scores.size() != models.size()) return unavailable("the scorer left candidates out");
  for (std::size_t i = 0; i < scores.size(); ++i) {
    // An order with NaN in it is no order: whichever model came out would have been chosen by accident.
    if (!std::isfinite(scores[i].score)) return unavailable("the scorer gave a score that is no number");
    Candidate& c = plan.candidates[plan.ranking[i]];
    c.score = scores[i].score;
    c.quality = scores[i].quality;
    c.cost_usd_per_m = scores[i].cost_usd_per_m;
  }
  return {};
}

/// Brings the best to the front: by score, then the price at the preferred binding, then the name. Only as many as can be
/// tried, since ordering all of them would cost more than everything else that planning does.
void rank(Plan& plan, const Catalog& catalog) {
  const auto list_price = [&](const Candidate& c) {
    const Price& price = catalog.bindings()[plan.bindings[c.bindings_begin]].price;
    return price.input + price.output;
  };
  const auto better = [&](std::uint32_t a, std::uint32_t b) {
    const Candidate &x = plan.candidates[a], &y = plan.candidates[b];
    if (x.score != y.score) return x.score > y.score;
    if (const Usd px = list_price(x), py = list_price(y); px != py) return px < py;
    return catalog.models()[x.model].id < catalog.models()[y.model].id;
  };
  auto place = plan.ranking.begin();
  for (std::size_t i = 0; i < kModelsTriedMax && place != plan.ranking.end(); ++i, ++place) {
    const auto best = std::min_element(place, plan.ranking.end(), better);
    std::rotate(place, best, best + 1);
  }
}

/// All bindings of the best model, then those of the next ones.
void order_attempts(Plan& plan, const Policy& policy) {
  const std::size_t attempts_max = std::max<std::size_t>(policy.attempts_max, 1);
  const std::size_t models = std::min(plan.ranking.size(), kModelsTriedMax);
  for (std::size_t i = 0; i < models; ++i) {
    const Candidate& c = plan.candidates[plan.ranking[i]];
    for (std::uint32_t b = c.bindings_begin; b < c.bindings_end && plan.attempts.size() < attempts_max; ++b) {
      plan.attempts.push_back(plan.bindings[b]);
    }
  }
}

}  // namespace

bool needs_text(const Query& query, const Table& table) {
  const auto wish = resolve(query, table);
  return wish && wish->mode == Mode::kRouted;
}

Result<Plan> plan(const Query& query, const Table& table) {
  SY_CHECK(check(query.overrides));
  SY_TRY(const Wish wish, resolve(query, table));
  Plan plan;
  plan.mode = wish.mode;
  Eligibility eligibility(query, table, plan);
  if (wish.mode == Mode::kRouted) {
    // Without a scorer no model is routable; the client must not read that as a fault of its request.
    if (table.scorer() == nullptr) return unavailable("no artifact is loaded");
    plan.candidates.reserve(table.routable().size());
    plan.bindings.reserve(table.catalog().bindings().size());
    for (const std::uint32_t model : table.routable()) eligibility.add(model, std::nullopt);
  } else {
    eligibility.add(wish.model, wish.provider);
  }
  plan.ranking.reserve(plan.candidates.size());
  for (std::uint32_t i = 0; i < plan.candidates.size(); ++i) {
    if (plan.candidates[i].filter == Filter::kEligible) plan.ranking.push_back(i);
  }
  if (plan.ranking.empty()) return nothing_left(plan, table, query);
  if (wish.mode == Mode::kRouted) {
    SY_CHECK(score(query, table, plan));
    rank(plan, table.catalog());
  }
  order_attempts(plan, table.policy());
  return plan;
}

}  // namespace switchyard::routing
