#pragma once
/// \file
/// `switchyard train STRATEGY` for every strategy with a head: from measured outcomes to an artifact that the gateway
/// serves.

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "learning/cluster_training.h"
#include "learning/strategies.h"

namespace switchyard::cli {

struct TrainStrategyOptions {
  std::string strategy;                ///< A name of `learning::strategies()`.
  std::vector<std::string> data;       ///< JSONL files, folders with train.jsonl[.gz], or folders of such.
  std::filesystem::path out;           ///< artifacts/knn
  std::filesystem::path proxies;       ///< Which measured column stands for which model.
  learning::ClusterSettings embedder;  ///< `dimension`, `buckets`, `task_weight` and `seed` count.
  double alpha = 0.53;                 ///< As a cluster artifact's. An order of models alone is served with 1.
  double output_cost_ratio = 0.25;
  bool progress = false;
};

/// Trains on four fifths of the questions to measure, then on all of them for the artifact.
/// Errors: kInvalidRequest for a strategy, data or proxies that cannot be used, kUnavailable if the folder cannot be
/// written.
Result<void> train_strategy(const TrainStrategyOptions& options, std::ostream& out, std::ostream& err);

}  // namespace switchyard::cli
