#pragma once
/// \file
/// Similarity-weighted ranking (RouteLLM's sw_ranking, arXiv 2406.18665): Elo ratings fitted for each request, in which
/// battles over texts like this one weigh more. Models with about the same overall rating share a tier, so that a
/// request solves for ten numbers: each stored text brings its battles as a matrix of wins between tiers.
///
///     vectors.npy  float32 [rows, dimension]
///     wins.npy     float32 [rows, tiers * tiers]: wins of tier a over tier b at a * tiers + b, ties half
///     tiers.npy    float32 [1, columns]: the tier of each column, a whole number

#include <vector>

#include "scoring/head.h"

namespace switchyard::scoring::ranking {

constexpr std::size_t kTiersMax = 10;   ///< As the reference.
constexpr double kBattleWeight = 10.0;  ///< Weight of a battle: 10 * 10^(similarity / greatest similarity).
constexpr double kRankingRidge = 1e-3;  ///< Keeps a tier that never loses at a finite rating.
constexpr int kRankingSteps = 25;       ///< Of Newton's method, which settles in fewer than ten.

/// Ratings theta (natural scale: P(a beats b) = sigmoid(theta_a - theta_b)) that maximise the likelihood of `wins`
/// ([tiers, tiers]) less half the ridge times their squares. Deterministic.
std::vector<double> fit_ratings(std::span<const double> wins, std::size_t tiers, double ridge = kRankingRidge);

/// 10 * 10^(similarity / greatest) for each similarity; all the same if the greatest is not above 0.
std::vector<double> battle_weights(std::span<const float> similarities);

class WeightedRankingHead final : public Head {
 public:
  WeightedRankingHead(Matrix<float> vectors, Matrix<float> wins, std::vector<std::size_t> tier_of, std::size_t tiers)
      : vectors_(vectors), wins_(wins), tier_of_(std::move(tier_of)), tiers_(tiers) {}
  /// A model's expected score is its chance against a model of average rating.
  void expect(std::span<const float> vector, std::span<float> expected, ScoreTrace& trace) const override;

 private:
  Matrix<float> vectors_, wins_;
  std::vector<std::size_t> tier_of_;
  std::size_t tiers_;
};

Result<std::unique_ptr<const Head>> make_weighted_head(const HeadFiles& files, HeadShape shape);

}  // namespace switchyard::scoring::ranking
