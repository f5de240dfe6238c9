#pragma once
/// \file
/// Learns a cluster artifact from outcomes: the embedder's table (vector_training.h), spherical k-means on the vectors
/// it gives, expected scores by cluster (cluster_quality.h). Deterministic: the same data and seed give the same bytes.

#include <cstdint>
#include <string_view>
#include <vector>

#include "learning/outcomes.h"
#include "learning/progress.h"

namespace switchyard::learning {

/// Defaults tried on three splits of the questions (mean RGI, noise about 0.005): learning the vectors with heads
/// instead of by truncated SVD 0.17 against 0.13; `VectorSettings::sharpness` 3 against 8, 0.17 against 0.16; 32, 48 or
/// 64 clusters and 16,384 or 32,768 buckets the same, so the small ones.
struct ClusterSettings {
  std::size_t clusters = 32;
  std::size_t dimension = 64;
  std::size_t buckets = 16'384;  ///< A power of two.
  std::uint64_t seed = 42;
  int restarts = 10;       ///< k-means runs; the best is kept.
  double shrinkage = 10;   ///< Rows by which a cluster's mean is pulled to what is expected without it.
  double task_weight = 1;  ///< Of telling the task, beside telling which models answer well.
};

struct ClusterModel {
  std::vector<std::int8_t> weights;  ///< [buckets, dimension]
  std::vector<float> centroids;      ///< [clusters, dimension], each of length 1
  std::vector<float> quality;        ///< [clusters, columns]
  std::size_t clusters = 0, dimension = 0, buckets = 0;
};

/// Learns from `rows` (indices into `outcomes.rows`), at least one.
ClusterModel train_clusters(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                            const ClusterSettings& settings, const Progress& progress);

/// The embedder's table, [buckets, dimension]: the first step of the above, and all that other strategies need of it.
std::vector<std::int8_t> learn_weights(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                                       const ClusterSettings& settings, const Progress& progress);

/// The part of a query that is embedded when it is served: its tail.
std::string_view served_part(std::string_view query);

/// [rows, dimension]: the vectors of the queries.
std::vector<float> embed_rows(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                              const ClusterModel& model);

}  // namespace switchyard::learning
