#include "learning/head_expectation.h"

#include <algorithm>

#include "scoring/head.h"

namespace switchyard::learning {

Result<Expect> head_expectation(const Outcomes& outcomes, std::string_view strategy, const TrainedHead& trained,
                                const scoring::Embedder& embedder) {
  const scoring::HeadKind* const kind = scoring::find_head(strategy);
  if (kind == nullptr) {
    return fail(ErrorKind::kInvalidRequest, "strategy: '" + std::string(strategy) + "' is not known");
  }
  scoring::HeadFiles files;
  for (const auto& [name, bytes] : trained.files) files[name] = bytes;
  SY_TRY(auto made, kind->make(files, {embedder.dimension(), trained.columns.size()}));
  const std::shared_ptr<const scoring::Head> head = std::move(made);
  std::vector<int> place(outcomes.columns.size(), -1);
  for (std::size_t i = 0; i < trained.columns.size(); ++i) place[trained.columns[i]] = static_cast<int>(i);
  return [head, &embedder, place, width = trained.columns.size()](
             const Row& row, std::span<const std::uint32_t> columns, std::span<double> scores, std::span<double>) {
    std::vector<float> vector(embedder.dimension()), expected(width);
    embedder.embed(served_part(row.query), vector);
    scoring::ScoreTrace trace;
    head->expect(vector, expected, trace);
    for (std::size_t m = 0; m < columns.size(); ++m) {
      scores[m] = place[columns[m]] >= 0 ? expected[static_cast<std::size_t>(place[columns[m]])] : 0.0;
    }
  };
}

std::vector<FixedChoices> fixed_choices(const Outcomes& outcomes, const std::vector<std::size_t>& known,
                                        const std::vector<std::size_t>& held, const Expect& expect) {
  std::vector<FixedChoices> all;
  for (std::uint32_t p = 0; p < outcomes.pools.size(); ++p) {
    const PoolTrial pool = make_trial(outcomes, p, known, held, expect);
    const Table& scores = pool.trial.scores;
    if (scores.rows == 0 || scores.models == 0) continue;
    FixedChoices choices{outcomes.pools[p].name};
    std::vector<double> singles(scores.models);
    for (std::size_t row = 0; row < scores.rows; ++row) {
      std::size_t chosen = 0;
      double best = 0;
      for (std::size_t m = 0; m < scores.models; ++m) {
        if (pool.trial.expected_scores.at(row, m) > pool.trial.expected_scores.at(row, chosen)) chosen = m;
        best = std::max(best, scores.at(row, m));
        singles[m] += scores.at(row, m);
      }
      choices.routed += scores.at(row, chosen);
      choices.oracle += best;
    }
    const auto rows = static_cast<double>(scores.rows);
    for (const double single : singles) {
      choices.random += single / rows / static_cast<double>(scores.models);
      choices.best_single = std::max(choices.best_single, single / rows);
    }
    choices.routed /= rows;
    choices.oracle /= rows;
    all.push_back(std::move(choices));
  }
  return all;
}

void print(const std::vector<FixedChoices>& choices, std::ostream& out) {
  out << "mean score by quality only: routed, best single, any model, oracle\n";
  for (const FixedChoices& c : choices) {
    out << "  " << c.pool << ": " << c.routed << "  " << c.best_single << "  " << c.random << "  " << c.oracle << "\n";
  }
}

}  // namespace switchyard::learning
