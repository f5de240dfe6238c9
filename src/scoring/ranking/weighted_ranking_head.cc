#include "scoring/ranking/weighted_ranking_head.h"

#include <algorithm>
#include <cmath>

#include "scoring/artifact_files.h"
#include "scoring/vector_math.h"

namespace switchyard::scoring::ranking {
namespace {

/// Solves a x = b for a symmetric positive definite `a` ([n, n]) by Cholesky's factors; both are overwritten.
void solve(std::vector<double>& a, std::vector<double>& b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      // With very many battles the ridge drowns in rounding; a pivot must not become a root of less than nothing.
      a[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j * n + j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
}

}  // namespace

std::vector<double> fit_ratings(std::span<const double> wins, std::size_t tiers, double ridge) {
  constexpr double kStepMax = 2.0;  // Newton's first steps overshoot where one side wins nearly always.
  std::vector<double> theta(tiers), gradient(tiers), curvature(tiers * tiers);
  for (int step = 0; step < kRankingSteps; ++step) {
    curvature.assign(tiers * tiers, 0.0);
    for (std::size_t a = 0; a < tiers; ++a) {
      gradient[a] = -ridge * theta[a];
      curvature[a * tiers + a] = ridge;
    }
    for (std::size_t a = 0; a < tiers; ++a) {
      for (std::size_t b = a + 1; b < tiers; ++b) {
        const double won = wins[a * tiers + b], battles = won + wins[b * tiers + a];
        const double likely = portable_sigmoid(theta[a] - theta[b]);
        const double slope = won - battles * likely, bend = battles * likely * (1.0 - likely);
        gradient[a] += slope;
        gradient[b] -= slope;
        curvature[a * tiers + a] += bend;
        curvature[b * tiers + b] += bend;
        curvature[a * tiers + b] -= bend;
        curvature[b * tiers + a] -= bend;
      }
    }
    solve(curvature, gradient, tiers);
    double largest = 0;
    for (const double g : gradient) largest = std::max(largest, std::abs(g));
    const double scale = largest > kStepMax ? kStepMax / largest : 1.0;
    for (std::size_t a = 0; a < tiers; ++a) theta[a] += scale * gradient[a];
    if (largest < 1e-12) break;
  }
  return theta;
}

std::vector<double> battle_weights(std::span<const float> similarities) {
  constexpr double kLn10 = 2.302585092994046;
  double greatest = 0;
  for (const float s : similarities) greatest = std::max(greatest, static_cast<double>(s));
  std::vector<double> weights(similarities.size(), kBattleWeight);
  if (!(greatest > 0)) return weights;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    // e^x as 10 e^(x - ln 10), for an exponent of at most 0.
    const double x = kLn10 * (similarities[i] / greatest - 1.0);
    weights[i] = kBattleWeight * 10.0 * portable_exp(std::min(x, 0.0));
  }
  return weights;
}

void WeightedRankingHead::expect(std::span<const float> vector, std::span<float> expected, ScoreTrace&) const {
  std::vector<float> similarities(vectors_.rows);
  for (std::size_t row = 0; row < vectors_.rows; ++row) similarities[row] = dot(vector, vectors_.row(row).data());
  const std::vector<double> weights = battle_weights(similarities);
  std::vector<double> wins(tiers_ * tiers_);
  for (std::size_t row = 0; row < wins_.rows; ++row) {
    const float* const of_row = wins_.row(row).data();
    for (std::size_t i = 0; i < wins.size(); ++i) wins[i] += weights[row] * of_row[i];
  }
  const std::vector<double> theta = fit_ratings(wins, tiers_);
  for (std::size_t m = 0; m < tier_of_.size(); ++m)
    expected[m] = static_cast<float>(portable_sigmoid(theta[tier_of_[m]]));
}

Result<std::unique_ptr<const Head>> make_weighted_head(const HeadFiles& files, HeadShape shape) {
  SY_TRY(const Matrix<float> vectors, head_matrix(files, "vectors.npy", 0, shape.dimension));
  SY_TRY(const Matrix<float> wins, head_matrix(files, "wins.npy", vectors.rows, 0));
  SY_TRY(const Matrix<float> tiers, head_matrix(files, "tiers.npy", 1, shape.columns));
  std::size_t count = 1;
  while (count < kTiersMax && count * count < wins.columns) ++count;
  if (count * count != wins.columns) return bad_artifact("wins.npy", "expected a square number of columns, 1 to 100");
  for (std::size_t i = 0; i < wins.rows * wins.columns; ++i) {
    if (!(wins.data[i] >= 0 && wins.data[i] <= 1e6f))
      return bad_artifact("wins.npy", "expected values from 0 to 1000000");
  }
  for (std::size_t i = 0; i < vectors.rows; ++i) {
    if (!(dot(vectors.row(i), vectors.row(i).data()) < 1.001f)) {
      return bad_artifact("vectors.npy", "row " + std::to_string(i) + ": expected length 1 or 0");
    }
  }
  std::vector<std::size_t> tier_of;
  for (const float tier : tiers.row(0)) {
    if (!(tier >= 0 && tier < static_cast<float>(count)) || tier != std::floor(tier)) {
      return bad_artifact("tiers.npy", "expected whole numbers below the number of tiers");
    }
    tier_of.push_back(static_cast<std::size_t>(tier));
  }
  return std::make_unique<const WeightedRankingHead>(vectors, wins, std::move(tier_of), count);
}

}  // namespace switchyard::scoring::ranking
