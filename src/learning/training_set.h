#pragma once
/// \file
/// Outcomes as the strategies with a head learn from them: a vector and a row of scores for each text, pool after pool,
/// and which of a pool's models is the dearer or the larger.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "learning/outcomes.h"

namespace switchyard::learning {

struct TrainingSet {
  std::size_t rows = 0, dimension = 0, columns = 0;
  std::vector<float> vectors;      ///< [rows, dimension], each of length 1 or 0.
  std::vector<float> scores;       ///< [rows, columns]; kUnknownScore (-1) where a model was not measured.
  std::vector<std::size_t> pools;  ///< First row of each pool that has rows.
  std::vector<std::vector<std::uint32_t>> pool_columns;  ///< Of those pools: small models first (see `size_order`).
  std::vector<double> costs;  ///< By column: mean recorded cost, else the list price, else 0. Breaks ties.
  [[nodiscard]] std::span<const float> vector(std::size_t row) const {
    return {vectors.data() + row * dimension, dimension};
  }
  [[nodiscard]] std::span<const float> score_row(std::size_t row) const {
    return {scores.data() + row * columns, columns};
  }
};

/// `vectors`: [rows, dimension], one for each of `rows` (indices into `outcomes.rows`). Base models have no scores.
/// Errors: kInvalidRequest for no rows, or vectors that are not of length 1 or 0 or not finite.
Result<TrainingSet> make_training_set(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                                      std::span<const float> vectors, std::size_t dimension);

/// "8B", "8x7B" (56 billion), "350M", "1.5T" as a number of parameters; nullopt for anything else.
std::optional<double> parse_model_size(std::string_view text);

/// Columns from the smallest model to the largest: by size where all of them have one, else by price; ties by price,
/// then name.
std::vector<std::uint32_t> size_order(const Outcomes& outcomes, std::vector<std::uint32_t> columns);

}  // namespace switchyard::learning
