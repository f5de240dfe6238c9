#pragma once
/// \file
/// Linear support vector machines by dual coordinate descent (Hsieh et al. 2008, as LIBLINEAR solves them):
/// minimises 1/2 |w|^2 + C * sum of max(0, 1 - y w.x), the bias being a weight on a constant 1.

#include <cstdint>
#include <span>
#include <vector>

namespace switchyard::learning {

struct SvmSettings {
  double c = 1.0;           ///< The reference's.
  int passes_max = 40;      ///< Over the examples; noisy labels hardly gain from more.
  double tolerance = 0.01;  ///< Stops once no example violates its optimality by more.
  std::uint64_t seed = 42;
};

/// `vectors`: [rows, dimension]; `labels`: +1 or -1, one a row. Returns dimension weights and the bias.
std::vector<float> fit_svm(std::span<const float> vectors, std::size_t dimension, std::span<const float> labels,
                           const SvmSettings& settings);

}  // namespace switchyard::learning
