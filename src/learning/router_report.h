#pragma once
/// \file
/// Everything that `switchyard eval` tells of a router: its trade-offs pool by pool and task by task, how far its
/// expectations can be believed, and how surely it is better than another.

#include <span>
#include <string>
#include <vector>

#include "learning/estimator/calibration.h"
#include "learning/evaluation.h"

namespace switchyard::learning {

struct Interval {
  double value = 0, low = 0, high = 0;  ///< 95 %, by bootstrap over queries.
};

struct TaskReport {
  std::string name;
  std::size_t rows = 0;
  double score = 0, best_single = 0, oracle = 0;  ///< Where only quality counts; the single is the pool's best.
};

struct PoolDetails {
  std::string name;
  std::size_t rows = 0, models = 0;
  Interval gain;  ///< NG.
  double gap_closed = 0, accuracy = 0;
  Curves curves;
  RecoveredGap gap;  ///< APGR; of a pool of two only.
  bool pair = false, counted = false;
  double calibration_error = 0;
  std::vector<estimator::ReliabilityBin> reliability;
  std::vector<std::string> model_names;
  std::vector<TaskReport> tasks;
};

struct RouterReport {
  std::string name;
  Interval rgi;
  Interval ahead;  ///< RGI less that of the first router, on the same resampled queries.
  std::vector<PoolDetails> pools;
  double p50_us = 0, p99_us = 0;  ///< Of a decision; 0 if not measured.
};

struct NamedRouter {
  std::string name;
  Expect expect;
};

/// `held`: rows on which no router was trained; `known`: rows that tell mean costs.
std::vector<RouterReport> report_routers(const Outcomes& outcomes, const std::vector<std::size_t>& known,
                                         const std::vector<std::size_t>& held, std::span<const NamedRouter> routers,
                                         std::uint64_t seed, const Progress& progress = {});

}  // namespace switchyard::learning
