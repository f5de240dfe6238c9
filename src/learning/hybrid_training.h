#pragma once
/// \file
/// Labels of Hybrid LLM (arXiv 2404.14618): how well a small model does where a large one was measured too.

#include <cstdint>
#include <span>
#include <vector>

namespace switchyard::learning {

enum class HybridLabels : std::uint8_t {
  kDeterministic,  ///< 1 where the small model scores at least as much, else 0.
  kProbabilistic,  ///< sigmoid(gap / temperature).
  kTransformed,    ///< 1 where the gap is at least -t, with the t of `hybrid_relaxation`.
};

constexpr double kHybridTemperature = 0.1;  ///< As the reference.

/// The t among 50 evenly spaced values from 0 to the widest gap that splits the gaps most evenly: the greatest
/// 2 p (1 - p), p being the share of gaps of at least -t. The least such t.
double hybrid_relaxation(std::span<const float> gaps);

/// One label a gap (small model's score less the large one's).
std::vector<float> hybrid_labels(std::span<const float> gaps, HybridLabels kind);

}  // namespace switchyard::learning
