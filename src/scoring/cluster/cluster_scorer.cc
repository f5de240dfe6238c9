#include "scoring/cluster/cluster_scorer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "scoring/portable_math.h"

namespace switchyard::scoring::cluster {
namespace {

float usd_per_million(Usd per_token) { return static_cast<float>(per_token.pico()) * 1e-6f; }

/// (x - low) / (high - low), 0 if all are equal.
float relative(float x, float low, float high) { return high > low ? (x - low) / (high - low) : 0.0f; }

constexpr std::size_t kDimensionMax = StaticEmbedder::kDimensionMax;
constexpr std::size_t kTogether = 16;  ///< Clusters whose cosines are summed side by side.
using Float8 = float __attribute__((vector_size(32)));

/// What the model's first priced provider asks.
const Binding& priced_binding(const Catalog& catalog, std::uint32_t model) {
  const auto& bindings = catalog.bindings_of(model);
  const auto known = std::ranges::find_if(
      bindings, [&](std::uint32_t b) { return catalog.bindings()[b].pricing != Pricing::kUnknown; });
  return catalog.bindings()[known != bindings.end() ? *known : bindings.front()];
}

/// Cosines of `vector` and the centres, which lie in blocks of `kTogether` clusters, a dimension after the other. For
/// each cluster four sums in a fixed order: the same bits whatever the processor. Compiled twice, as the embedder's
/// sum.
[[gnu::always_inline]] inline void cosine_blocks(std::span<const float> centres, std::span<const float> vector,
                                                 float* out) {
  const std::size_t fours = vector.size() / 4 * 4;
  for (const float* block = centres.data(); block != centres.data() + centres.size(); out += kTogether) {
    Float8 low[4] = {}, high[4] = {};
    const auto add = [&](std::size_t sum, float x) __attribute__((always_inline)) {
      Float8 a, b;
      std::memcpy(&a, block, sizeof a);
      std::memcpy(&b, block + 8, sizeof b);
      low[sum] += a * x;
      high[sum] += b * x;
      block += kTogether;
    };
    std::size_t i = 0;
    for (; i < fours; i += 4) {
#pragma clang loop unroll(full)
      for (std::size_t j = 0; j < 4; ++j) add(j, vector[i + j]);
    }
    for (; i < vector.size(); ++i) add(0, vector[i]);
    const Float8 a = (low[0] + low[1]) + (low[2] + low[3]), b = (high[0] + high[1]) + (high[2] + high[3]);
    std::memcpy(out, &a, sizeof a);
    std::memcpy(out + 8, &b, sizeof b);
  }
}
void cosines_plain(std::span<const float> centres, std::span<const float> vector, float* out) {
  cosine_blocks(centres, vector, out);
}
[[gnu::target("avx2")]] void cosines_avx2(std::span<const float> centres, std::span<const float> vector, float* out) {
  cosine_blocks(centres, vector, out);
}

}  // namespace

ClusterScorer::ClusterScorer(std::shared_ptr<const Artifact> artifact, const Catalog& catalog)
    : artifact_(std::move(artifact)), slots_(catalog.models().size(), -1), notes_(catalog.models().size()) {
  std::vector<const RegistryEntry*> entries;
  for (const RegistryEntry& entry : artifact_->registry()) {
    const auto model = catalog.find_model(entry.model);
    if (!model || slots_[*model] >= 0 || catalog.bindings_of(*model).empty()) continue;
    slots_[*model] = static_cast<int>(entries.size());
    if (entry.proxy) notes_[*model] = entry.note;
    const Binding& priced = priced_binding(catalog, *model);
    constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
    const bool known = priced.pricing != Pricing::kUnknown;
    prices_.push_back(known ? Priced{usd_per_million(priced.price.input), usd_per_million(priced.price.output)}
                            : Priced{kNone, kNone});
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
  const Matrix<float>& centroids = artifact_->centroids();
  padded_clusters_ = (centroids.rows + kTogether - 1) / kTogether * kTogether;
  centres_.resize(padded_clusters_ * centroids.columns);
  for (std::size_t k = 0; k < centroids.rows; ++k) {
    float* const block = centres_.data() + k / kTogether * kTogether * centroids.columns + k % kTogether;
    for (std::size_t i = 0; i < centroids.columns; ++i) block[i * kTogether] = centroids.row(k)[i];
  }
  cosines_ = __builtin_cpu_supports("avx2") != 0 ? cosines_avx2 : cosines_plain;
  default_cheapness_ = cheapness(static_cast<float>(artifact_->knobs().output_cost_ratio));
}

std::vector<float> ClusterScorer::cheapness(float output_ratio) const {
  // Prices span three decades; on a logarithmic scale the cheap half of the pool can still be told apart.
  // What is not priced counts as the dearest: no router should prefer a model because nobody wrote its price down.
  std::vector<float> out(prices_.size());
  float low = std::numeric_limits<float>::infinity(), high = -low;
  for (std::size_t i = 0; i < prices_.size(); ++i) {
    if (std::isnan(prices_[i].input)) continue;
    out[i] = static_cast<float>(portable_log2(1.0 + prices_[i].input + output_ratio * prices_[i].output));
    low = std::min(low, out[i]);
    high = std::max(high, out[i]);
  }
  for (std::size_t i = 0; i < prices_.size(); ++i) {
    out[i] = std::isnan(prices_[i].input) ? 0.0f : 1.0f - relative(out[i], low, high);
  }
  return out;
}

void ClusterScorer::nearest(std::span<const float> vector, std::size_t count, ScoreTrace& trace) const {
  const std::size_t clusters = artifact_->centroids().rows;
  std::vector<float> cosines(padded_clusters_);
  cosines_(centres_, vector, cosines.data());
  std::vector<std::pair<float, std::uint32_t>> near;  // Cosine and cluster, nearest first; ties: lower index first.
  count = std::min(count, clusters);
  near.reserve(count + 1);
  for (std::uint32_t k = 0; k < clusters; ++k) {
    if (near.size() == count && !(cosines[k] > near.back().first)) continue;
    std::size_t at = near.size();
    while (at > 0 && cosines[k] > near[at - 1].first) --at;
    near.insert(near.begin() + static_cast<std::ptrdiff_t>(at), {cosines[k], k});
    if (near.size() > count) near.pop_back();
  }
  trace.clusters.clear();
  trace.weights.clear();
  trace.clusters.reserve(count);
  trace.weights.reserve(count);
  float total = 0;
  for (const auto& [cosine, cluster] : near) {
    trace.clusters.push_back(cluster);
    trace.weights.push_back(static_cast<float>(portable_exp(kNearness * (cosine - near.front().first))));
    total += trace.weights.back();
  }
  for (float& weight : trace.weights) weight /= total;
}

Result<void> ClusterScorer::score(std::string_view text, const Knobs& knobs, std::span<const std::uint32_t> models,
                                  std::vector<ModelScore>& scores, ScoreTrace& trace) const {
  std::array<float, kDimensionMax> vector;
  artifact_->embedder().embed(text, vector);
  nearest(std::span(vector).first(artifact_->embedder().dimension()),
          knobs.top_p > 0 ? knobs.top_p : artifact_->knobs().top_p, trace);

  const auto alpha = static_cast<float>(knobs.alpha), ratio = static_cast<float>(knobs.output_cost_ratio);
  std::vector<float> other_cheapness;
  if (knobs.output_cost_ratio != artifact_->knobs().output_cost_ratio) other_cheapness = cheapness(ratio);
  const std::vector<float>& cheap = other_cheapness.empty() ? default_cheapness_ : other_cheapness;

  float lowest = 0;
  for (std::size_t i = 0; i < trace.clusters.size(); ++i) lowest += trace.weights[i] * lowest_[trace.clusters[i]];
  // All slots at once, in loops that the compiler makes wide; each slot's sums keep their order.
  std::vector<float> slots(2 * width_);
  float *const quality = slots.data(), *const score = quality + width_;
  for (std::size_t i = 0; i < trace.clusters.size(); ++i) {
    const float* const expected = expected_.data() + trace.clusters[i] * width_;
    const float weight = trace.weights[i];
    for (std::size_t slot = 0; slot < width_; ++slot) quality[slot] += weight * expected[slot];
  }
  const float highest = lowest + range_;
  for (std::size_t slot = 0; slot < width_; ++slot) {
    score[slot] = alpha * relative(quality[slot], lowest, highest) + (1.0f - alpha) * cheap[slot];
  }
  scores.resize(models.size());
  for (std::size_t i = 0; i < models.size(); ++i) {
    const auto slot = static_cast<std::size_t>(slots_[models[i]]);
    if (!std::isfinite(score[slot]))
      return fail(ErrorKind::kUnavailable, "the scorer gave no number", std::string(version()));
    scores[i] = {models[i], score[slot], quality[slot], prices_[slot].input + ratio * prices_[slot].output};
  }
  return {};
}

}  // namespace switchyard::scoring::cluster
