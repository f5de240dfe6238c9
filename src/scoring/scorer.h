#pragma once
/// \file
/// What routing asks of any strategy: a score for each candidate model. Pure: the same question gives the same bits.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::scoring {

/// How quality, cost and length are weighed. Out-of-range values are refused where they enter.
struct Knobs {
  double alpha = 0.5;               ///< Weight of quality, 0 to 1; the rest is cost's.
  double output_cost_ratio = 0.25;  ///< Output tokens for each input token, 0 to 10: how much the output price counts.
  std::uint32_t top_p = 0;          ///< Nearest clusters that count; 0: the artifact's number.
  friend bool operator==(const Knobs&, const Knobs&) = default;
};

struct ModelScore {
  std::uint32_t model = 0;   ///< Catalog index.
  float score = 0;           ///< What the order goes by; higher is better.
  float quality = 0;         ///< Expected score of the answer, 0 to 1.
  float cost_usd_per_m = 0;  ///< Expected USD for a million input tokens with their output.
  float doubt = 0;           ///< Standard error of `quality`, as far as the strategy knows; 0 if it does not.
};

/// How a score came about, for the record.
struct ScoreTrace {
  std::vector<std::uint32_t> clusters;  ///< Nearest first.
  std::vector<float> weights;           ///< Of each; they sum to 1.
};

/// Safe to call from several threads.
class Scorer {
 public:
  virtual ~Scorer() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::string_view version() const = 0;
  [[nodiscard]] virtual Knobs default_knobs() const = 0;
  /// Whether the strategy knows anything about a model; others are not eligible for routing.
  [[nodiscard]] virtual bool knows(std::uint32_t model) const = 0;
  /// "proxy: measured on ..." for a model whose figures are a relative's; empty otherwise.
  [[nodiscard]] virtual std::string_view note(std::uint32_t model) const = 0;
  /// Fills `scores` in the order of `models`. Errors: kUnavailable if it cannot score.
  virtual Result<void> score(std::string_view text, const Knobs& knobs, std::span<const std::uint32_t> models,
                             std::vector<ModelScore>& scores, ScoreTrace& trace) const = 0;
};

}  // namespace switchyard::scoring
