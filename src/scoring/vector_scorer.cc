#include "scoring/vector_scorer.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "scoring/estimator/estimator_scorer.h"

namespace switchyard::scoring {

VectorScorer::VectorScorer(std::shared_ptr<const VectorArtifact> artifact, const Catalog& catalog)
    : artifact_(std::move(artifact)), slots_(catalog.models().size()) {
  const auto usd_per_million = [](Usd per_token) { return static_cast<float>(per_token.pico()) * 1e-6f; };
  std::vector<float> costs;
  for (const RegistryEntry& entry : artifact_->registry().models) {
    const auto model = catalog.find_model(entry.model);
    if (!model || slots_[*model].known || catalog.bindings_of(*model).empty()) continue;
    const Price& price = catalog.bindings()[catalog.bindings_of(*model).front()].price;
    Slot& slot = slots_[*model];
    slot = {true,
            entry.column,
            static_cast<float>(entry.prior),
            usd_per_million(price.input),
            usd_per_million(price.output),
            {}};
    if (entry.proxy) slot.note = entry.note;
    costs.push_back(slot.input + static_cast<float>(artifact_->knobs().output_cost_ratio) * slot.output);
  }
  if (costs.empty()) return;
  const auto middle = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() / 2);
  std::ranges::nth_element(costs, middle);
  middle_ = *middle;
}

Result<void> VectorScorer::score(std::string_view text, const Knobs& knobs, std::span<const std::uint32_t> models,
                                 std::vector<ModelScore>& scores, ScoreTrace& trace) const {
  std::array<float, StaticEmbedder::kDimensionMax> vector;
  const std::span<float> used(vector.data(), artifact_->embedder().dimension());
  artifact_->embedder().embed(text, used);
  std::vector<float> expected(artifact_->registry().columns.size());
  trace.clusters.clear();
  trace.weights.clear();
  artifact_->head().expect(used, expected, trace);

  const auto alpha = static_cast<float>(knobs.alpha), ratio = static_cast<float>(knobs.output_cost_ratio);
  const float worth = middle_ > 0 ? (1.0f - alpha) * static_cast<float>(estimator::kMiddleWorth) / middle_ : 0.0f;
  scores.clear();
  scores.reserve(models.size());
  for (const std::uint32_t model : models) {
    const Slot& slot = slots_[model];
    const float quality = expected[slot.column] + slot.prior * (1.0f - expected[slot.column]);
    const float cost = slot.input + ratio * slot.output;
    const float utility = alpha * quality - worth * cost;
    if (!std::isfinite(utility))
      return fail(ErrorKind::kUnavailable, "the scorer gave no number", std::string(version()));
    scores.push_back({model, utility, quality, cost, {}});
  }
  return {};
}

}  // namespace switchyard::scoring
