#pragma once
/// \file
/// What an expected score comes to in truth: isotonic regression (pool adjacent violators), how far off expectations
/// are on average, and the lowest expectation that may be trusted if quality must not fall below a floor.

#include <cstddef>
#include <span>
#include <vector>

#include "scoring/estimator/estimator.h"

namespace switchyard::learning::estimator {

struct Outcome {
  float expected = 0, observed = 0;
};

/// A non-decreasing map through at most `points_max` points, fitted by least squares to equally filled bins.
std::vector<scoring::estimator::CalibrationPoint> isotonic(std::vector<Outcome> outcomes, std::size_t points_max = 24);

struct ReliabilityBin {
  double expected = 0, observed = 0;  ///< Means.
  std::size_t count = 0;
};

/// Bins of equal width over [0, 1].
std::vector<ReliabilityBin> reliability(std::span<const Outcome> outcomes, std::size_t bins = 10);
/// The mean distance between expected and observed, weighted by the bins' counts.
double expected_calibration_error(std::span<const Outcome> outcomes, std::size_t bins = 10);

/// The quality floor: the lowest threshold t such that answers trusted because their expected score is at least t lose
/// at most `loss_max` of the best possible mean score, counted over all questions: E[(1 - score) of a trusted answer, 0
/// of another] <= loss_max for the next question, whatever the distribution, if it is drawn like `outcomes` (conformal
/// risk control: Angelopoulos et al., 2022). Above 1 if no threshold does.
double quality_floor_threshold(std::vector<Outcome> outcomes, double loss_max);

}  // namespace switchyard::learning::estimator
