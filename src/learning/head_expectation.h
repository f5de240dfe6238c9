#pragma once
/// \file
/// What a trained head expects, for evaluation: loaded through the same checks and computed by the same code as when it
/// is served; and how that compares with routers that look at nothing.

#include <ostream>
#include <string>
#include <vector>

#include "learning/evaluation.h"
#include "learning/strategies.h"
#include "scoring/embedder.h"

namespace switchyard::learning {

/// Models that the head does not know are expected to score nothing. Keeps referring to its arguments.
/// Errors: kInvalidRequest if the files are not a head's.
Result<Expect> head_expectation(const Outcomes& outcomes, std::string_view strategy, const TrainedHead& head,
                                const scoring::Embedder& embedder);

/// Mean scores on held-out rows of one pool, where only quality counts.
struct FixedChoices {
  std::string pool;
  double routed = 0;
  double random = 0;       ///< Any of the pool's models, all alike.
  double best_single = 0;  ///< Of the models, the one that is best on these very rows.
  double oracle = 0;
};
std::vector<FixedChoices> fixed_choices(const Outcomes& outcomes, const std::vector<std::size_t>& known,
                                        const std::vector<std::size_t>& held, const Expect& expect);
void print(const std::vector<FixedChoices>& choices, std::ostream& out);

}  // namespace switchyard::learning
