#pragma once
/// \file
/// What each measured model can be expected to score on a text, and how long its answer will be, from trees that read
/// the text's static features. The models were measured in pools, each on its own questions. A pool's trees speak for
/// texts like its own; of other texts they only know how hard they are, through what the models of the likelier pools
/// are expected to score there.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scoring/embedder.h"
#include "scoring/estimator/forest.h"
#include "scoring/estimator/text_features.h"

namespace switchyard::scoring::estimator {

struct Column {
  std::string name;
  float mean_score = 0;          ///< Over the pool's questions.
  float mean_output_tokens = 0;  ///< 0 if not recorded.
};

/// What scores came to where the trees expected `expected`; straight between points.
struct CalibrationPoint {
  float expected = 0, observed = 0;
};

struct Pool {
  std::string name;
  std::vector<Column> columns;
  std::vector<CalibrationPoint> calibration;  ///< Ascending in both; at least one.
  [[nodiscard]] float mean_score() const;
};

constexpr std::size_t kPoolsMax = 16;
constexpr std::size_t kColumnsMax = 256;  ///< Of all pools together.

struct Estimate {
  float score = 0;          ///< Expected, 0 to 1.
  float doubt = 0;          ///< Standard error of that, as far as the trees disagree.
  float length_factor = 1;  ///< The answer's length relative to the model's usual one.
};

/// The calibrated score; `points` as in `Pool`.
float calibrated(std::span<const CalibrationPoint> points, float expected);

/// Immutable, safe to call from several threads.
class Estimator {
 public:
  /// The forest has a group for each pool, with an output for each column and one for the length factor, and a last
  /// group with an output for each pool: how likely the text is one of its. Errors: kInvalidRequest if they do not fit.
  static Result<Estimator> make(std::shared_ptr<const StaticEmbedder> embedder, std::shared_ptr<const Forest> forest,
                                std::vector<Pool> pools);

  [[nodiscard]] const std::vector<Pool>& pools() const { return pools_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] std::size_t first_column(std::size_t pool) const { return first_column_[pool]; }

  /// Fills `estimates` (of `columns()`, pool after pool) for the pools in `wanted` (a bit each), and `likely` (of
  /// `pools()`, summing to 1).
  void estimate(std::string_view text, std::uint32_t wanted, std::span<Estimate> estimates,
                std::span<float> likely) const;

 private:
  void pool_estimates(std::size_t pool, std::span<const float> x, std::span<Estimate> estimates) const;

  std::shared_ptr<const StaticEmbedder> embedder_;
  std::shared_ptr<const Forest> forest_;
  std::vector<Pool> pools_;
  std::vector<float> mean_logits_;  ///< By column.
  std::vector<float> pool_logits_;  ///< By pool: of its mean score.
  std::vector<std::size_t> first_column_;
  std::size_t columns_ = 0;
};

/// Fills `x` (of the embedder's dimension and `kTextFeatures`) with what the trees read.
void read_features(const StaticEmbedder& embedder, std::string_view text, std::span<float> x);

}  // namespace switchyard::scoring::estimator
