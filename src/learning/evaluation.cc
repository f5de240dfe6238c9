#include "learning/evaluation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "learning/metrics.h"
#include "scoring/cluster/cluster_scorer.h"

namespace switchyard::learning {
namespace {

constexpr int kResamples = 100;

/// One pool's rows and the columns of it that can be chosen.
struct PoolTrial {
  Trial trial;
  bool pair = false;       ///< Two models: judged by APGR.
  std::size_t strong = 0;  ///< The dearer of the two.
};

/// The recorded cost, or the list price as a unit.
double cost_of(const Row& row, std::size_t index, const ColumnFacts& facts) {
  const double cost = row.costs_usd[index];
  return std::isnan(cost) ? facts.usd_per_million.value_or(std::nan("")) : cost;
}

/// Where `column` stands in the row's scores, or none.
std::optional<std::size_t> index_in(const Row& row, std::uint32_t column) {
  const auto found = std::ranges::find(row.scores, column, &std::pair<std::uint32_t, float>::first);
  if (found == row.scores.end()) return std::nullopt;
  return static_cast<std::size_t>(found - row.scores.begin());
}

/// The mean cost of each column over the pool's rows; NaN for one that cannot be chosen.
std::vector<double> expected_costs(const Outcomes& outcomes, std::uint32_t pool,
                                   const std::vector<std::size_t>& known) {
  const std::vector<std::uint32_t>& columns = outcomes.pools[pool].columns;
  std::vector<double> costs(columns.size());
  std::size_t rows = 0;
  for (const std::size_t at : known) {
    const Row& row = outcomes.rows[at];
    if (row.pool != pool) continue;
    ++rows;
    for (std::size_t m = 0; m < columns.size(); ++m) {
      const auto index = index_in(row, columns[m]);
      costs[m] += index ? cost_of(row, *index, outcomes.facts[columns[m]]) : std::nan("");
    }
  }
  for (std::size_t m = 0; m < columns.size(); ++m) {
    costs[m] = outcomes.facts[columns[m]].chat && rows > 0 ? costs[m] / static_cast<double>(rows) : std::nan("");
  }
  return costs;
}

/// The clusters' expected scores of `column`, weighted as they are when served.
class Expectation {
 public:
  Expectation(const ClusterModel& model, std::size_t columns, std::size_t top_p)
      : model_(model), columns_(columns), top_p_(std::min(top_p, model.clusters)), near_(model.clusters) {}

  void look_at(const float* vector) {
    for (std::size_t k = 0; k < model_.clusters; ++k) {
      float cosine = 0;
      for (std::size_t d = 0; d < model_.dimension; ++d)
        cosine += vector[d] * model_.centroids[k * model_.dimension + d];
      near_[k] = {-cosine, k};
    }
    std::partial_sort(near_.begin(), near_.begin() + static_cast<std::ptrdiff_t>(top_p_), near_.end());
  }
  [[nodiscard]] double score(std::uint32_t column) const {
    double sum = 0, total = 0;
    for (std::size_t i = 0; i < top_p_; ++i) {
      const double weight = std::exp(scoring::cluster::kNearness * (near_.front().first - near_[i].first));
      sum += weight * model_.quality[near_[i].second * columns_ + column];
      total += weight;
    }
    return sum / total;
  }

 private:
  const ClusterModel& model_;
  std::size_t columns_, top_p_;
  std::vector<std::pair<float, std::size_t>> near_;
};

PoolTrial make_trial(const Outcomes& outcomes, std::uint32_t pool, const std::vector<std::size_t>& known,
                     const std::vector<std::size_t>& held, const ClusterModel& model, std::size_t top_p) {
  PoolTrial made;
  Trial& trial = made.trial;
  const std::vector<double> costs = expected_costs(outcomes, pool, known);
  std::vector<std::uint32_t> columns;
  for (std::size_t m = 0; m < costs.size(); ++m) {
    if (std::isnan(costs[m])) continue;
    columns.push_back(outcomes.pools[pool].columns[m]);
    trial.expected_costs.push_back(costs[m]);
  }
  std::vector<std::size_t> rows;
  std::ranges::copy_if(held, std::back_inserter(rows), [&](std::size_t at) { return outcomes.rows[at].pool == pool; });
  const std::vector<float> vectors = embed_rows(outcomes, rows, model);
  Expectation expectation(model, outcomes.columns.size(), top_p);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = outcomes.rows[rows[i]];
    std::vector<std::size_t> indices;
    for (const std::uint32_t column : columns) {
      if (const auto index = index_in(row, column)) indices.push_back(*index);
    }
    if (indices.size() != columns.size()) continue;
    expectation.look_at(&vectors[i * model.dimension]);
    for (std::size_t m = 0; m < columns.size(); ++m) {
      trial.scores.values.push_back(row.scores[indices[m]].second);
      trial.costs.values.push_back(cost_of(row, indices[m], outcomes.facts[columns[m]]));
      trial.expected_scores.values.push_back(expectation.score(columns[m]));
    }
    ++trial.scores.rows;
  }
  for (Table* table : {&trial.scores, &trial.costs, &trial.expected_scores}) {
    table->rows = trial.scores.rows;
    table->models = columns.size();
  }
  made.pair = columns.size() == 2;
  if (made.pair) made.strong = trial.expected_costs[1] > trial.expected_costs[0] ? 1 : 0;
  return made;
}

double gain_of(const PoolTrial& pool, std::span<const std::uint32_t> rows) {
  return pool.pair ? normalised_gain_of_pair(pool.trial, pool.strong, rows) : normalised_gain(pool.trial, rows);
}

}  // namespace

Evaluation evaluate(const Outcomes& outcomes, const std::vector<std::size_t>& known,
                    const std::vector<std::size_t>& held, const ClusterModel& model, std::size_t top_p,
                    std::uint64_t seed, const Progress& progress) {
  Evaluation result;
  std::vector<PoolTrial> counted;
  for (std::uint32_t p = 0; p < outcomes.pools.size(); ++p) {
    PoolTrial pool = make_trial(outcomes, p, known, held, model, top_p);
    const Trial& trial = pool.trial;
    if (trial.scores.rows == 0 || trial.scores.models < 2) continue;
    std::vector<std::uint32_t> rows(trial.scores.rows);
    std::iota(rows.begin(), rows.end(), 0u);
    PoolReport measured{
        outcomes.pools[p].name,  rows.size(),           trial.scores.models,           gain_of(pool, rows),
        gap_closed(trial, rows), accuracy(trial, rows), rows.size() >= kCountedRowsMin};
    result.pools.push_back(measured);
    if (!measured.counted) continue;
    result.gain += measured.gain;
    counted.push_back(std::move(pool));
  }
  if (counted.empty()) return result;
  const auto count = static_cast<double>(counted.size());
  result.gain /= count;

  Random random(seed);
  std::vector<double> gains;
  for (int i = 0; i < kResamples; ++i) {
    double sum = 0;
    for (const PoolTrial& pool : counted) {
      std::vector<std::uint32_t> rows(pool.trial.scores.rows);
      for (std::uint32_t& row : rows) row = static_cast<std::uint32_t>(random.next() % pool.trial.scores.rows);
      sum += gain_of(pool, rows);
    }
    gains.push_back(sum / count);
    report(progress, "evaluation", (i + 1.0) / kResamples);
  }
  std::ranges::sort(gains);
  result.low = gains[static_cast<std::size_t>(kResamples * 0.025)];
  result.high = gains[static_cast<std::size_t>(kResamples * 0.975)];
  return result;
}

}  // namespace switchyard::learning
