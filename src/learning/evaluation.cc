#include "learning/evaluation.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>

#include "base/random.h"
#include "scoring/cluster/cluster_scorer.h"

namespace switchyard::learning {
namespace {

constexpr int kResamples = 100;

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

/// The clusters' expected scores, weighted as they are when served.
class Clusters {
 public:
  Clusters(const ClusterModel& model, std::size_t columns, std::size_t top_p)
      : model_(model),
        columns_(columns),
        top_p_(std::min(top_p, model.clusters)),
        embedder_({model.buckets, model.dimension, model.weights.data()}, "training"),
        vector_(model.dimension),
        near_(model.clusters) {}

  void look_at(std::string_view query) {
    embedder_.embed(served_part(query), vector_);
    for (std::size_t k = 0; k < model_.clusters; ++k) {
      float cosine = 0;
      for (std::size_t d = 0; d < model_.dimension; ++d)
        cosine += vector_[d] * model_.centroids[k * model_.dimension + d];
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
  scoring::StaticEmbedder embedder_;
  std::vector<float> vector_;
  std::vector<std::pair<float, std::size_t>> near_;
};

}  // namespace

double PoolTrial::gain(std::span<const std::uint32_t> picked) const {
  return pair ? normalised_gain_of_pair(trial, strong, picked) : normalised_gain(trial, picked);
}

std::vector<std::uint32_t> PoolTrial::all() const {
  std::vector<std::uint32_t> rows_of_trial(trial.scores.rows);
  std::iota(rows_of_trial.begin(), rows_of_trial.end(), 0u);
  return rows_of_trial;
}

Expect expectation_of(const Outcomes& outcomes, const ClusterModel& model, std::size_t top_p) {
  const auto clusters = std::make_shared<Clusters>(model, outcomes.columns.size(), top_p);
  return
      [clusters](const Row& row, std::span<const std::uint32_t> columns, std::span<double> scores, std::span<double>) {
        clusters->look_at(row.query);
        for (std::size_t m = 0; m < columns.size(); ++m) scores[m] = clusters->score(columns[m]);
      };
}

PoolTrial make_trial(const Outcomes& outcomes, std::uint32_t pool, const std::vector<std::size_t>& known,
                     const std::vector<std::size_t>& held, const Expect& expect) {
  PoolTrial made;
  Trial& trial = made.trial;
  const std::vector<double> costs = expected_costs(outcomes, pool, known);
  for (std::size_t m = 0; m < costs.size(); ++m) {
    if (std::isnan(costs[m])) continue;
    made.columns.push_back(outcomes.pools[pool].columns[m]);
    trial.expected_costs.push_back(costs[m]);
  }
  const std::size_t width = made.columns.size();
  std::vector<double> scores(width), row_costs;
  for (const std::size_t at : held) {
    const Row& row = outcomes.rows[at];
    if (row.pool != pool) continue;
    std::vector<std::size_t> indices;
    for (const std::uint32_t column : made.columns) {
      if (const auto index = index_in(row, column)) indices.push_back(*index);
    }
    if (indices.size() != width) continue;
    row_costs = trial.expected_costs;
    expect(row, made.columns, scores, row_costs);
    for (std::size_t m = 0; m < width; ++m) {
      trial.scores.values.push_back(row.scores[indices[m]].second);
      trial.costs.values.push_back(cost_of(row, indices[m], outcomes.facts[made.columns[m]]));
      trial.expected_scores.values.push_back(scores[m]);
      trial.expected_row_costs.values.push_back(row_costs[m]);
    }
    made.rows.push_back(at);
  }
  for (Table* table : {&trial.scores, &trial.costs, &trial.expected_scores, &trial.expected_row_costs}) {
    table->rows = made.rows.size();
    table->models = width;
  }
  made.pair = width == 2;
  if (made.pair) made.strong = trial.expected_costs[1] > trial.expected_costs[0] ? 1 : 0;
  return made;
}

Evaluation evaluate(const Outcomes& outcomes, const std::vector<std::size_t>& known,
                    const std::vector<std::size_t>& held, const Expect& expect, std::uint64_t seed,
                    const Progress& progress) {
  Evaluation result;
  std::vector<PoolTrial> counted;
  for (std::uint32_t p = 0; p < outcomes.pools.size(); ++p) {
    PoolTrial pool = make_trial(outcomes, p, known, held, expect);
    const Trial& trial = pool.trial;
    if (trial.scores.rows == 0 || trial.scores.models < 2) continue;
    const std::vector<std::uint32_t> rows = pool.all();
    PoolReport measured{outcomes.pools[p].name,  rows.size(),           trial.scores.models,           pool.gain(rows),
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
      sum += pool.gain(rows);
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
