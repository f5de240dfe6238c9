#include "scoring/linear/linear_head.h"

#include "scoring/vector_math.h"

namespace switchyard::scoring::linear {

void LinearHead::expect(std::span<const float> vector, std::span<float> expected, ScoreTrace&) const {
  for (std::size_t m = 0; m < rows_.rows; ++m) {
    const std::span<const float> row = rows_.row(m);
    expected[m] = static_cast<float>(portable_sigmoid(dot(vector, row.data()) + row.back()));
  }
}

Result<std::unique_ptr<const Head>> make_head(const HeadFiles& files, HeadShape shape) {
  SY_TRY(const Matrix<float> rows, head_matrix(files, "linear.npy", shape.columns, shape.dimension + 1));
  return std::make_unique<const LinearHead>(rows);
}

}  // namespace switchyard::scoring::linear
