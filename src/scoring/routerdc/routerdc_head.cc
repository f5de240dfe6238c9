#include "scoring/routerdc/routerdc_head.h"

#include <cmath>
#include <vector>

#include "scoring/artifact_files.h"
#include "scoring/vector_math.h"

namespace switchyard::scoring::routerdc {

void RouterDcHead::cosines(std::span<const float> vector, std::span<float> cosines) const {
  std::vector<float> projected(projection_.rows);
  for (std::size_t i = 0; i < projected.size(); ++i) projected[i] = dot(vector, projection_.row(i).data());
  const float square = dot(projected, projected.data());
  const float scale = square > 1e-20f ? 1.0f / std::sqrt(square) : 0.0f;
  for (std::size_t m = 0; m < models_.rows; ++m) cosines[m] = dot(projected, models_.row(m).data()) * scale;
}

void RouterDcHead::expect(std::span<const float> vector, std::span<float> expected, ScoreTrace&) const {
  cosines(vector, expected);
  for (std::size_t m = 0; m < models_.rows; ++m) {
    const std::span<const float> line = calibration_.row(m);
    expected[m] = static_cast<float>(portable_sigmoid(line[0] * expected[m] + line[1]));
  }
}

Result<std::unique_ptr<const Head>> make_head(const HeadFiles& files, HeadShape shape) {
  SY_TRY(const Matrix<float> projection, head_matrix(files, "projection.npy", 0, shape.dimension));
  if (projection.rows > kWidthMax) {
    return bad_artifact("projection.npy", "expected at most " + std::to_string(kWidthMax) + " rows");
  }
  SY_TRY(const Matrix<float> models, head_matrix(files, "models.npy", shape.columns, projection.rows));
  for (std::size_t m = 0; m < models.rows; ++m) {
    if (!(std::abs(dot(models.row(m), models.row(m).data()) - 1.0f) < 1e-3f)) {
      return bad_artifact("models.npy", "row " + std::to_string(m) + ": expected length 1");
    }
  }
  SY_TRY(const Matrix<float> calibration, head_matrix(files, "calibration.npy", shape.columns, 2));
  return std::make_unique<const RouterDcHead>(projection, models, calibration);
}

}  // namespace switchyard::scoring::routerdc
