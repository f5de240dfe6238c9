#pragma once
/// \file
/// Learns an estimator (scoring/estimator/estimator.h) from outcomes: word directions from all texts, a forest for each
/// pool, one that tells the pools apart, and what expected scores come to in truth, measured on trees that had not seen
/// the row. Deterministic: the same data and seed give the same bytes.

#include <cstdint>
#include <memory>
#include <vector>

#include "learning/estimator/tree_growing.h"
#include "learning/outcomes.h"
#include "learning/progress.h"
#include "scoring/estimator/estimator.h"

namespace switchyard::learning::estimator {

struct EstimatorSettings {
  std::size_t buckets = 16'384;  ///< Of the word table, a power of two.
  std::size_t dimension = 128;   ///< Of the word directions.
  std::size_t pool_trees = 96;   ///< For each pool.
  std::size_t gate_trees = 24;   ///< To tell the pools apart.
  std::size_t candidates = 30;
  std::size_t leaf_rows_min = 10;
  double shrinkage = 60;
  double class_weight = 4;
  double row_share = 0.8;
  double common_weight = 0.15;  ///< Of telling hard questions from easy ones, beside telling the models apart.
  std::uint64_t seed = 42;
};

/// A row's expected score by trees that were not grown from it, and what it was.
struct Unseen {
  std::uint32_t pool = 0;
  float expected = 0, observed = 0;
};

struct EstimatorModel {
  std::vector<std::int8_t> weights;  ///< [buckets, dimension]
  std::shared_ptr<const scoring::estimator::Forest> forest;
  std::vector<scoring::estimator::Pool> pools;
  double calibration_error = 0;  ///< Expected calibration error on unseen rows, mean over the pools, after calibration.
  std::size_t buckets = 0, dimension = 0;
};

/// Learns from `rows` (indices into `outcomes.rows`). Base models are left out. Errors: kInvalidRequest if a pool has
/// too few rows or the columns are too many.
Result<EstimatorModel> train_estimator(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                                       const EstimatorSettings& settings, const Progress& progress = {});

/// Ready to ask; keeps what it needs of `model` alive.
Result<scoring::estimator::Estimator> estimator_of(const std::shared_ptr<const EstimatorModel>& model);

}  // namespace switchyard::learning::estimator
