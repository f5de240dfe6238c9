#pragma once
/// \file
/// One row of weights and a bias for each measured model: expected score = sigmoid(row . vector + bias). What a linear
/// SVM with Platt's calibration, a matrix factorisation and a graph network come to once they are trained.
///
///     linear.npy  float32 [columns, dimension + 1], the bias last

#include "scoring/head.h"

namespace switchyard::scoring::linear {

class LinearHead final : public Head {
 public:
  explicit LinearHead(Matrix<float> rows) : rows_(rows) {}
  void expect(std::span<const float> vector, std::span<float> expected, ScoreTrace& trace) const override;

 private:
  Matrix<float> rows_;
};

Result<std::unique_ptr<const Head>> make_head(const HeadFiles& files, HeadShape shape);

}  // namespace switchyard::scoring::linear
