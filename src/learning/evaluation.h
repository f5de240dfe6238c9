#pragma once
/// \file
/// Measures a cluster model on questions that it was not trained on, pool by pool: the expected scores are those that
/// are served (nearest clusters weighted by nearness), traded against the mean cost of a model's calls in every
/// proportion. That cost is what was recorded, or the model's list price where nothing was. (The served dial runs along
/// the same trade-offs, with costs on a logarithmic scale.)

#include <cstdint>
#include <string>
#include <vector>

#include "learning/cluster_training.h"

namespace switchyard::learning {

/// Pools with fewer held-out rows are reported but do not count.
constexpr std::size_t kCountedRowsMin = 500;

struct PoolReport {
  std::string name;
  std::size_t rows = 0, models = 0;
  double gain = 0;        ///< NG: 0 the best fixed choice, 1 an oracle.
  double gap_closed = 0;  ///< The same where only quality counts.
  double accuracy = 0;    ///< Share of rows whose choice, by quality only, was a best one.
  bool counted = false;
};

struct Evaluation {
  std::vector<PoolReport> pools;
  double gain = 0;           ///< RGI: the mean NG of the counted pools.
  double low = 0, high = 0;  ///< 95 % bootstrap interval over queries.
};

/// `held`: indices of rows, none of which `model` was trained on. `known`: those it was trained on, for the costs that
/// a router can expect. Base models and models without a price are left out.
Evaluation evaluate(const Outcomes& outcomes, const std::vector<std::size_t>& known,
                    const std::vector<std::size_t>& held, const ClusterModel& model, std::size_t top_p,
                    std::uint64_t seed, const Progress& progress = {});

}  // namespace switchyard::learning
