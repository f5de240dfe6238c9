#pragma once
/// \file
/// Serves any strategy that has a head: embed the text, ask the head, weigh against live prices. The dial is the
/// estimator's: alpha * expected score - (1 - alpha) * kMiddleWorth * cost in units of the catalog's middle model.

#include <memory>
#include <string>
#include <vector>

#include "domain/catalog.h"
#include "scoring/vector_artifact.h"

namespace switchyard::scoring {

class VectorScorer final : public Scorer {
 public:
  /// Prices are the catalog's first bindings'.
  VectorScorer(std::shared_ptr<const VectorArtifact> artifact, const Catalog& catalog);
  [[nodiscard]] std::string_view name() const override { return artifact_->strategy(); }
  [[nodiscard]] std::string_view version() const override { return artifact_->version(); }
  [[nodiscard]] Knobs default_knobs() const override { return artifact_->knobs(); }
  [[nodiscard]] bool knows(std::uint32_t model) const override { return model < slots_.size() && slots_[model].known; }
  [[nodiscard]] std::string_view note(std::uint32_t model) const override {
    return model < slots_.size() ? std::string_view(slots_[model].note) : std::string_view();
  }
  Result<void> score(std::string_view text, const Knobs& knobs, std::span<const std::uint32_t> models,
                     std::vector<ModelScore>& scores, ScoreTrace& trace) const override;

 private:
  struct Slot {
    bool known = false;
    std::uint32_t column = 0;
    float prior = 0;
    float input = 0, output = 0;  ///< USD per million tokens.
    std::string note;
  };
  std::shared_ptr<const VectorArtifact> artifact_;
  std::vector<Slot> slots_;  ///< By catalog index.
  float middle_ = 0;         ///< USD per million input tokens with their output, of the middle model.
};

}  // namespace switchyard::scoring
