#include "scoring/ranking/ranking_head.h"

#include <algorithm>

#include "scoring/artifact_files.h"

namespace switchyard::scoring::ranking {

void RankingHead::expect(std::span<const float>, std::span<float> expected, ScoreTrace&) const {
  std::ranges::copy(ranking_.row(0), expected.begin());
}

Result<std::unique_ptr<const Head>> make_head(const HeadFiles& files, HeadShape shape) {
  SY_TRY(const Matrix<float> ranking, head_matrix(files, "ranking.npy", 1, shape.columns));
  if (!std::ranges::all_of(ranking.row(0), [](float v) { return v >= 0 && v <= 1; })) {
    return bad_artifact("ranking.npy", "expected values from 0 to 1");
  }
  return std::make_unique<const RankingHead>(ranking);
}

}  // namespace switchyard::scoring::ranking
