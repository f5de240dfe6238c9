#pragma once
/// \file
/// Directions that tell tasks apart: for each pool a linear classifier of its tasks on the texts' words (softmax
/// regression by stochastic gradients). Which task a question belongs to says most about which model to ask, and labels
/// of tasks hardly err, while scores are mostly chance.

#include <cstdint>
#include <vector>

#include "learning/estimator/text_matrix.h"

namespace switchyard::learning::estimator {

struct TaskLabels {
  std::vector<std::uint32_t> first, end;  ///< By text: the labels of its pool.
  std::vector<std::uint32_t> label;       ///< By text: its own, from `first` to `end`.
  std::uint32_t labels = 0;               ///< Of all pools together.
};

struct TaskSettings {
  std::uint32_t epochs = 8;
  double rate = 4;      ///< Of the first step; falls linearly to 0.
  double decay = 1e-3;  ///< By how much the weights of a text's words shrink at a step, relative to the rate.
  std::uint64_t seed = 42;
};

/// [buckets, labels]: learned from the texts that `used` names. The same input gives the same bits.
std::vector<float> learn_tasks(const Sparse& texts, std::uint32_t buckets, const TaskLabels& labels,
                               const std::vector<std::size_t>& used, const TaskSettings& settings);

}  // namespace switchyard::learning::estimator
