#pragma once
/// \file
/// Matrix factorisation over pairs of answers (RouteLLM's mf in its form for many models, arXiv 2406.18665):
/// score_m(q) = w . (P_m / |P_m| * W q), element by element; the better answer's score must exceed the worse one's.

#include <cstdint>
#include <vector>

#include "learning/progress.h"
#include "learning/training_set.h"

namespace switchyard::learning {

struct MfSettings {
  std::size_t width = 128;
  double rate = 1e-3;
  int epochs = 5;
  std::size_t batch = 64;          ///< Texts to a step.
  std::size_t pairs_of_text = 16;  ///< Drawn anew each epoch where a text has more.
  std::uint64_t seed = 42;
};

struct MfModel {
  std::size_t width = 0, dimension = 0, models = 0;
  std::vector<float> p;           ///< [models, width]
  std::vector<float> projection;  ///< [width, dimension]
  std::vector<float> w;           ///< [width]
  /// score_m of a text's vector.
  [[nodiscard]] float score(std::size_t model, std::span<const float> vector) const;
  /// The same as one row of `dimension` numbers: score_m = row . vector.
  [[nodiscard]] std::vector<float> row(std::size_t model) const;
};

/// sigmoid(score_a - score_b): how likely a's answer is the better one. With a threshold, a router between two models.
double win_probability(float score_a, float score_b);

MfModel start_mf(std::size_t models, std::size_t dimension, const MfSettings& settings);
/// Equal scores teach nothing; a pair weighs as much as its scores differ.
void train_mf_model(MfModel& model, const TrainingSet& set, std::span<const std::uint32_t> columns,
                    const MfSettings& settings, const Progress& progress = {});

/// The least p that still goes to the strong model when `share` of the texts shall: the (1 - share) quantile of how
/// likely the strong model wins, interpolated linearly. `share` from 0 to 1; `probabilities` not empty.
double share_threshold(std::vector<double> probabilities, double share);

}  // namespace switchyard::learning
