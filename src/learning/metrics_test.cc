#include "learning/metrics.h"

#include <gtest/gtest.h>

#include <numeric>

namespace switchyard::learning {
namespace {

TEST(HullMean, IsTheAreaUnderTheHull) {
  struct Case {
    const char* name;
    std::vector<Point> points;
    double want;
  };
  const Case cases[] = {
      {"flat right of the last", {{0, 0.5}}, 0.5},
      {"nothing left of the first", {{0.5, 1.0}}, 0.5},
      {"a line", {{0, 0}, {1, 1}}, 0.5},
      {"a point under the hull does not count", {{0, 0}, {0.5, 0.2}, {1, 1}}, 0.5},
      {"a point above it does", {{0, 0}, {0.5, 1}, {1, 1}}, 0.75},
      {"a dearer and worse point does not count", {{0, 0.4}, {0.5, 0.1}}, 0.4},
      {"points outside are cut", {{-1, 0}, {1, 1}}, 0.75},
      {"the better of two at one cost", {{0, 0.2}, {0, 0.6}}, 0.6},
  };
  for (const Case& c : cases) EXPECT_NEAR(hull_mean(c.points, 0, 1), c.want, 1e-12) << c.name;
}

/// Half of the rows need the dear model, half are as well done by the cheap one; the dear one costs 1, the cheap one
/// 0.1.
Trial half_and_half(double hint) {
  Trial trial;
  trial.expected_costs = {0.1, 1.0};
  for (int i = 0; i < 200; ++i) {
    const bool hard = i % 2 == 0;
    for (const double score : {hard ? 0.0 : 1.0, 1.0}) trial.scores.values.push_back(score);
    for (const double cost : {0.1, 1.0}) trial.costs.values.push_back(cost);
    for (const double expected : {0.5 - (hard ? hint : 0.0), 0.9}) trial.expected_scores.values.push_back(expected);
  }
  for (Table* table : {&trial.scores, &trial.costs, &trial.expected_scores}) {
    table->rows = 200;
    table->models = 2;
  }
  return trial;
}
std::vector<std::uint32_t> all_rows() {
  std::vector<std::uint32_t> rows(200);
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

TEST(NormalisedGain, IsOneForWhoKnowsAndNoneForWhoDoesNot) {
  EXPECT_NEAR(normalised_gain(half_and_half(0.3), all_rows()), 1.0, 1e-9);
  EXPECT_NEAR(normalised_gain(half_and_half(0.0), all_rows()), 0.0, 1e-9);
  EXPECT_LT(normalised_gain(half_and_half(-0.3), all_rows()), 0.0 + 1e-9);
}

TEST(NormalisedGainOfAPair, IsOneForWhoKnowsAndMinusForWhoKnowsBackwards) {
  EXPECT_NEAR(normalised_gain_of_pair(half_and_half(0.3), 1, all_rows()), 1.0, 1e-9);
  EXPECT_NEAR(normalised_gain_of_pair(half_and_half(0.0), 1, all_rows()), 0.0, 1e-9);
  EXPECT_NEAR(normalised_gain_of_pair(half_and_half(-0.3), 1, all_rows()), -1.0, 1e-9);
}

TEST(GapClosed, ComparesWithTheBestSingleModel) {
  Trial trial = half_and_half(0.3);
  EXPECT_EQ(gap_closed(trial, all_rows()), 0.0);  // The dear one is always right: nothing to gain.
  for (std::size_t row = 1; row < 200; row += 2) trial.scores.at(row, 1) = 0;
  for (std::size_t row = 1; row < 200; row += 2) trial.expected_scores.at(row, 0) = 1.0;
  EXPECT_NEAR(gap_closed(trial, all_rows()), 1.0, 1e-12);
  EXPECT_NEAR(accuracy(trial, all_rows()), 1.0, 1e-12);
}

}  // namespace
}  // namespace switchyard::learning
