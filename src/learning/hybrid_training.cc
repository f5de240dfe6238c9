#include "learning/hybrid_training.h"

#include <algorithm>
#include <cmath>

#include "learning/mlp_training.h"
#include "learning/strategies.h"
#include "learning/vector_training.h"
#include "scoring/vector_math.h"

namespace switchyard::learning {

double hybrid_relaxation(std::span<const float> gaps) {
  constexpr int kValues = 50;
  float widest = 0;
  for (const float gap : gaps) widest = std::max(widest, std::abs(gap));
  double best = 0, best_evenness = -1;
  for (int i = 0; i < kValues; ++i) {
    const double t = static_cast<double>(widest) * i / (kValues - 1);
    const auto ones = std::ranges::count_if(gaps, [t](float gap) { return gap >= -t; });
    const double p = static_cast<double>(ones) / static_cast<double>(std::max<std::size_t>(gaps.size(), 1));
    if (2 * p * (1 - p) <= best_evenness) continue;
    best_evenness = 2 * p * (1 - p);
    best = t;
  }
  return best;
}

std::vector<float> hybrid_labels(std::span<const float> gaps, HybridLabels kind) {
  const double t = kind == HybridLabels::kTransformed ? hybrid_relaxation(gaps) : 0.0;
  std::vector<float> labels;
  labels.reserve(gaps.size());
  for (const float gap : gaps) {
    labels.push_back(kind == HybridLabels::kProbabilistic
                         ? static_cast<float>(scoring::portable_sigmoid(gap / kHybridTemperature))
                         : (gap >= -t ? 1.0f : 0.0f));
  }
  return labels;
}

Result<TrainedHead> train_hybrid(const TrainingSet& set, const TrainSettings& settings, const Progress& progress) {
  TrainedHead head;
  // A column may be in one pair only: the first pool of two models that has it.
  std::vector<std::size_t> pools;
  for (std::size_t p = 0; p < set.pools.size(); ++p) {
    if (set.pool_columns[p].size() < 2) continue;
    const std::uint32_t small = set.pool_columns[p].front(), large = set.pool_columns[p].back();
    if (std::ranges::find(head.columns, small) != head.columns.end() ||
        std::ranges::find(head.columns, large) != head.columns.end()) {
      continue;
    }
    head.columns.push_back(small);
    head.columns.push_back(large);
    pools.push_back(p);
  }
  if (pools.empty())
    return fail(ErrorKind::kInvalidRequest, "data: hybrid needs two models measured on the same texts");

  std::vector<float> targets(set.rows * pools.size(), kUnknownScore);
  for (std::size_t o = 0; o < pools.size(); ++o) {
    std::vector<float> gaps;
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < set.rows; ++row) {
      const float small = set.score_row(row)[head.columns[2 * o]], large = set.score_row(row)[head.columns[2 * o + 1]];
      if (small < 0 || large < 0) continue;
      gaps.push_back(small - large);
      rows.push_back(row);
    }
    const std::vector<float> labels = hybrid_labels(gaps, HybridLabels::kDeterministic);
    for (std::size_t i = 0; i < rows.size(); ++i) targets[rows[i] * pools.size() + o] = labels[i];
  }
  NetworkSettings network;
  network.seed = settings.seed;
  std::vector<Layer> layers = start_network(set.dimension, pools.size(), network);
  train_network(layers, set.vectors, targets, network, progress);
  head.files = network_files(layers);
  return head;
}

}  // namespace switchyard::learning
