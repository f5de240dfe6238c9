#pragma once
/// \file
/// How good an estimator trained on other questions is, over several splits of the questions.

#include <vector>

#include "learning/estimator/estimator_training.h"
#include "learning/evaluation.h"

namespace switchyard::learning::estimator {

/// One question in this many is held out.
constexpr std::uint64_t kHeldOutOf = 5;

/// The fold (0 to `kHeldOutOf` - 1) of a question in a split; split 0 is the one that artifacts are measured by.
std::uint64_t fold_of(std::uint64_t question, std::uint64_t split);

struct SplitRows {
  std::vector<std::size_t> known, held;
};
SplitRows split_rows(const Outcomes& outcomes, std::uint64_t split, std::uint64_t fold = 0);

/// What an estimator expects: scores from its pool of the same name or from any that has the column, costs from the
/// text's length, the answer's expected length and list prices where there are any. Keeps referring to its arguments.
Expect expectation_of(const Outcomes& outcomes, const scoring::estimator::Estimator& estimator);

struct CrossValidation {
  std::vector<Evaluation> splits;
  double mean = 0, deviation = 0;  ///< Of RGI over the splits.
};

/// Errors: as `train_estimator`.
Result<CrossValidation> cross_validate(const Outcomes& outcomes, const EstimatorSettings& settings, std::size_t splits,
                                       const Progress& progress = {});

}  // namespace switchyard::learning::estimator
