#pragma once
/// \file
/// Groups directions: k-means on vectors of length 1, centres scaled to length 1 in the end.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "learning/progress.h"

namespace switchyard::learning {

struct KmeansSettings {
  std::uint32_t k = 32;
  std::uint32_t starts = 10;  ///< The best of this many tries is kept.
  std::uint32_t iterations_max = 40;
  std::uint64_t seed = 42;
};

/// `vectors` holds rows of `dimension` numbers, each of length 1, or of length 0, which are left out. Returns `k` rows
/// of length 1, the largest group first; of fewer distinct vectors than `k`, some repeat. The same input gives the same
/// bits.
std::vector<float> kmeans(const std::vector<float>& vectors, std::size_t dimension, const KmeansSettings& settings,
                          const Progress& progress = {});

}  // namespace switchyard::learning
