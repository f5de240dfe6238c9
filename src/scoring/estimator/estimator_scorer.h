#pragma once
/// \file
/// Routes by expected utility: alpha * expected score - (1 - alpha) * kMiddleWorth * expected cost in units of the
/// catalog's middle model. The cost of an answer follows from the catalog's prices, how wordy the measured model is and
/// how long an answer the text asks for.

#include <memory>
#include <string>
#include <vector>

#include "domain/catalog.h"
#include "scoring/estimator/artifact.h"

namespace switchyard::scoring::estimator {

/// At alpha 0.5 what the catalog's middle model costs is worth as much as ten points of expected score.
constexpr double kMiddleWorth = 0.1;

class EstimatorScorer final : public Scorer {
 public:
  EstimatorScorer(std::shared_ptr<const Artifact> artifact, const Catalog& catalog);
  [[nodiscard]] std::string_view name() const override { return kStrategy; }
  [[nodiscard]] std::string_view version() const override { return artifact_->version(); }
  [[nodiscard]] Knobs default_knobs() const override { return artifact_->knobs(); }
  [[nodiscard]] bool knows(std::uint32_t model) const override { return model < slots_.size() && slots_[model].known; }
  [[nodiscard]] std::string_view note(std::uint32_t model) const override {
    return model < slots_.size() ? std::string_view(slots_[model].note) : std::string_view();
  }
  /// The trace names the pools by likelihood.
  Result<void> score(std::string_view text, const Knobs& knobs, std::span<const std::uint32_t> models,
                     std::vector<ModelScore>& scores, ScoreTrace& trace) const override;

 private:
  struct Slot {
    bool known = false;
    std::uint32_t column = 0, pool = 0;
    float prior = 0;
    float input = 0, output = 0;  ///< USD per million tokens; output times the model's wordiness.
    std::string note;
  };

  std::shared_ptr<const Artifact> artifact_;
  std::vector<Slot> slots_;  ///< By catalog index.
  float middle_ = 0;         ///< USD per million input tokens with their output, of the middle model.
};

}  // namespace switchyard::scoring::estimator
