#include "scoring/cluster/cluster_scorer.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace switchyard::scoring::cluster {
namespace {

float usd_per_million(Usd per_token) { return static_cast<float>(per_token.pico()) * 1e-6f; }

/// (x - low) / (high - low), 0 if all are equal.
float relative(float x, float low, float high) { return high > low ? (x - low) / (high - low) : 0.0f; }

}  // namespace

ClusterScorer::ClusterScorer(std::shared_ptr<const Artifact> artifact, const Catalog& catalog)
    : artifact_(std::move(artifact)), slots_(catalog.models().size(), -1), notes_(catalog.models().size()) {
  std::vector<const RegistryEntry*> entries;
  for (const RegistryEntry& entry : artifact_->registry()) {
    const auto model = catalog.find_model(entry.model);
    if (!model || slots_[*model] >= 0 || catalog.bindings_of(*model).empty()) continue;
    slots_[*model] = static_cast<int>(entries.size());
    if (entry.proxy) notes_[*model] = entry.note;
    const Price& price = catalog.bindings()[catalog.bindings_of(*model).front()].price;
    prices_.push_back({usd_per_million(price.input), usd_per_million(price.output)});
    entries.push_back(&entry);
  }
  width_ = entries.size();
  const Matrix<float>& quality = artifact_->quality();
  expected_.resize(quality.rows * width_);
  relative_.resize(quality.rows * width_);
  for (std::size_t k = 0; k < quality.rows; ++k) {
    float* const row = expected_.data() + k * width_;
    for (std::size_t m = 0; m < width_; ++m) {
      const float measured = quality.row(k)[entries[m]->column];
      row[m] = measured + static_cast<float>(entries[m]->prior) * (1.0f - measured);
    }
    if (width_ == 0) continue;
    const auto [low, high] = std::minmax_element(row, row + width_);
    for (std::size_t m = 0; m < width_; ++m) relative_[k * width_ + m] = relative(row[m], *low, *high);
  }
}

void ClusterScorer::nearest(std::span<const float> vector, std::size_t count, ScoreTrace& trace) const {
  const Matrix<float>& centroids = artifact_->centroids();
  std::vector<std::pair<float, std::uint32_t>> near(centroids.rows);
  for (std::size_t k = 0; k < centroids.rows; ++k) {
    const std::span<const float> centroid = centroids.row(k);
    // Four sums in a fixed order: the same bits everywhere, and room for the processor.
    float sums[4] = {};
    std::size_t i = 0;
    for (; i + 4 <= centroid.size(); i += 4) {
      for (std::size_t j = 0; j < 4; ++j) sums[j] += centroid[i + j] * vector[i + j];
    }
    for (; i < centroid.size(); ++i) sums[0] += centroid[i] * vector[i];
    near[k] = {-((sums[0] + sums[1]) + (sums[2] + sums[3])), static_cast<std::uint32_t>(k)};
  }
  count = std::min(count, near.size());
  std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(count), near.end());  // Ties: lower index first.
  trace.clusters.clear();
  trace.weights.clear();
  float total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    trace.clusters.push_back(near[i].second);
    trace.weights.push_back(std::exp(kNearness * (near.front().first - near[i].first)));
    total += trace.weights.back();
  }
  for (float& weight : trace.weights) weight /= total;
}

Result<void> ClusterScorer::score(std::string_view text, const Knobs& knobs, std::span<const std::uint32_t> models,
                                  std::vector<ModelScore>& scores, ScoreTrace& trace) const {
  std::array<float, 256> vector;
  artifact_->embedder().embed(text, vector);
  nearest(vector, knobs.top_p > 0 ? knobs.top_p : artifact_->knobs().top_p, trace);

  const auto alpha = static_cast<float>(knobs.alpha), ratio = static_cast<float>(knobs.output_cost_ratio);
  float low = INFINITY, high = -INFINITY;
  for (const Priced& price : prices_) {
    const float cost = price.input + ratio * price.output;
    low = std::min(low, cost);
    high = std::max(high, cost);
  }
  // Prices span three decades; on a logarithmic scale the cheap half of the pool can still be told apart.
  const float log_low = std::log1p(low), log_high = std::log1p(high);

  scores.clear();
  for (const std::uint32_t model : models) {
    const auto slot = static_cast<std::size_t>(slots_[model]);
    const float cost = prices_[slot].input + ratio * prices_[slot].output;
    float quality = 0, better = 0;
    for (std::size_t i = 0; i < trace.clusters.size(); ++i) {
      const std::size_t cell = trace.clusters[i] * width_ + slot;
      quality += trace.weights[i] * expected_[cell];
      better += trace.weights[i] * relative_[cell];
    }
    const float cheapness = 1.0f - relative(std::log1p(cost), log_low, log_high);
    const float score = alpha * better + (1.0f - alpha) * cheapness;
    if (!std::isfinite(score)) return fail(ErrorKind::kUnavailable, "the scorer gave no number", std::string(version()));
    scores.push_back({model, score, quality, cost});
  }
  return {};
}

}  // namespace switchyard::scoring::cluster
