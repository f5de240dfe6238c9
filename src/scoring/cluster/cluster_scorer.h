#pragma once
/// \file
/// Scores models by what they did on questions like this one: the nearest clusters, weighted by nearness, each with its
/// measured quality, against the models' live prices. After AvengersPro, with weights instead of an unweighted sum.

#include <memory>
#include <vector>

#include "domain/catalog.h"
#include "scoring/cluster/artifact.h"

namespace switchyard::scoring::cluster {

/// Sharpness of the weights: a cluster whose cosine is 0.1 nearer counts e times as much.
constexpr float kNearness = 10.0f;

class ClusterScorer final : public Scorer {
 public:
  /// Prices are the catalog's first bindings'. Normalises over all models that the registry and the catalog share, so that
  /// who is eligible for one request does not move the others' scores.
  ClusterScorer(std::shared_ptr<const Artifact> artifact, const Catalog& catalog);

  [[nodiscard]] std::string_view name() const override { return "cluster"; }
  [[nodiscard]] std::string_view version() const override { return artifact_->version(); }
  [[nodiscard]] Knobs default_knobs() const override { return artifact_->knobs(); }
  [[nodiscard]] bool knows(std::uint32_t model) const override { return slots_[model] >= 0; }
  [[nodiscard]] std::string_view note(std::uint32_t model) const override { return notes_[model]; }
  Result<void> score(std::string_view text, const Knobs& knobs, std::span<const std::uint32_t> models,
                     std::vector<ModelScore>& scores, ScoreTrace& trace) const override;

 private:
  struct Priced {
    float input = 0, output = 0;  ///< USD per million tokens.
  };
  void nearest(std::span<const float> vector, std::size_t count, ScoreTrace& trace) const;

  std::shared_ptr<const Artifact> artifact_;
  std::vector<int> slots_;          ///< By catalog index: the model's column below, or -1.
  std::vector<std::string> notes_;  ///< By catalog index.
  std::vector<Priced> prices_;      ///< By slot.
  std::size_t width_ = 0;
  std::vector<float> expected_;     ///< [cluster, slot]: expected score.
  std::vector<float> relative_;     ///< [cluster, slot]: the same, brought to 0..1 within the cluster.
};

}  // namespace switchyard::scoring::cluster
