#pragma once
/// \file
/// A small network of dense layers: rectified hidden layers, and outputs that are probabilities.
///
///     layer0.npy, layer1.npy, ...  float32 [outputs, inputs + 1] each, the bias last
///
/// Strategy mlp has one output a measured model: its expected score. Strategy hybrid has one output a pair of models:
/// how likely the small one's answer is as good as the large one's; columns 2i and 2i + 1 are pair i's small and large.

#include <vector>

#include "scoring/head.h"

namespace switchyard::scoring::network {

constexpr std::size_t kLayersMax = 8;    ///< The reference has three.
constexpr std::size_t kWidthMax = 4096;  ///< Of a layer: a pass must stay well below a millisecond.

constexpr float kActivationMax = 1e9f;  ///< Times the largest weight and width, still a number.

/// Fills `outputs` (of the last layer's rows). Hidden layers are rectified; the last is left as it is.
void forward(std::span<const Matrix<float>> layers, std::span<const float> vector, std::span<float> outputs);

class NetworkHead final : public Head {
 public:
  enum class Outputs : std::uint8_t { kScores, kPairs };
  NetworkHead(std::vector<Matrix<float>> layers, Outputs outputs) : layers_(std::move(layers)), outputs_(outputs) {}
  void expect(std::span<const float> vector, std::span<float> expected, ScoreTrace& trace) const override;

 private:
  std::vector<Matrix<float>> layers_;
  Outputs outputs_;
};

Result<std::unique_ptr<const Head>> make_head(const HeadFiles& files, HeadShape shape);
Result<std::unique_ptr<const Head>> make_pair_head(const HeadFiles& files, HeadShape shape);

}  // namespace switchyard::scoring::network
