#pragma once
/// \file
/// Principal component analysis: the directions in which vectors differ most.

#include <cstddef>
#include <span>
#include <vector>

namespace switchyard::learning {

struct PrincipalAxes {
  std::vector<float> mean;  ///< Of the vectors.
  std::vector<float> axes;  ///< Row by row, the one with the most variance first; each of length 1.
  std::size_t count = 0;
  double share = 0;  ///< Of the variance that the axes hold.

  /// The coordinates of `vector` minus the mean.
  void project(std::span<const float> vector, std::span<float> out) const;
};

/// `vectors` holds rows of `dimension`, at least one; `count` is at most `dimension`. Deterministic.
PrincipalAxes principal_axes(std::span<const float> vectors, std::size_t dimension, std::size_t count);

}  // namespace switchyard::learning
