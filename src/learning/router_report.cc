#include "learning/router_report.h"

#include <algorithm>
#include <map>

#include "base/random.h"

namespace switchyard::learning {
namespace {

constexpr std::size_t kResamples = 200;

std::vector<TaskReport> tasks_of(const Outcomes& outcomes, const PoolTrial& pool) {
  std::map<std::uint32_t, std::vector<std::uint32_t>> by_task;
  for (std::uint32_t i = 0; i < pool.rows.size(); ++i) by_task[outcomes.rows[pool.rows[i]].task].push_back(i);
  const Trial& trial = pool.trial;
  std::vector<double> totals(trial.scores.models);
  for (std::size_t i = 0; i < trial.scores.rows; ++i) {
    for (std::size_t m = 0; m < totals.size(); ++m) totals[m] += trial.scores.at(i, m);
  }
  const auto best = static_cast<std::size_t>(std::ranges::max_element(totals) - totals.begin());
  std::vector<TaskReport> tasks;
  for (const auto& [task, rows] : by_task) {
    TaskReport report{outcomes.tasks[task], rows.size()};
    for (const std::uint32_t row : rows) {
      std::size_t chosen = 0;
      double top = 0;
      for (std::size_t m = 0; m < totals.size(); ++m) {
        if (trial.expected_scores.at(row, m) > trial.expected_scores.at(row, chosen)) chosen = m;
        top = std::max(top, trial.scores.at(row, m));
      }
      report.score += trial.scores.at(row, chosen);
      report.best_single += trial.scores.at(row, best);
      report.oracle += top;
    }
    for (double* const sum : {&report.score, &report.best_single, &report.oracle})
      *sum /= static_cast<double>(rows.size());
    tasks.push_back(std::move(report));
  }
  return tasks;
}

PoolDetails details_of(const Outcomes& outcomes, const PoolTrial& pool, const std::string& name) {
  PoolDetails details;
  const std::vector<std::uint32_t> rows = pool.all();
  const Trial& trial = pool.trial;
  details.name = name;
  details.rows = rows.size();
  details.models = trial.scores.models;
  details.gain.value = pool.gain(rows);
  details.gap_closed = gap_closed(trial, rows);
  details.accuracy = accuracy(trial, rows);
  details.curves = curves_of(trial, rows);
  details.pair = pool.pair;
  if (pool.pair) details.gap = recovered_gap(trial, pool.strong, rows);
  details.counted = rows.size() >= kCountedRowsMin;
  std::vector<estimator::Outcome> outcomes_of_pool;
  for (std::size_t i = 0; i < trial.scores.values.size(); ++i) {
    outcomes_of_pool.push_back(
        {static_cast<float>(trial.expected_scores.values[i]), static_cast<float>(trial.scores.values[i])});
  }
  details.calibration_error = estimator::expected_calibration_error(outcomes_of_pool);
  details.reliability = estimator::reliability(outcomes_of_pool);
  for (const std::uint32_t column : pool.columns) details.model_names.push_back(outcomes.columns[column]);
  details.tasks = tasks_of(outcomes, pool);
  return details;
}

void set_bounds(Interval& interval, std::vector<double> values) {
  std::ranges::sort(values);
  interval.low = values[static_cast<std::size_t>(static_cast<double>(values.size()) * 0.025)];
  interval.high = values[static_cast<std::size_t>(static_cast<double>(values.size()) * 0.975)];
}

/// Resamples each pool's queries and measures all routers on the same ones.
void bootstrap(std::vector<RouterReport>& reports, const std::vector<std::vector<PoolTrial>>& trials,
               std::uint64_t seed, const Progress& progress) {
  Random random(seed);
  const std::size_t routers = trials.size(), pools = trials.front().size();
  std::vector<std::vector<std::vector<double>>> gains(routers, std::vector<std::vector<double>>(pools));
  std::vector<std::vector<double>> totals(routers);
  for (std::size_t i = 0; i < kResamples; ++i) {
    std::vector<double> sums(routers);
    double counted = 0;
    for (std::size_t p = 0; p < pools; ++p) {
      std::vector<std::uint32_t> rows(trials.front()[p].trial.scores.rows);
      for (std::uint32_t& row : rows) row = static_cast<std::uint32_t>(random.next() % rows.size());
      const bool counts = reports.front().pools[p].counted;
      counted += counts ? 1 : 0;
      for (std::size_t r = 0; r < routers; ++r) {
        gains[r][p].push_back(trials[r][p].gain(rows));
        if (counts) sums[r] += gains[r][p].back();
      }
    }
    for (std::size_t r = 0; r < routers; ++r) totals[r].push_back(counted > 0 ? sums[r] / counted : 0.0);
    report(progress, "bootstrap", static_cast<double>(i + 1) / kResamples);
  }
  for (std::size_t r = 0; r < routers; ++r) {
    for (std::size_t p = 0; p < pools; ++p) set_bounds(reports[r].pools[p].gain, gains[r][p]);
    set_bounds(reports[r].rgi, totals[r]);
    std::vector<double> ahead;
    for (std::size_t i = 0; i < kResamples; ++i) ahead.push_back(totals[r][i] - totals.front()[i]);
    reports[r].ahead.value = reports[r].rgi.value - reports.front().rgi.value;
    set_bounds(reports[r].ahead, std::move(ahead));
  }
}

}  // namespace

std::vector<RouterReport> report_routers(const Outcomes& outcomes, const std::vector<std::size_t>& known,
                                         const std::vector<std::size_t>& held, std::span<const NamedRouter> routers,
                                         std::uint64_t seed, const Progress& progress) {
  std::vector<RouterReport> reports;
  std::vector<std::vector<PoolTrial>> trials;
  for (const NamedRouter& router : routers) {
    RouterReport& made = reports.emplace_back();
    made.name = router.name;
    std::vector<PoolTrial>& own = trials.emplace_back();
    double counted = 0;
    for (std::uint32_t p = 0; p < outcomes.pools.size(); ++p) {
      PoolTrial pool = make_trial(outcomes, p, known, held, router.expect);
      if (pool.trial.scores.rows == 0 || pool.trial.scores.models < 2) continue;
      made.pools.push_back(details_of(outcomes, pool, outcomes.pools[p].name));
      own.push_back(std::move(pool));
      if (!made.pools.back().counted) continue;
      made.rgi.value += made.pools.back().gain.value;
      counted += 1;
    }
    if (counted > 0) made.rgi.value /= counted;
  }
  if (!reports.empty() && !reports.front().pools.empty()) bootstrap(reports, trials, seed, progress);
  return reports;
}

}  // namespace switchyard::learning
