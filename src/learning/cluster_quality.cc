#include "learning/cluster_quality.h"

#include <algorithm>
#include <cmath>

namespace switchyard::learning {
namespace {

/// Means are kept off 0 and 1, where the logit has no end.
constexpr double kMeanMin = 0.01;

double logit(double p) {
  p = std::clamp(p, kMeanMin, 1.0 - kMeanMin);
  return std::log(p / (1.0 - p));
}
double logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }

struct Sums {
  std::vector<double> scores, rows, weights;  ///< [clusters, columns]; a row's weight is spread over its columns.
  std::vector<double> mean;                   ///< [columns]
};

Sums sums_of(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
             const std::vector<std::uint32_t>& cluster_of, std::size_t clusters) {
  const std::size_t columns = outcomes.columns.size();
  Sums sums{std::vector<double>(clusters * columns), std::vector<double>(clusters * columns),
            std::vector<double>(clusters * columns), std::vector<double>(columns)};
  std::vector<double> counts(columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = outcomes.rows[rows[i]];
    for (const auto& [column, score] : row.scores) {
      const std::size_t cell = cluster_of[i] * columns + column;
      sums.scores[cell] += score;
      sums.rows[cell] += 1;
      sums.weights[cell] += 1.0 / static_cast<double>(row.scores.size());
      sums.mean[column] += score;
      counts[column] += 1;
    }
  }
  for (std::size_t c = 0; c < columns; ++c) sums.mean[c] = counts[c] > 0 ? sums.mean[c] / counts[c] : 0.5;
  return sums;
}

}  // namespace

std::vector<float> cluster_quality(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                                   const std::vector<std::uint32_t>& cluster_of, std::size_t clusters,
                                   double shrinkage) {
  const std::size_t columns = outcomes.columns.size();
  const Sums sums = sums_of(outcomes, rows, cluster_of, clusters);
  std::vector<float> quality(clusters * columns);
  for (std::size_t k = 0; k < clusters; ++k) {
    // How much easier than usual the cluster is, in logits, averaged over the models measured in it.
    double easier = 0, weight = 0;
    for (std::size_t c = 0; c < columns; ++c) {
      const std::size_t cell = k * columns + c;
      const double shrunk = (sums.scores[cell] + shrinkage * sums.mean[c]) / (sums.rows[cell] + shrinkage);
      easier += sums.weights[cell] * (logit(shrunk) - logit(sums.mean[c]));
      weight += sums.weights[cell];
    }
    if (weight > 0) easier /= weight;
    for (std::size_t c = 0; c < columns; ++c) {
      const std::size_t cell = k * columns + c;
      const double expected = logistic(logit(sums.mean[c]) + easier);
      quality[cell] = static_cast<float>((sums.scores[cell] + shrinkage * expected) / (sums.rows[cell] + shrinkage));
    }
  }
  return quality;
}

}  // namespace switchyard::learning
