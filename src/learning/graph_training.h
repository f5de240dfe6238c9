#pragma once
/// \file
/// A graph network over texts and models after GraphRouter (arXiv 2410.03834). Edges run from texts to models and carry
/// scores; a new text has none, so that a model's node can be computed once and a request is one product.
///
/// Where it differs: a message is the text's feature times how much better than its mean the model scored there. In the
/// reference the score is added instead, so that a model's sum over its texts says nothing about which of them it
/// answered well. Every weight is shared by all models: one that comes later needs scores on some texts, not training.

#include <cstdint>
#include <span>
#include <vector>

#include "learning/progress.h"
#include "learning/training_set.h"

namespace switchyard::learning {

struct GraphSettings {
  std::size_t width = 64;
  double rate = 1e-3;
  double decay = 1e-4;
  int epochs = 10;
  std::size_t batch = 200;
  double visible = 0.3;  ///< Share of texts whose edges a masking shows; the others' scores are predicted.
  std::uint64_t seed = 42;
};

/// What a model's visible edges say: the mean of vector * (score - mean), and the mean score.
struct GraphHistory {
  std::vector<float> correlation;  ///< [dimension]
  float mean = 0.5f;
};

struct GraphModel {
  std::size_t width = 0, dimension = 0;
  std::vector<float> texts;     ///< [width, dimension]: a text's feature.
  std::vector<float> messages;  ///< [width, dimension]: from history to a model's node, after `texts`' shape.
  std::vector<float> bias;      ///< [width]: the model's node without history.
  std::vector<float> level;     ///< [2]: score's logit = node product + level0 * logit(mean) + level1.
  /// A model's node.
  [[nodiscard]] std::vector<float> node(const GraphHistory& history) const;
  /// The node as a row over the text's vector, the bias last.
  [[nodiscard]] std::vector<float> row(const GraphHistory& history) const;
};

/// Of the rows where `visible` is not 0.
GraphHistory graph_history(const TrainingSet& set, std::uint32_t column, std::span<const std::uint8_t> visible);

GraphModel train_graph_model(const TrainingSet& set, std::span<const std::uint32_t> columns,
                             const GraphSettings& settings, const Progress& progress = {});

}  // namespace switchyard::learning
