#pragma once
/// \file
/// For tests: the same inputs as tools/vectors/strategies.py, and a small pool whose best model depends on the text.

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "learning/strategies.h"
#include "learning/training_set.h"

namespace switchyard::learning {

/// From -1 to 1 in steps of 1/1024.
inline std::vector<float> numbers(std::size_t count, std::uint64_t seed) {
  std::vector<float> out;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    out.push_back(static_cast<float>((seed >> 33) % 2049) / 1024.0f - 1.0f);
  }
  return out;
}

/// Rows of length 1.
inline std::vector<float> units(std::size_t rows, std::size_t dimension, std::uint64_t seed) {
  std::vector<float> out = numbers(rows * dimension, seed);
  for (std::size_t row = 0; row < rows; ++row) {
    double square = 0;
    for (std::size_t d = 0; d < dimension; ++d)
      square += static_cast<double>(out[row * dimension + d]) * out[row * dimension + d];
    for (std::size_t d = 0; d < dimension; ++d) out[row * dimension + d] /= static_cast<float>(std::sqrt(square));
  }
  return out;
}

/// Texts in four directions and two pools: "code" of a small coder, a small cook and a large generalist; "pair" of a
/// small and a large model. The coder answers texts of the first two directions, the cook those of the others; both
/// answer one in ten of the rest. The generalist answers six in ten of any, the pair's small model three quarters of
/// the first two directions and a quarter of the others, its large model seven in ten.
inline Outcomes two_pools(std::size_t rows, std::uint64_t seed) {
  Outcomes outcomes;
  outcomes.columns = {"coder", "cook", "generalist", "pair-small", "pair-large"};
  outcomes.facts.resize(5);
  const char* const kSizes[] = {"7B", "8B", "70B", "1B", "8x7B"};
  for (std::size_t m = 0; m < 5; ++m) {
    outcomes.facts[m].size = kSizes[m];
    outcomes.facts[m].usd_per_million = static_cast<double>(m) + 1;
  }
  outcomes.pools = {{"code", {0, 1, 2}}, {"pair", {3, 4}}};
  outcomes.tasks = {"any"};
  Random random(seed);
  const auto chance = [&](double p) { return static_cast<double>(random.next() >> 11) * 0x1p-53 < p ? 1.0f : 0.0f; };
  for (std::size_t i = 0; i < rows; ++i) {
    Row row;
    row.pool = i % 2;
    const std::size_t direction = i / 2 % 4;
    row.query = std::to_string(direction);
    const bool first = direction < 2;
    if (row.pool == 0) {
      row.scores = {{0, chance(first ? 0.9 : 0.1)}, {1, chance(first ? 0.1 : 0.9)}, {2, chance(0.6)}};
    } else {
      row.scores = {{3, chance(first ? 0.75 : 0.25)}, {4, chance(0.7)}};
    }
    row.costs_usd.assign(row.scores.size(), std::nanf(""));
    outcomes.rows.push_back(std::move(row));
  }
  return outcomes;
}

/// A vector near the row's direction.
inline std::vector<float> vectors_of(const Outcomes& outcomes, std::size_t dimension, std::uint64_t seed) {
  std::vector<float> noise = numbers(outcomes.rows.size() * dimension, seed);
  for (std::size_t i = 0; i < outcomes.rows.size(); ++i) {
    float* const vector = &noise[i * dimension];
    for (std::size_t d = 0; d < dimension; ++d) vector[d] *= 0.2f;
    vector[static_cast<std::size_t>(outcomes.rows[i].query[0] - '0')] += 1.0f;
    double square = 0;
    for (std::size_t d = 0; d < dimension; ++d) square += static_cast<double>(vector[d]) * vector[d];
    for (std::size_t d = 0; d < dimension; ++d) vector[d] /= static_cast<float>(std::sqrt(square));
  }
  return noise;
}

}  // namespace switchyard::learning
