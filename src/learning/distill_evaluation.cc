#include "learning/distill_evaluation.h"

#include <algorithm>
#include <iterator>

#include "learning/cluster_quality.h"
#include "learning/kmeans.h"

namespace switchyard::learning {
namespace {

std::vector<std::size_t> rows_of_pool(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                                      std::size_t pool) {
  std::vector<std::size_t> out;
  std::ranges::copy_if(rows, std::back_inserter(out), [&](std::size_t row) { return outcomes.rows[row].pool == pool; });
  return out;
}

/// Every known row as a cluster of its own, so that the nearest clusters are the nearest questions. Scores that were
/// not measured are the column's mean.
void set_rows_as_clusters(const Outcomes& outcomes, const std::vector<std::size_t>& rows, ClusterModel& model) {
  const std::size_t columns = outcomes.columns.size();
  std::vector<double> sums(columns), counts(columns);
  for (const std::size_t row : rows) {
    for (const auto& [column, score] : outcomes.rows[row].scores) {
      sums[column] += score;
      ++counts[column];
    }
  }
  model.clusters = rows.size();
  model.centroids = embed_rows(outcomes, rows, model);
  model.quality.clear();
  for (const std::size_t row : rows) {
    const std::size_t begin = model.quality.size();
    for (std::size_t c = 0; c < columns; ++c)
      model.quality.push_back(static_cast<float>(sums[c] / std::max(counts[c], 1.0)));
    for (const auto& [column, score] : outcomes.rows[row].scores) model.quality[begin + column] = score;
  }
}

Evaluation by_neighbours(const Outcomes& outcomes, const std::vector<std::size_t>& known,
                         const std::vector<std::size_t>& held, ClusterModel model, const RoutingWorthSettings& s) {
  Evaluation out;
  double counted = 0;
  for (std::size_t pool = 0; pool < outcomes.pools.size(); ++pool) {
    const auto known_here = rows_of_pool(outcomes, known, pool), held_here = rows_of_pool(outcomes, held, pool);
    if (known_here.empty() || held_here.empty()) continue;
    set_rows_as_clusters(outcomes, known_here, model);
    const Evaluation one =
        evaluate(outcomes, known_here, held_here, expectation_of(outcomes, model, s.neighbours), s.seed);
    for (const PoolReport& report : one.pools) {
      out.pools.push_back(report);
      if (!report.counted) continue;
      out.gain += report.gain;
      ++counted;
    }
  }
  if (counted > 0) out.gain /= counted;
  return out;
}

std::vector<std::uint32_t> nearest(const std::vector<float>& vectors, const ClusterModel& model) {
  std::vector<std::uint32_t> out;
  for (auto row = vectors.begin(); row != vectors.end(); row += static_cast<std::ptrdiff_t>(model.dimension)) {
    std::uint32_t best = 0;
    float best_cosine = -2;
    for (std::uint32_t k = 0; k < model.clusters; ++k) {
      float cosine = 0;
      for (std::size_t d = 0; d < model.dimension; ++d) {
        cosine += row[static_cast<std::ptrdiff_t>(d)] * model.centroids[k * model.dimension + d];
      }
      if (cosine > best_cosine) {
        best_cosine = cosine;
        best = k;
      }
    }
    out.push_back(best);
  }
  return out;
}

}  // namespace

RoutingWorth routing_worth(const Outcomes& outcomes, const std::vector<std::size_t>& known,
                           const std::vector<std::size_t>& held, const scoring::Matrix<std::int8_t>& weights,
                           const RoutingWorthSettings& s, const Progress& progress) {
  ClusterModel model;
  model.buckets = weights.rows;
  model.dimension = weights.columns;
  model.weights.assign(weights.data, weights.data + weights.rows * weights.columns);
  RoutingWorth out;
  out.neighbours = by_neighbours(outcomes, known, held, model, s);

  const std::vector<float> vectors = embed_rows(outcomes, known, model);
  model.clusters = s.clusters;
  KmeansSettings groups;
  groups.k = static_cast<std::uint32_t>(s.clusters);
  groups.seed = s.seed;
  model.centroids = kmeans(vectors, model.dimension, groups, progress);
  model.quality = cluster_quality(outcomes, known, nearest(vectors, model), s.clusters, s.shrinkage);
  out.clusters = evaluate(outcomes, known, held, expectation_of(outcomes, model, s.top_p), s.seed, progress);
  return out;
}

}  // namespace switchyard::learning
