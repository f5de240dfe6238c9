#pragma once
/// \file
/// Learns the static embedder's table. Each text is the normalised sum of its parts' rows, exactly as it is served;
/// small linear heads on that vector must tell the text's task and which models answer it well, and the rows move so
/// that they can. Texts that call for the same models thus come to lie in the same direction. (Stochastic gradients,
/// one thread, fixed seed: the same data give the same table.)

#include <cstdint>
#include <vector>

#include "learning/progress.h"

namespace switchyard::learning {

/// A model whose score on a text is not known: the text teaches nothing about it.
constexpr float kUnknownScore = -1;

/// What one text teaches.
struct Lesson {
  std::vector<std::uint32_t> rows;  ///< Of the table, one for each feature of the text.
  std::uint32_t pool = 0;           ///< Which data set: each has heads of its own.
  std::uint32_t task = 0;           ///< Within the data set.
  std::vector<float> scores;        ///< One a model of the data set, or fewer; `kUnknownScore` for none.
};

struct PoolShape {
  std::uint32_t tasks = 0, models = 0;
};

struct VectorSettings {
  std::uint32_t rows = 16'384;
  std::uint32_t dimension = 64;
  std::uint32_t epochs = 12;
  double rate = 0.5;      ///< Of the heads; falls linearly to 0.
  double row_rate = 1.0;  ///< Of the table's rows.
  double keep = 0.3;      ///< Share of a text's parts that one step looks at: rare parts must not be learned by heart.
  double task_weight = 1.0;  ///< Of the task's loss beside the models'.
  double outcome_weight = 1.0;
  double sharpness = 3.0;  ///< Length of the vector that the heads see.
  std::uint64_t seed = 42;
};

/// The learned table, row by row.
std::vector<float> learn_vectors(const std::vector<Lesson>& lessons, const std::vector<PoolShape>& pools,
                                 const VectorSettings& settings, const Progress& progress = {});

/// The table in 8 bits with one scale for all, which the vectors' direction does not depend on. Values beyond the
/// scale, a few in ten thousand, are cut.
std::vector<std::int8_t> quantised(const std::vector<float>& table);

}  // namespace switchyard::learning
