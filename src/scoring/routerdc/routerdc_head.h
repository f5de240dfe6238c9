#pragma once
/// \file
/// RouterDC on a fixed embedder: the text's vector is projected, and a model's expected score follows from the cosine
/// between the projection and the model's own learned vector. Source: arXiv 2409.19886.
///
///     projection.npy   float32 [width, dimension]
///     models.npy       float32 [columns, width], each of length 1
///     calibration.npy  float32 [columns, 2]: expected score = sigmoid(first * cosine + second)

#include "scoring/head.h"

namespace switchyard::scoring::routerdc {

constexpr std::size_t kWidthMax = 1024;

class RouterDcHead final : public Head {
 public:
  RouterDcHead(Matrix<float> projection, Matrix<float> models, Matrix<float> calibration)
      : projection_(projection), models_(models), calibration_(calibration) {}
  void expect(std::span<const float> vector, std::span<float> expected, ScoreTrace& trace) const override;
  /// Fills `cosines`, one for each column; 0 for a projection without length.
  void cosines(std::span<const float> vector, std::span<float> cosines) const;

 private:
  Matrix<float> projection_, models_, calibration_;
};

Result<std::unique_ptr<const Head>> make_head(const HeadFiles& files, HeadShape shape);

}  // namespace switchyard::scoring::routerdc
