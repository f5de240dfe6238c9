#include "learning/mlp_training.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.h"
#include "learning/adam.h"
#include "learning/strategies.h"
#include "scoring/npy.h"
#include "scoring/vector_math.h"

namespace switchyard::learning {
namespace {

/// One batch after another through the layers and back.
class NetworkTrainer {
 public:
  NetworkTrainer(std::vector<Layer>& layers, const NetworkSettings& settings) : layers_(layers), settings_(settings) {
    for (const Layer& layer : layers) {
      adams_.emplace_back(layer.values.size(), settings.rate);
      gradients_.emplace_back(layer.values.size());
      outputs_.emplace_back(layer.outputs);
      deltas_.emplace_back(layer.outputs);
    }
  }

  /// Adds to the gradients; returns the loss.
  double look(std::span<const float> vector, std::span<const float> targets) {
    std::span<const float> in = vector;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      const Layer& layer = layers_[l];
      for (std::size_t o = 0; o < layer.outputs; ++o) {
        const float* const row = &layer.values[o * (layer.inputs + 1)];
        const float sum = scoring::dot(in, row) + row[layer.inputs];
        outputs_[l][o] = l + 1 < layers_.size() ? std::max(sum, 0.0f) : sum;
      }
      in = outputs_[l];
    }
    double loss = 0;
    for (std::size_t o = 0; o < targets.size(); ++o) {
      deltas_.back()[o] = 0;
      if (targets[o] < 0) continue;
      const double z = outputs_.back()[o], p = scoring::portable_sigmoid(z);
      // log(1 + e^-|z|) keeps its digits where p is nearly 0 or 1.
      loss += std::max(z, 0.0) - z * targets[o] +
              scoring::portable_log2(1.0 + scoring::portable_exp(-std::abs(z))) * 0.6931471805599453;
      deltas_.back()[o] = static_cast<float>(p - targets[o]);
    }
    back(vector);
    return loss;
  }

  void step(std::size_t rows) {
    const float scale = 1.0f / static_cast<float>(rows), decay = static_cast<float>(settings_.decay) * scale;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      Layer& layer = layers_[l];
      std::vector<float>& gradient = gradients_[l];
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        const bool bias = i % (layer.inputs + 1) == layer.inputs;
        gradient[i] = gradient[i] * scale + (bias ? 0.0f : decay * layer.values[i]);
      }
      adams_[l].step(layer.values, gradient);
      std::ranges::fill(gradient, 0.0f);
    }
  }

 private:
  void back(std::span<const float> vector) {
    for (std::size_t l = layers_.size(); l-- > 0;) {
      const Layer& layer = layers_[l];
      const std::span<const float> in = l > 0 ? std::span<const float>(outputs_[l - 1]) : vector;
      if (l > 0) std::ranges::fill(deltas_[l - 1], 0.0f);
      for (std::size_t o = 0; o < layer.outputs; ++o) {
        const float delta = deltas_[l][o];
        if (delta == 0) continue;
        float* const gradient = &gradients_[l][o * (layer.inputs + 1)];
        for (std::size_t i = 0; i < layer.inputs; ++i) gradient[i] += delta * in[i];
        gradient[layer.inputs] += delta;
        if (l == 0) continue;
        const float* const row = &layer.values[o * (layer.inputs + 1)];
        for (std::size_t i = 0; i < layer.inputs; ++i) deltas_[l - 1][i] += delta * row[i];
      }
      for (std::size_t i = 0; l > 0 && i < layer.inputs; ++i) {
        if (in[i] <= 0) deltas_[l - 1][i] = 0;
      }
    }
  }

  std::vector<Layer>& layers_;
  const NetworkSettings& settings_;
  std::vector<Adam> adams_;
  std::vector<std::vector<float>> gradients_, outputs_, deltas_;
};

}  // namespace

std::vector<Layer> start_network(std::size_t inputs, std::size_t outputs, const NetworkSettings& settings) {
  Random random(settings.seed);
  std::vector<std::size_t> widths = settings.hidden;
  widths.push_back(outputs);
  std::vector<Layer> layers;
  for (const std::size_t width : widths) {
    Layer layer{width, inputs, std::vector<float>(width * (inputs + 1))};
    const bool last = &width == &widths.back();
    const double bound = std::sqrt((last ? 2.0 : 6.0) / static_cast<double>(inputs + width));
    for (float& value : layer.values) {
      value = static_cast<float>(bound * (static_cast<double>(random.next() >> 11) * 0x1p-52 - 1.0));
    }
    layers.push_back(std::move(layer));
    inputs = width;
  }
  return layers;
}

double train_network(std::vector<Layer>& layers, std::span<const float> vectors, std::span<const float> targets,
                     const NetworkSettings& settings, const Progress& progress) {
  const std::size_t dimension = layers.front().inputs, outputs = layers.back().outputs;
  const std::size_t rows = vectors.size() / dimension;
  NetworkTrainer trainer(layers, settings);
  Random random(settings.seed ^ 0x6f72646572);  // Not the numbers that the weights started from.
  std::vector<std::uint32_t> order(rows);
  std::iota(order.begin(), order.end(), 0u);
  double best = std::numeric_limits<double>::infinity(), loss = 0;
  int stale = 0;
  for (int epoch = 0; epoch < settings.epochs_max && stale < settings.patience; ++epoch) {
    for (std::size_t i = rows; i > 1; --i) std::swap(order[i - 1], order[random.next() % i]);
    loss = 0;
    for (std::size_t begin = 0; begin < rows; begin += settings.batch) {
      const std::size_t end = std::min(begin + settings.batch, rows);
      for (std::size_t i = begin; i < end; ++i) {
        loss += trainer.look(vectors.subspan(order[i] * dimension, dimension),
                             targets.subspan(order[i] * outputs, outputs));
      }
      trainer.step(end - begin);
    }
    loss /= static_cast<double>(rows);
    stale = loss > best - settings.tolerance ? stale + 1 : 0;
    best = std::min(best, loss);
    report(progress, "network", (epoch + 1.0) / settings.epochs_max);
  }
  return loss;
}

std::map<std::string, std::string> network_files(const std::vector<Layer>& layers) {
  std::map<std::string, std::string> files;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    files["layer" + std::to_string(l) + ".npy"] =
        scoring::write_npy_f4(layers[l].outputs, layers[l].inputs + 1, layers[l].values);
  }
  return files;
}

Result<TrainedHead> train_mlp(const TrainingSet& set, const TrainSettings& settings, const Progress& progress) {
  TrainedHead head;
  head.columns = measured_columns(set);
  std::vector<float> targets;
  targets.reserve(set.rows * head.columns.size());
  for (std::size_t row = 0; row < set.rows; ++row) {
    for (const std::uint32_t m : head.columns) targets.push_back(set.score_row(row)[m]);
  }
  NetworkSettings network;
  network.seed = settings.seed;
  std::vector<Layer> layers = start_network(set.dimension, head.columns.size(), network);
  train_network(layers, set.vectors, targets, network, progress);
  head.files = network_files(layers);
  return head;
}

}  // namespace switchyard::learning
