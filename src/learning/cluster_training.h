#pragma once
/// \file
/// Learns a cluster artifact from outcomes: word vectors by truncated SVD of the queries' weighted words (with the task
/// labels as further columns, so that words of one task come near), spherical k-means, shrunk means. Deterministic:
/// the same data and seed give the same bytes.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "learning/outcomes.h"

namespace switchyard::learning {

struct ClusterSettings {
  std::size_t clusters = 32;
  std::size_t dimension = 64;
  std::size_t buckets = 16'384;   ///< A power of two.
  std::uint64_t seed = 42;
  int restarts = 4;               ///< k-means runs; the best is kept.
  double shrinkage = 10;          ///< Rows by which a cluster's mean is pulled to the whole's.
  double task_weight = 0.5;       ///< Of a task label against a query's words.
};

struct ClusterModel {
  std::vector<std::int8_t> weights;   ///< [buckets, dimension]
  std::vector<float> centroids;       ///< [clusters, dimension], each of length 1
  std::vector<float> quality;         ///< [clusters, columns]
  std::size_t clusters = 0, dimension = 0, buckets = 0;
};

/// Called with a step's name and how much of it is done, 0 to 1.
using Progress = std::function<void(const char* step, double done)>;

ClusterModel train_clusters(const Outcomes& outcomes, const std::vector<std::size_t>& rows, const ClusterSettings& settings,
                            const Progress& progress);

/// How well clusters choose on rows they have not seen: the mean score of the model that is best in the nearest clusters,
/// of the model that is best overall, and of the best for each row, over the columns that all those rows have.
struct HeldOut {
  double routed = 0, best_single = 0, oracle = 0;
  std::size_t rows = 0;
};
HeldOut evaluate(const Outcomes& outcomes, const std::vector<std::size_t>& rows, const std::vector<std::uint32_t>& columns,
                 const ClusterModel& model, std::size_t top_p);

}  // namespace switchyard::learning
