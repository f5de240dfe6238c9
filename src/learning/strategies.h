#pragma once
/// \file
/// Every strategy with a head, by name: what it learns and how. `switchyard train STRATEGY` is made from this table,
/// the gateway's loader from `scoring::head_kinds()`; a test holds the two together.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "learning/progress.h"
#include "learning/training_set.h"

namespace switchyard::learning {

struct TrainedHead {
  std::vector<std::uint32_t> columns;        ///< Of the outcomes, in the head's order.
  std::map<std::string, std::string> files;  ///< Name, bytes.
};

struct TrainSettings {
  std::uint64_t seed = 42;
};

/// The same set and seed give the same bytes. Errors: kInvalidRequest if the set is too small for the strategy.
using TrainHead = Result<TrainedHead> (*)(const TrainingSet& set, const TrainSettings& settings,
                                          const Progress& progress);

struct Strategy {
  std::string_view name;
  std::string_view learns;  ///< One line for the command's help.
  TrainHead train;
  bool dial = true;  ///< False: what it gives is an order of models, not expected scores to weigh against prices.
};

std::span<const Strategy> strategies();
const Strategy* find_strategy(std::string_view name);

/// All columns that any row of the set has a score for.
std::vector<std::uint32_t> measured_columns(const TrainingSet& set);

Result<TrainedHead> train_knn(const TrainingSet& set, const TrainSettings& settings, const Progress& progress);
Result<TrainedHead> train_svm(const TrainingSet& set, const TrainSettings& settings, const Progress& progress);
Result<TrainedHead> train_mlp(const TrainingSet& set, const TrainSettings& settings, const Progress& progress);
Result<TrainedHead> train_mf(const TrainingSet& set, const TrainSettings& settings, const Progress& progress);
Result<TrainedHead> train_elo(const TrainingSet& set, const TrainSettings& settings, const Progress& progress);
Result<TrainedHead> train_routerdc(const TrainingSet& set, const TrainSettings& settings, const Progress& progress);
Result<TrainedHead> train_hybrid(const TrainingSet& set, const TrainSettings& settings, const Progress& progress);
Result<TrainedHead> train_graph(const TrainingSet& set, const TrainSettings& settings, const Progress& progress);
Result<TrainedHead> train_largest(const TrainingSet& set, const TrainSettings& settings, const Progress& progress);
Result<TrainedHead> train_smallest(const TrainingSet& set, const TrainSettings& settings, const Progress& progress);
Result<TrainedHead> train_sw_ranking(const TrainingSet& set, const TrainSettings& settings, const Progress& progress);

}  // namespace switchyard::learning
