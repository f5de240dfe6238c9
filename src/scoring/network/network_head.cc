#include "scoring/network/network_head.h"

#include <algorithm>

#include "scoring/artifact_files.h"
#include "scoring/vector_math.h"

namespace switchyard::scoring::network {
namespace {

Result<std::unique_ptr<const Head>> make(const HeadFiles& files, std::size_t inputs, std::size_t outputs,
                                         NetworkHead::Outputs meaning) {
  std::vector<Matrix<float>> layers;
  for (std::size_t i = 0; i < kLayersMax && files.contains("layer" + std::to_string(i) + ".npy"); ++i) {
    const std::string name = "layer" + std::to_string(i) + ".npy";
    SY_TRY(layers.emplace_back(), head_matrix(files, name, 0, inputs + 1));
    inputs = layers.back().rows;
    if (inputs > kWidthMax) return bad_artifact(name, "expected at most " + std::to_string(kWidthMax) + " outputs");
  }
  if (layers.empty()) return bad_artifact("layer0.npy", "is missing");
  if (inputs != outputs) {
    return bad_artifact("layer" + std::to_string(layers.size() - 1) + ".npy",
                        "expected " + std::to_string(outputs) + " outputs, not " + std::to_string(inputs));
  }
  return std::make_unique<const NetworkHead>(std::move(layers), meaning);
}

}  // namespace

void forward(std::span<const Matrix<float>> layers, std::span<const float> vector, std::span<float> outputs) {
  std::vector<float> in(vector.begin(), vector.end()), out;
  for (const Matrix<float>& layer : layers) {
    out.resize(layer.rows);
    for (std::size_t o = 0; o < layer.rows; ++o) {
      out[o] = dot(in, layer.row(o).data()) + layer.row(o).back();
      if (&layer != &layers.back()) out[o] = std::clamp(out[o], 0.0f, kActivationMax);
    }
    in.swap(out);
  }
  std::ranges::copy(in, outputs.begin());
}

void NetworkHead::expect(std::span<const float> vector, std::span<float> expected, ScoreTrace&) const {
  std::vector<float> outputs(layers_.back().rows);
  forward(layers_, vector, outputs);
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const auto likely = static_cast<float>(portable_sigmoid(outputs[o]));
    if (outputs_ == Outputs::kScores) {
      expected[o] = likely;
    } else {
      expected[2 * o] = likely;
      expected[2 * o + 1] = 1.0f - likely;
    }
  }
}

Result<std::unique_ptr<const Head>> make_head(const HeadFiles& files, HeadShape shape) {
  return make(files, shape.dimension, shape.columns, NetworkHead::Outputs::kScores);
}

Result<std::unique_ptr<const Head>> make_pair_head(const HeadFiles& files, HeadShape shape) {
  if (shape.columns % 2 != 0) return bad_artifact("registry.json", "columns: expected pairs of small and large");
  return make(files, shape.dimension, shape.columns / 2, NetworkHead::Outputs::kPairs);
}

}  // namespace switchyard::scoring::network
