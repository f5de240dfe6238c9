#pragma once
/// \file
/// Latent semantic analysis: the directions along which the words of all texts vary most, from texts alone. What comes
/// out is a table for the static embedder: a word's rarity times its coordinates. No outcome takes part, so vectors of
/// texts that were trained on look like those of texts that were not; a forest can trust them on both.
/// Method: Halko, Martinsson and Tropp, "Finding structure with randomness" (2011), subspace iteration.

#include <cstdint>
#include <vector>

#include "learning/progress.h"

namespace switchyard::learning::estimator {

struct DirectionSettings {
  std::uint32_t buckets = 16'384;  ///< Rows of the table, a power of two.
  std::uint32_t dimension = 128;
  std::uint32_t iterations = 3;
  std::uint64_t seed = 42;
};

/// `texts`: for each the table rows of its features (scoring::for_each_feature), repetitions included. Returns the
/// table, row by row. The same input gives the same bits.
std::vector<float> learn_directions(const std::vector<std::vector<std::uint32_t>>& texts,
                                    const DirectionSettings& settings, const Progress& progress = {});

/// The eigenvectors of a symmetric matrix by Jacobi's rotations, one a column, largest eigenvalue first.
std::vector<double> eigenvectors(std::vector<double> matrix, std::size_t size);

}  // namespace switchyard::learning::estimator
