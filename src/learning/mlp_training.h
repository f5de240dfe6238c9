#pragma once
/// \file
/// Trains the small networks of strategies mlp and hybrid: rectified hidden layers, sigmoid outputs, cross entropy
/// against targets from 0 to 1, weight decay, Adam over shuffled batches.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "learning/progress.h"

namespace switchyard::learning {

struct NetworkSettings {
  std::vector<std::size_t> hidden = {128, 64};
  double rate = 1e-3;
  double decay = 1e-4;  ///< Of the weights, not the biases; divided by the batch's size.
  std::size_t batch = 200;
  int epochs_max = 12;      ///< Later epochs only fit noise: held-out gain falls.
  double tolerance = 1e-4;  ///< Least fall of an epoch's loss that counts as progress.
  int patience = 10;        ///< Epochs without progress before it stops.
  std::uint64_t seed = 42;
};

/// One dense layer: [outputs, inputs + 1], the bias last.
struct Layer {
  std::size_t outputs = 0, inputs = 0;
  std::vector<float> values;
};

/// Glorot-uniform weights and biases, as scikit-learn starts.
std::vector<Layer> start_network(std::size_t inputs, std::size_t outputs, const NetworkSettings& settings);

/// layer0.npy and so on, as the network head reads them.
std::map<std::string, std::string> network_files(const std::vector<Layer>& layers);

/// `targets`: [rows, outputs]; values below 0 teach nothing. Moves `layers`; returns the last epoch's mean loss a row.
double train_network(std::vector<Layer>& layers, std::span<const float> vectors, std::span<const float> targets,
                     const NetworkSettings& settings, const Progress& progress = {});

}  // namespace switchyard::learning
