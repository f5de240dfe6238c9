#include "learning/svm_training.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "learning/platt.h"
#include "learning/strategies.h"
#include "scoring/npy.h"
#include "scoring/vector_math.h"

namespace switchyard::learning {
namespace {

constexpr std::size_t kFolds = 3;     ///< Of the calibration: margins of examples the machine did not see.
constexpr float kRightAnswer = 0.5f;  ///< From this score on an answer counts as right.

/// One model's examples.
struct Examples {
  std::vector<float> vectors, labels, targets;
};

Examples examples_of(const TrainingSet& set, std::uint32_t column) {
  Examples out;
  for (std::size_t row = 0; row < set.rows; ++row) {
    const float score = set.score_row(row)[column];
    if (score < 0) continue;
    const std::span<const float> vector = set.vector(row);
    out.vectors.insert(out.vectors.end(), vector.begin(), vector.end());
    out.labels.push_back(score >= kRightAnswer ? 1.0f : -1.0f);
    out.targets.push_back(score);
  }
  return out;
}

/// Margins from machines trained on the other folds.
std::vector<float> held_out_margins(const Examples& all, std::size_t dimension, const SvmSettings& settings) {
  std::vector<float> margins(all.labels.size());
  std::vector<std::size_t> fold(all.labels.size());
  Random random(settings.seed);
  for (std::size_t& f : fold) f = random.next() % kFolds;
  for (std::size_t f = 0; f < kFolds; ++f) {
    Examples known;
    for (std::size_t i = 0; i < fold.size(); ++i) {
      if (fold[i] == f) continue;
      const float* const vector = &all.vectors[i * dimension];
      known.vectors.insert(known.vectors.end(), vector, vector + dimension);
      known.labels.push_back(all.labels[i]);
    }
    const std::vector<float> machine = fit_svm(known.vectors, dimension, known.labels, settings);
    for (std::size_t i = 0; i < fold.size(); ++i) {
      if (fold[i] != f) continue;
      margins[i] = scoring::dot(std::span(machine).first(dimension), &all.vectors[i * dimension]) + machine.back();
    }
  }
  return margins;
}

}  // namespace

std::vector<float> fit_svm(std::span<const float> vectors, std::size_t dimension, std::span<const float> labels,
                           const SvmSettings& settings) {
  const std::size_t rows = labels.size();
  std::vector<float> weights(dimension + 1);
  std::vector<float> alpha(rows), length(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::span<const float> x = vectors.subspan(i * dimension, dimension);
    length[i] = scoring::dot(x, x.data()) + 1.0f;
  }
  std::vector<std::uint32_t> order(rows);
  std::iota(order.begin(), order.end(), 0u);
  Random random(settings.seed);
  const auto c = static_cast<float>(settings.c);
  for (int pass = 0; pass < settings.passes_max; ++pass) {
    for (std::size_t i = rows; i > 1; --i) std::swap(order[i - 1], order[random.next() % i]);
    float worst = 0;
    for (const std::uint32_t i : order) {
      const std::span<const float> x = vectors.subspan(i * dimension, dimension);
      const float slope = labels[i] * (scoring::dot(x, weights.data()) + weights[dimension]) - 1.0f;
      float violation = slope;
      if (alpha[i] <= 0) violation = std::min(slope, 0.0f);
      if (alpha[i] >= c) violation = std::max(slope, 0.0f);
      worst = std::max(worst, std::abs(violation));
      if (violation == 0) continue;
      const float before = std::exchange(alpha[i], std::clamp(alpha[i] - slope / length[i], 0.0f, c));
      const float step = (alpha[i] - before) * labels[i];
      for (std::size_t d = 0; d < dimension; ++d) weights[d] += step * x[d];
      weights[dimension] += step;
    }
    if (worst < settings.tolerance) break;
  }
  return weights;
}

Result<TrainedHead> train_svm(const TrainingSet& set, const TrainSettings& settings, const Progress& progress) {
  TrainedHead head;
  head.columns = measured_columns(set);
  SvmSettings svm;
  svm.seed = settings.seed;
  std::vector<float> rows;
  for (std::size_t m = 0; m < head.columns.size(); ++m) {
    const Examples examples = examples_of(set, head.columns[m]);
    const std::vector<float> machine = fit_svm(examples.vectors, set.dimension, examples.labels, svm);
    const PlattLine line = fit_platt(held_out_margins(examples, set.dimension, svm), examples.targets);
    for (const float w : machine) rows.push_back(static_cast<float>(line.slope * w));
    rows.back() += static_cast<float>(line.offset);
    report(progress, "machines", (static_cast<double>(m) + 1) / static_cast<double>(head.columns.size()));
  }
  head.files["linear.npy"] = scoring::write_npy_f4(head.columns.size(), set.dimension + 1, rows);
  return head;
}

}  // namespace switchyard::learning
