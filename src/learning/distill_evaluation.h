#pragma once
/// \file
/// What a table of the static embedder is worth for routing, whatever it was trained on: models chosen by the nearest
/// known questions, and by clusters, measured by `evaluate` on questions held out.

#include "learning/evaluation.h"
#include "scoring/npy.h"

namespace switchyard::learning {

struct RoutingWorth {
  Evaluation neighbours;  ///< Each pool's nearest questions; no interval.
  Evaluation clusters;    ///< As the router serves them.
};

struct RoutingWorthSettings {
  std::size_t neighbours = 50;
  std::size_t clusters = 32;
  std::size_t top_p = 4;
  double shrinkage = 10;
  std::uint64_t seed = 42;
};

/// `known` and `held` are indices into `outcomes.rows`; the weights must not have been trained on `held`.
RoutingWorth routing_worth(const Outcomes& outcomes, const std::vector<std::size_t>& known,
                           const std::vector<std::size_t>& held, const scoring::Matrix<std::int8_t>& weights,
                           const RoutingWorthSettings& settings, const Progress& progress = {});

}  // namespace switchyard::learning
