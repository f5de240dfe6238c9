#include "scoring/estimator/estimator_scorer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace switchyard::scoring::estimator {
namespace {

float usd_per_million(Usd per_token) { return static_cast<float>(per_token.pico()) * 1e-6f; }

/// How many tokens the column's answers have, relative to the mean of its pool.
float wordiness(const Pool& pool, const Column& column) {
  float sum = 0, count = 0;
  for (const Column& other : pool.columns) {
    if (other.mean_output_tokens <= 0) continue;
    sum += other.mean_output_tokens;
    count += 1;
  }
  return column.mean_output_tokens > 0 ? column.mean_output_tokens * count / sum : 1.0f;
}

}  // namespace

EstimatorScorer::EstimatorScorer(std::shared_ptr<const Artifact> artifact, const Catalog& catalog)
    : artifact_(std::move(artifact)), slots_(catalog.models().size()) {
  const Estimator& estimator = artifact_->estimator();
  std::vector<float> costs;
  for (const RegistryEntry& entry : artifact_->registry().models) {
    const auto model = catalog.find_model(entry.model);
    if (!model || slots_[*model].known || catalog.bindings_of(*model).empty()) continue;
    std::uint32_t pool = 0;
    while (pool + 1 < estimator.pools().size() && estimator.first_column(pool + 1) <= entry.column) ++pool;
    const Pool& measured = estimator.pools()[pool];
    const Price& price = catalog.bindings()[catalog.bindings_of(*model).front()].price;
    Slot& slot = slots_[*model];
    slot = {true, entry.column, pool, static_cast<float>(entry.prior), usd_per_million(price.input), 0, {}};
    slot.output = usd_per_million(price.output) *
                  wordiness(measured, measured.columns[entry.column - estimator.first_column(pool)]);
    if (entry.proxy) slot.note = entry.note;
    costs.push_back(slot.input + static_cast<float>(artifact_->knobs().output_cost_ratio) * slot.output);
  }
  if (costs.empty()) return;
  const auto middle = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() / 2);
  std::ranges::nth_element(costs, middle);
  middle_ = *middle;
}

Result<void> EstimatorScorer::score(std::string_view text, const Knobs& knobs, std::span<const std::uint32_t> models,
                                    std::vector<ModelScore>& scores, ScoreTrace& trace) const {
  const Estimator& estimator = artifact_->estimator();
  std::uint32_t wanted = 0;
  for (const std::uint32_t model : models) wanted |= 1u << slots_[model].pool;
  std::array<Estimate, kColumnsMax> estimates;
  std::array<float, kPoolsMax> likely;
  estimator.estimate(text, wanted, estimates, likely);

  const std::size_t pools = estimator.pools().size();
  trace.clusters.resize(pools);
  std::iota(trace.clusters.begin(), trace.clusters.end(), 0u);
  std::ranges::sort(trace.clusters, [&](std::uint32_t a, std::uint32_t b) {
    return likely[a] != likely[b] ? likely[a] > likely[b] : a < b;
  });
  trace.weights.clear();
  for (const std::uint32_t pool : trace.clusters) trace.weights.push_back(likely[pool]);

  const auto alpha = static_cast<float>(knobs.alpha), ratio = static_cast<float>(knobs.output_cost_ratio);
  const float worth = middle_ > 0 ? (1.0f - alpha) * static_cast<float>(kMiddleWorth) / middle_ : 0.0f;
  scores.clear();
  scores.reserve(models.size());
  for (const std::uint32_t model : models) {
    const Slot& slot = slots_[model];
    const Estimate& e = estimates[slot.column];
    const float quality = e.score + slot.prior * (1.0f - e.score);
    const float cost = slot.input + ratio * e.length_factor * slot.output;
    const float utility = alpha * quality - worth * cost;
    if (!std::isfinite(utility))
      return fail(ErrorKind::kUnavailable, "the scorer gave no number", std::string(version()));
    scores.push_back({model, utility, quality, cost, (1.0f - slot.prior) * e.doubt});
  }
  return {};
}

}  // namespace switchyard::scoring::estimator
