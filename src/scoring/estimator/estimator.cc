#include "scoring/estimator/estimator.h"

#include <algorithm>
#include <array>

#include "scoring/portable_math.h"

namespace switchyard::scoring::estimator {
namespace {

/// A pool that a text belongs to with at least this likelihood speaks for it alone.
constexpr float kSure = 0.5f;
/// A pool less likely than this has no say in how hard a text is: its trees are not worth walking.
constexpr float kHeard = 0.1f;
/// Scores are kept off 0 and 1, where the logit has no end.
constexpr float kScoreMin = 0.01f;

float logit(float score) {
  const double p = std::clamp(score, kScoreMin, 1.0f - kScoreMin);
  return static_cast<float>(portable_log2(p / (1.0 - p)) * 0.6931471805599453);
}
float logistic(float x) {
  // portable_exp takes what is not above 0.
  const double e = portable_exp(x < 0 ? x : -x);
  return static_cast<float>(x < 0 ? e / (1.0 + e) : 1.0 / (1.0 + e));
}

}  // namespace

float Pool::mean_score() const {
  float sum = 0;
  for (const Column& column : columns) sum += column.mean_score;
  return columns.empty() ? 0.0f : sum / static_cast<float>(columns.size());
}

float calibrated(std::span<const CalibrationPoint> points, float expected) {
  if (expected <= points.front().expected) return points.front().observed;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (expected > points[i].expected) continue;
    const CalibrationPoint a = points[i - 1], b = points[i];
    return a.observed + (b.observed - a.observed) * ((expected - a.expected) / (b.expected - a.expected));
  }
  return points.back().observed;
}

void read_features(const StaticEmbedder& embedder, std::string_view text, std::span<float> x) {
  const std::string_view seen = seen_part(text);
  embedder.embed(seen, x.first(embedder.dimension()));
  text_features(seen, x.subspan(embedder.dimension(), kTextFeatures));
}

Result<Estimator> Estimator::make(std::shared_ptr<const StaticEmbedder> embedder, std::shared_ptr<const Forest> forest,
                                  std::vector<Pool> pools) {
  const auto bad = [](const std::string& what) { return fail(ErrorKind::kInvalidRequest, what); };
  if (pools.empty() || pools.size() > kPoolsMax) return bad("expected 1 to " + std::to_string(kPoolsMax) + " pools");
  if (forest->features != embedder->dimension() + kTextFeatures) {
    return bad("the forest reads " + std::to_string(forest->features) + " features, but the embedder's dimension is " +
               std::to_string(embedder->dimension()) + " and a text has " + std::to_string(kTextFeatures) + " more");
  }
  if (forest->groups.size() != pools.size() + 1) return bad("expected a group of trees for each pool and one more");
  Estimator made;
  for (std::size_t p = 0; p < pools.size(); ++p) {
    const Pool& pool = pools[p];
    if (pool.columns.empty() || forest->groups[p].outputs != pool.columns.size() + 1)
      return bad("pool '" + pool.name + "': its trees have another number of outputs than it has columns");
    if (pool.calibration.empty()) return bad("pool '" + pool.name + "': expected calibration points");
    made.first_column_.push_back(made.columns_);
    made.columns_ += pool.columns.size();
    made.pool_logits_.push_back(logit(pool.mean_score()));
    for (const Column& column : pool.columns) made.mean_logits_.push_back(logit(column.mean_score));
  }
  if (made.columns_ > kColumnsMax) return bad("expected at most " + std::to_string(kColumnsMax) + " columns");
  if (forest->groups.back().outputs != pools.size()) return bad("expected an output for each pool in the last group");
  made.embedder_ = std::move(embedder);
  made.forest_ = std::move(forest);
  made.pools_ = std::move(pools);
  return made;
}

void Estimator::pool_estimates(std::size_t pool, std::span<const float> x, std::span<Estimate> estimates) const {
  std::array<float, kOutputsMax> values, doubts;
  forest_->predict(pool, x, values, doubts);
  const std::size_t first = forest_->groups[pool].first_output, count = pools_[pool].columns.size();
  const float length = std::clamp(values[first + count], 0.05f, 20.0f);
  for (std::size_t c = 0; c < count; ++c) {
    estimates[first_column_[pool] + c] = {calibrated(pools_[pool].calibration, values[first + c]), doubts[first + c],
                                          length};
  }
}

void Estimator::estimate(std::string_view text, std::uint32_t wanted, std::span<Estimate> estimates,
                         std::span<float> likely) const {
  std::array<float, kFeaturesMax> x;
  read_features(*embedder_, text, std::span(x).first(forest_->features));
  std::array<float, kOutputsMax> values, doubts;
  forest_->predict(pools_.size(), x, values, doubts);
  const std::size_t first = forest_->groups.back().first_output;
  float total = 1e-6f;
  for (std::size_t p = 0; p < pools_.size(); ++p) total += likely[p] = std::max(values[first + p], 0.0f);
  for (std::size_t p = 0; p < pools_.size(); ++p) likely[p] /= total;

  bool all_sure = true;
  for (std::size_t p = 0; p < pools_.size(); ++p) all_sure &= (wanted >> p & 1) == 0 || likely[p] >= kSure;
  // How much easier than usual the text is, in logits, by the pools it may belong to.
  float easier = 0, heard = 0, length = 0;
  for (std::size_t p = 0; p < pools_.size(); ++p) {
    const bool counts = !all_sure && likely[p] >= kHeard;
    if ((wanted >> p & 1) == 0 && !counts) continue;
    pool_estimates(p, x, estimates);
    if (!counts) continue;
    const auto own = estimates.subspan(first_column_[p], pools_[p].columns.size());
    float mean = 0;
    for (const Estimate& e : own) mean += e.score;
    easier += likely[p] * (logit(mean / static_cast<float>(own.size())) - pool_logits_[p]);
    length += likely[p] * own.front().length_factor;
    heard += likely[p];
  }
  if (heard > 0) {
    easier /= heard;
    length /= heard;
  }
  for (std::size_t p = 0; p < pools_.size(); ++p) {
    if ((wanted >> p & 1) == 0 || likely[p] >= kSure) continue;
    const float own = likely[p] / kSure;
    for (std::size_t c = 0; c < pools_[p].columns.size(); ++c) {
      Estimate& e = estimates[first_column_[p] + c];
      const float elsewhere = logistic(mean_logits_[first_column_[p] + c] + easier);
      // Nobody measured the model on such texts: the distance between the two views is doubt as well.
      e.doubt += (1 - own) * (e.score > elsewhere ? e.score - elsewhere : elsewhere - e.score);
      e.score = own * e.score + (1 - own) * elsewhere;
      if (heard > 0) e.length_factor = own * e.length_factor + (1 - own) * length;
    }
  }
}

}  // namespace switchyard::scoring::estimator
