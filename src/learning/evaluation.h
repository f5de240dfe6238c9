#pragma once
/// \file
/// Measures a router on questions that it was not trained on, pool by pool: what it expects each model to score and to
/// cost, traded against each other in every proportion. A cost is what was recorded, or the model's list price where
/// nothing was. (The served dial runs along the same trade-offs.)

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "learning/cluster_training.h"
#include "learning/metrics.h"

namespace switchyard::learning {

/// Pools with fewer held-out rows are reported but do not count.
constexpr std::size_t kCountedRowsMin = 500;

struct PoolReport {
  std::string name;
  std::size_t rows = 0, models = 0;
  double gain = 0;        ///< NG: 0 the best fixed choice, 1 an oracle.
  double gap_closed = 0;  ///< The same where only quality counts.
  double accuracy = 0;    ///< Share of rows whose choice, by quality only, was a best one.
  bool counted = false;
};

struct Evaluation {
  std::vector<PoolReport> pools;
  double gain = 0;           ///< RGI: the mean NG of the counted pools.
  double low = 0, high = 0;  ///< 95 % bootstrap interval over queries.
};

/// A router's view of a row: fills `scores`, and may change `costs` (the models' mean costs), one for each of
/// `columns`, all of the row's pool.
using Expect = std::function<void(const Row& row, std::span<const std::uint32_t> columns, std::span<double> scores,
                                  std::span<double> costs)>;

/// One pool's rows and the columns of it that can be chosen: no base models, none without a cost.
struct PoolTrial {
  Trial trial;
  std::vector<std::uint32_t> columns;
  std::vector<std::size_t> rows;  ///< Of `Outcomes`, one for each of the trial's.
  bool pair = false;              ///< Two models: judged by APGR.
  std::size_t strong = 0;         ///< The dearer of the two.

  [[nodiscard]] double gain(std::span<const std::uint32_t> picked) const;
  [[nodiscard]] std::vector<std::uint32_t> all() const;  ///< 0, 1, ... for every row.
};

/// `known`: the rows whose mean costs a router can expect.
PoolTrial make_trial(const Outcomes& outcomes, std::uint32_t pool, const std::vector<std::size_t>& known,
                     const std::vector<std::size_t>& held, const Expect& expect);

/// `held`: indices of rows, on none of which the router was trained. `known`: those it was trained on.
Evaluation evaluate(const Outcomes& outcomes, const std::vector<std::size_t>& known,
                    const std::vector<std::size_t>& held, const Expect& expect, std::uint64_t seed,
                    const Progress& progress = {});

/// What a cluster model expects: its clusters' scores weighted by nearness, as they are when served, and mean costs.
/// Keeps referring to its arguments.
Expect expectation_of(const Outcomes& outcomes, const ClusterModel& model, std::size_t top_p);

}  // namespace switchyard::learning
