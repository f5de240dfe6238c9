#pragma once
/// \file
/// What each measured model is expected to score in each cluster. Where it was measured there, its mean; where it was
/// not, or hardly, what it scores overall, moved by how hard the cluster is for the models that were measured there. So
/// a model measured on mathematics alone is still expected to find law harder where others did.

#include <cstdint>
#include <vector>

#include "learning/outcomes.h"

namespace switchyard::learning {

/// [clusters, columns], from 0 to 1. `cluster_of` has one cluster for each of `rows`. `shrinkage`: how many rows the
/// expectation weighs against the mean (7 rows seen and a shrinkage of 10: 10 of 17 parts expectation).
std::vector<float> cluster_quality(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                                   const std::vector<std::uint32_t>& cluster_of, std::size_t clusters,
                                   double shrinkage);

}  // namespace switchyard::learning
