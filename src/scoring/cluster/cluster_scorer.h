#pragma once
/// \file
/// Scores models by what they did on questions like this one: the nearest clusters, weighted by nearness, each with its
/// measured quality, against the models' live prices. After AvengersPro, with weights instead of an unweighted sum. Bit
/// for bit the same on every machine.

#include <memory>
#include <vector>

#include "domain/catalog.h"
#include "scoring/cluster/artifact.h"

namespace switchyard::scoring::cluster {

/// Sharpness of the weights: a cluster whose cosine is 0.1 nearer counts e times as much.
constexpr float kNearness = 10.0f;

class ClusterScorer final : public Scorer {
 public:
  /// Prices are those of each model's first binding that has one; a model without any counts as the dearest. Normalises
  /// over all models that the registry and the catalog share, so that who is eligible for one request does not move the
  /// others' scores.
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
    float input = 0, output = 0;  ///< USD per million tokens; NaN if not known.
  };
  /// 1 for the cheapest model, 0 for the dearest, by slot. `output_ratio`: output tokens for each input token.
  [[nodiscard]] std::vector<float> cheapness(float output_ratio) const;
  void nearest(std::span<const float> vector, std::size_t count, ScoreTrace& trace) const;

  std::shared_ptr<const Artifact> artifact_;
  std::vector<int> slots_;          ///< By catalog index: the model's column below, or -1.
  std::vector<std::string> notes_;  ///< By catalog index.
  std::vector<Priced> prices_;      ///< By slot.
  std::size_t width_ = 0;
  std::vector<float> expected_;  ///< [cluster, slot]: expected score.
  std::vector<float> lowest_;    ///< [cluster]: the least of its expected scores.
  /// The widest spread of expected scores in any cluster, which counts as 1 in all of them. One scale for all, because
  /// a cluster where the models hardly differ must not weigh like one where they do: with a scale for each cluster the
  /// gain on held-out questions (RGI) was 0.09 instead of 0.17, and none was left for a pool of two.
  float range_ = 0;
  using Cosines = void (*)(std::span<const float> centres, std::span<const float> vector, float* out);
  Cosines cosines_;             ///< For this processor.
  std::vector<float> centres_;  ///< The centroids in the order in which cosines read them, padded with zeros.
  std::size_t padded_clusters_ = 0;
  std::vector<float> default_cheapness_;  ///< [slot]: at the artifact's own output ratio.
};

}  // namespace switchyard::scoring::cluster
