#pragma once
/// \file
/// Sums in one fixed order, so that a score has the same bits on every machine (build with -ffp-contract=off).

#include <cstddef>
#include <span>

#include "scoring/portable_math.h"

namespace switchyard::scoring {

/// The dot product of `a` with as many numbers at `b`: eight sums side by side, which a processor adds at once.
inline float dot(std::span<const float> a, const float* b) {
  float sums[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= a.size(); i += 8) {
    for (std::size_t j = 0; j < 8; ++j) sums[j] += a[i + j] * b[i + j];
  }
  for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

/// 1 / (1 + e^-x).
inline double portable_sigmoid(double x) {
  const double e = portable_exp(x > 0 ? -x : x);
  return x > 0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}

}  // namespace switchyard::scoring
