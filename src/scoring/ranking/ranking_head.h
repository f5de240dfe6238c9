#pragma once
/// \file
/// The same order of models for every text: Elo, largest, smallest. Baselines, not routers; only the price dial and
/// who is eligible make a difference between requests.
///
///     ranking.npy  float32 [1, columns], 0 to 1

#include "scoring/head.h"

namespace switchyard::scoring::ranking {

class RankingHead final : public Head {
 public:
  explicit RankingHead(Matrix<float> ranking) : ranking_(ranking) {}
  void expect(std::span<const float> vector, std::span<float> expected, ScoreTrace& trace) const override;

 private:
  Matrix<float> ranking_;
};

Result<std::unique_ptr<const Head>> make_head(const HeadFiles& files, HeadShape shape);

}  // namespace switchyard::scoring::ranking
