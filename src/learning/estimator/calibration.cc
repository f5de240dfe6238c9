#include "learning/estimator/calibration.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace switchyard::learning::estimator {
namespace {

/// No more bins than leave each this many outcomes: fewer say little about a mean.
constexpr std::size_t kBinOutcomesMin = 50;

struct Block {
  double expected = 0, observed = 0;  ///< Sums.
  double count = 0;
};

}  // namespace

std::vector<scoring::estimator::CalibrationPoint> isotonic(std::vector<Outcome> outcomes, std::size_t points_max) {
  if (outcomes.empty()) return {{0.0f, 0.0f}, {1.0f, 1.0f}};
  std::ranges::sort(outcomes, {}, [](const Outcome& o) { return std::pair(o.expected, o.observed); });
  const std::size_t bins = std::clamp<std::size_t>(outcomes.size() / kBinOutcomesMin, 1, points_max);
  std::vector<Block> blocks;
  for (std::size_t b = 0; b < bins; ++b) {
    Block block;
    for (std::size_t i = outcomes.size() * b / bins; i < outcomes.size() * (b + 1) / bins; ++i) {
      block.expected += outcomes[i].expected;
      block.observed += outcomes[i].observed;
      block.count += 1;
    }
    blocks.push_back(block);
    // Neighbours that fall instead of rising become one.
    while (blocks.size() > 1) {
      Block& before = blocks[blocks.size() - 2];
      const Block last = blocks.back();
      if (before.observed / before.count < last.observed / last.count) break;
      before = {before.expected + last.expected, before.observed + last.observed, before.count + last.count};
      blocks.pop_back();
    }
  }
  std::vector<scoring::estimator::CalibrationPoint> points;
  for (const Block& block : blocks) {
    const scoring::estimator::CalibrationPoint point{static_cast<float>(block.expected / block.count),
                                                     static_cast<float>(block.observed / block.count)};
    if (points.empty() || point.expected > points.back().expected) points.push_back(point);
  }
  // Beyond the outermost means the map goes on rising, so that a higher expectation stays a higher one.
  const auto first = points.front(), last = points.back();
  if (first.expected > 0) points.insert(points.begin(), {0.0f, std::max(0.0f, first.observed - first.expected)});
  if (last.expected < 1) points.push_back({1.0f, std::min(1.0f, last.observed + 1.0f - last.expected)});
  return points;
}

std::vector<ReliabilityBin> reliability(std::span<const Outcome> outcomes, std::size_t bins) {
  std::vector<ReliabilityBin> table(bins);
  for (const Outcome& o : outcomes) {
    const auto at =
        static_cast<std::size_t>(std::clamp(static_cast<double>(o.expected), 0.0, 1.0) * static_cast<double>(bins));
    ReliabilityBin& bin = table[std::min(at, bins - 1)];
    bin.expected += o.expected;
    bin.observed += o.observed;
    ++bin.count;
  }
  for (ReliabilityBin& bin : table) {
    if (bin.count == 0) continue;
    bin.expected /= static_cast<double>(bin.count);
    bin.observed /= static_cast<double>(bin.count);
  }
  return table;
}

double expected_calibration_error(std::span<const Outcome> outcomes, std::size_t bins) {
  double error = 0;
  for (const ReliabilityBin& bin : reliability(outcomes, bins)) {
    error += static_cast<double>(bin.count) * std::fabs(bin.expected - bin.observed);
  }
  return outcomes.empty() ? 0.0 : error / static_cast<double>(outcomes.size());
}

double quality_floor_threshold(std::vector<Outcome> outcomes, double loss_max) {
  std::ranges::sort(outcomes, std::ranges::greater{}, &Outcome::expected);
  double threshold = std::nextafter(1.0, 2.0), lost = 0;
  for (std::size_t i = 0; i < outcomes.size();) {
    const float expected = outcomes[i].expected;
    for (; i < outcomes.size() && outcomes[i].expected == expected; ++i) lost += 1.0 - outcomes[i].observed;
    // The next question counts as lost: the loss grows as the threshold falls, so the first excess is the last.
    if (lost + 1.0 > loss_max * (static_cast<double>(outcomes.size()) + 1.0)) break;
    threshold = expected;
  }
  return threshold;
}

}  // namespace switchyard::learning::estimator
