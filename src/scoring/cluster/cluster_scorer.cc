#include "scoring/cluster/cluster_scorer.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "scoring/portable_math.h"

namespace switchyard::scoring::cluster {
namespace {

float usd_per_million(Usd per_token) { return static_cast<float>(per_token.pico()) * 1e-6f; }

/// (x - low) / (high - low), 0 if all are equal.
float relative(float x, float low, float high) { return high > low ? (x - low) / (high - low) : 0.0f; }

constexpr std::size_t kDimensionMax = StaticEmbedder::kDimensionMax;

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
  lowest_.resize(quality.rows);
  for (std::size_t k = 0; k < quality.rows && width_ > 0; ++k) {
    float* const row = expected_.data() + k * width_;
    for (std::size_t m = 0; m < width_; ++m) {
      const float measured = quality.row(k)[entries[m]->column];
      row[m] = measured + static_cast<float>(entries[m]->prior) * (1.0f - measured);
    }
    const auto [low, high] = std::minmax_element(row, row + width_);
    lowest_[k] = *low;
    range_ = std::max(range_, *high - *low);
  }
  default_cheapness_ = cheapness(static_cast<float>(artifact_->knobs().output_cost_ratio));
}

std::vector<float> ClusterScorer::cheapness(float output_ratio) const {
  // Prices span three decades; on a logarithmic scale the cheap half of the pool can still be told apart.
  std::vector<float> logs;
  logs.reserve(prices_.size());
  for (const Priced& price : prices_) {
    logs.push_back(static_cast<float>(portable_log2(1.0 + price.input + output_ratio * price.output)));
  }
  if (logs.empty()) return logs;
  const auto [low, high] = std::minmax_element(logs.begin(), logs.end());
  std::vector<float> out;
  out.reserve(logs.size());
  for (const float log : logs) out.push_back(1.0f - relative(log, *low, *high));
  return out;
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
  std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(count),
                    near.end());  // Ties: lower index first.
  trace.clusters.clear();
  trace.weights.clear();
  float total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    trace.clusters.push_back(near[i].second);
    trace.weights.push_back(static_cast<float>(portable_exp(kNearness * (near.front().first - near[i].first))));
    total += trace.weights.back();
  }
  for (float& weight : trace.weights) weight /= total;
}

Result<void> ClusterScorer::score(std::string_view text, const Knobs& knobs, std::span<const std::uint32_t> models,
                                  std::vector<ModelScore>& scores, ScoreTrace& trace) const {
  std::array<float, kDimensionMax> vector;
  artifact_->embedder().embed(text, vector);
  nearest(vector, knobs.top_p > 0 ? knobs.top_p : artifact_->knobs().top_p, trace);

  const auto alpha = static_cast<float>(knobs.alpha), ratio = static_cast<float>(knobs.output_cost_ratio);
  std::vector<float> other_cheapness;
  if (knobs.output_cost_ratio != artifact_->knobs().output_cost_ratio) other_cheapness = cheapness(ratio);
  const std::vector<float>& cheap = other_cheapness.empty() ? default_cheapness_ : other_cheapness;

  float lowest = 0;
  for (std::size_t i = 0; i < trace.clusters.size(); ++i) lowest += trace.weights[i] * lowest_[trace.clusters[i]];
  scores.clear();
  scores.reserve(models.size());
  for (const std::uint32_t model : models) {
    const auto slot = static_cast<std::size_t>(slots_[model]);
    float quality = 0;
    for (std::size_t i = 0; i < trace.clusters.size(); ++i) {
      quality += trace.weights[i] * expected_[trace.clusters[i] * width_ + slot];
    }
    const float better = relative(quality, lowest, lowest + range_);
    const float score = alpha * better + (1.0f - alpha) * cheap[slot];
    if (!std::isfinite(score))
      return fail(ErrorKind::kUnavailable, "the scorer gave no number", std::string(version()));
    scores.push_back({model, score, quality, prices_[slot].input + ratio * prices_[slot].output});
  }
  return {};
}

}  // namespace switchyard::scoring::cluster
