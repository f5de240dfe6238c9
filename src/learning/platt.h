#pragma once
/// \file
/// Platt's calibration: the line through a sigmoid that makes any score a probability. Source: Platt 1999, with the
/// Newton steps of Lin, Lin and Weng 2007.

#include <span>

namespace switchyard::learning {

struct PlattLine {
  double slope = 0, offset = 0;  ///< Probability = sigmoid(slope * score + offset).
};

/// Minimises the cross entropy to `targets` (0 to 1) plus ridge / 2 * (slope^2 + offset^2); the ridge keeps the line
/// finite where a score separates the targets. Deterministic.
PlattLine fit_platt(std::span<const float> scores, std::span<const float> targets, double ridge = 1e-3);

}  // namespace switchyard::learning
