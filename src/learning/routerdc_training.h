#pragma once
/// \file
/// RouterDC's dual contrast (arXiv 2409.19886) on a fixed embedder: a projection of the text's vector and a vector for
/// each model, such that a text lies near the models that answer it well and near texts of its own group.

#include <cstdint>
#include <span>
#include <vector>

#include "learning/progress.h"
#include "learning/training_set.h"

namespace switchyard::learning {

struct RouterDcSettings {
  std::size_t width = 64;
  double rate = 1e-3;
  int epochs = 4;
  std::size_t batch = 32;
  double temperature = 0.2;   ///< A cosine of 1 apart must be able to separate; the reference's 1 hardly does.
  std::size_t groups = 8;     ///< Of texts, by k-means on their vectors.
  std::size_t best = 3;       ///< Models that a text is drawn to, if they score above 0.
  std::size_t worst = 3;      ///< Models that it is pushed from, if they score at most one half.
  std::size_t strangers = 3;  ///< Texts of other groups that a text is pushed from.
  double group_weight = 1.0;
  std::uint64_t seed = 42;
};

struct RouterDcModel {
  std::size_t width = 0, dimension = 0, models = 0;
  std::vector<float> projection;  ///< [width, dimension]
  std::vector<float> vectors;     ///< [models, width]
};

/// Loss of the models' contrast for one text and its gradient by cosine: for each of the best models i,
/// -log(exp s_i / (exp s_i + sum over the worst of exp s_j)), s being cosines over the temperature. Models that were
/// not measured (score below 0) take no part. Fills `gradient`, one for each model.
double model_contrast(std::span<const float> cosines, std::span<const float> scores, const RouterDcSettings& settings,
                      std::span<float> gradient);

RouterDcModel train_routerdc_model(const TrainingSet& set, std::span<const std::uint32_t> columns,
                                   const RouterDcSettings& settings, const Progress& progress = {});

}  // namespace switchyard::learning
