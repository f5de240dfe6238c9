#include "learning/estimator/cross_validation.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace switchyard::learning::estimator {
namespace {

/// English text, which the measured questions are: four bytes a token.
constexpr double kBytesPerToken = 4;

}  // namespace

std::uint64_t fold_of(std::uint64_t question, std::uint64_t split) {
  if (split == 0) return question % kHeldOutOf;
  std::uint64_t z = question ^ (split * 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return (z ^ (z >> 31)) % kHeldOutOf;
}

SplitRows split_rows(const Outcomes& outcomes, std::uint64_t split, std::uint64_t fold) {
  SplitRows rows;
  for (std::size_t i = 0; i < outcomes.rows.size(); ++i) {
    (fold_of(outcomes.rows[i].question, split) == fold ? rows.held : rows.known).push_back(i);
  }
  return rows;
}

Expect expectation_of(const Outcomes& outcomes, const scoring::estimator::Estimator& estimator) {
  // Column of the outcomes -> place among the estimator's columns, and its pool.
  struct Place {
    std::size_t pool = 0, column = 0;
    double output_tokens = 0;
  };
  std::map<std::uint32_t, Place> places;
  for (std::uint32_t c = 0; c < outcomes.columns.size(); ++c) {
    for (std::size_t p = 0; p < estimator.pools().size(); ++p) {
      const auto& columns = estimator.pools()[p].columns;
      for (std::size_t k = 0; k < columns.size(); ++k) {
        if (columns[k].name == outcomes.columns[c])
          places.try_emplace(c, Place{p, estimator.first_column(p) + k, columns[k].mean_output_tokens});
      }
    }
  }
  return [&outcomes, &estimator, places](const Row& row, std::span<const std::uint32_t> columns,
                                         std::span<double> scores, std::span<double> costs) {
    std::uint32_t wanted = 0;
    for (const std::uint32_t column : columns) {
      if (const auto place = places.find(column); place != places.end()) wanted |= 1u << place->second.pool;
    }
    std::vector<scoring::estimator::Estimate> estimates(estimator.columns());
    std::vector<float> likely(estimator.pools().size());
    estimator.estimate(row.query, wanted, estimates, likely);
    const double input_tokens = std::ceil(static_cast<double>(row.query.size()) / kBytesPerToken);
    for (std::size_t m = 0; m < columns.size(); ++m) {
      const auto place = places.find(columns[m]);
      scores[m] = place == places.end() ? 0.5 : estimates[place->second.column].score;
      const ColumnFacts& facts = outcomes.facts[columns[m]];
      const auto own = std::ranges::find(row.scores, columns[m], &std::pair<std::uint32_t, float>::first);
      const bool recorded = !std::isnan(row.costs_usd[static_cast<std::size_t>(own - row.scores.begin())]);
      // Without recorded costs the list price is the unit, the same for every query.
      if (place == places.end() || !recorded || !facts.usd_per_million || !facts.output_usd_per_million ||
          place->second.output_tokens <= 0) {
        continue;
      }
      const double output_tokens = place->second.output_tokens * estimates[place->second.column].length_factor;
      costs[m] = (*facts.usd_per_million * input_tokens + *facts.output_usd_per_million * output_tokens) * 1e-6;
    }
  };
}

Result<CrossValidation> cross_validate(const Outcomes& outcomes, const EstimatorSettings& settings, std::size_t splits,
                                       const Progress& progress) {
  CrossValidation result;
  for (std::size_t i = 0; i < splits; ++i) {
    const SplitRows rows = split_rows(outcomes, i / kHeldOutOf, i % kHeldOutOf);
    SY_TRY(EstimatorModel trained, train_estimator(outcomes, rows.known, settings));
    const auto model = std::make_shared<const EstimatorModel>(std::move(trained));
    SY_TRY(const auto estimator, estimator_of(model));
    result.splits.push_back(
        evaluate(outcomes, rows.known, rows.held, expectation_of(outcomes, estimator), settings.seed));
    report(progress, "cross-validation", static_cast<double>(i + 1) / static_cast<double>(splits));
  }
  for (const Evaluation& e : result.splits) result.mean += e.gain / static_cast<double>(splits);
  for (const Evaluation& e : result.splits) result.deviation += (e.gain - result.mean) * (e.gain - result.mean);
  result.deviation = splits > 1 ? std::sqrt(result.deviation / static_cast<double>(splits - 1)) : 0.0;
  return result;
}

}  // namespace switchyard::learning::estimator
