#pragma once
/// \file
/// `switchyard train cluster`: from measured outcomes to an artifact that the gateway serves.

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "learning/cluster_training.h"

namespace switchyard::cli {

struct TrainClusterOptions {
  std::vector<std::string> data;  ///< JSONL files, or folders that hold train.jsonl or train.jsonl.gz.
  std::filesystem::path out;      ///< artifacts/v0.1
  std::filesystem::path
      proxies;  ///< Which measured column stands for which model: [{"model","column","proxy","note","prior"}].
  learning::ClusterSettings settings;
  std::size_t top_p = 4;
  double alpha = 0.53;  ///< The reference's default.
  double output_cost_ratio = 0.25;
  bool progress = false;  ///< Draw a progress bar on the error stream.
};

/// Trains on four fifths of the questions to measure, then on all of them for the artifact; makes `latest` name it.
/// Errors: kInvalidRequest for data or proxies that cannot be used, kUnavailable if the folder cannot be written.
Result<void> train_cluster(const TrainClusterOptions& options, std::ostream& out, std::ostream& err);

}  // namespace switchyard::cli
