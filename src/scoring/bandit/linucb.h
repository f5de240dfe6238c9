#pragma once
/// \file
/// LinUCB (Li et al. 2010, arXiv 1003.0146) for one model: expected reward linear in the features of a request, with a
/// bonus for what has hardly been tried. Pure state and updates; who keeps the state and who may explore is the
/// caller's.

#include <span>
#include <vector>

#include "base/result.h"

namespace switchyard::scoring::bandit {

constexpr std::size_t kFeaturesMax = 256;

/// The inverse of A = I + sum x x' and b = sum reward * x.
struct LinUcbState {
  std::vector<double> inverse;  ///< [features, features]
  std::vector<double> rewards;  ///< [features]
};

struct LinUcbScore {
  double mean = 0;   ///< theta . x
  double width = 0;  ///< sqrt(x' A^-1 x)
  /// `alpha` 0 never explores, as for requests that are marked critical.
  [[nodiscard]] double upper(double alpha) const { return mean + alpha * width; }
};

/// Before any reward. `features` from 1 to `kFeaturesMax`.
LinUcbState start_linucb(std::size_t features);
/// Errors: kInvalidRequest if `x` has another size than the state or is not finite.
Result<LinUcbScore> linucb_score(const LinUcbState& state, std::span<const double> x);
/// After a reward from 0 to 1, by the Sherman-Morrison formula; symmetric to the last bit. Errors: kInvalidRequest as
/// above or for another reward; the state is then as before.
Result<void> linucb_update(LinUcbState& state, std::span<const double> x, double reward);

}  // namespace switchyard::scoring::bandit
