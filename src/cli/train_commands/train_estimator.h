#pragma once
/// \file
/// `switchyard train estimator`: from measured outcomes to an artifact of expected scores that the gateway serves.

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "learning/estimator/estimator_training.h"

namespace switchyard::cli {

struct TrainEstimatorOptions {
  std::vector<std::string> data;  ///< JSONL files, folders that hold train.jsonl[.gz], or folders of such folders.
  std::filesystem::path out;      ///< artifacts/v0.3
  std::filesystem::path proxies;  ///< Which measured column stands for which model.
  learning::estimator::EstimatorSettings settings;
  std::size_t splits = 0;  ///< Measure by cross-validation over as many splits, beside the usual one.
  double alpha = 0.53;
  double output_cost_ratio = 0.25;
  bool progress = false;  ///< Draw a progress bar on the error stream.
  bool json = false;      ///< Print the figures as JSON.
};

/// Trains on four fifths of the questions to measure, then on all of them for the artifact. `latest` stays as it is.
/// Errors: kInvalidRequest for data, proxies or settings that cannot be used, kUnavailable if the folder cannot be
/// written.
Result<void> train_estimator(const TrainEstimatorOptions& options, std::ostream& out, std::ostream& err);

}  // namespace switchyard::cli
