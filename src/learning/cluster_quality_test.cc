#include "learning/cluster_quality.h"

#include <gtest/gtest.h>

#include <cmath>

namespace switchyard::learning {
namespace {

Row row_of(std::vector<std::pair<std::uint32_t, float>> scores) {
  Row row;
  row.scores = std::move(scores);
  return row;
}
double logit(double p) { return std::log(p / (1 - p)); }

/// Cluster 0 is easy for column 0 (9 of 10), cluster 1 hard (3 of 10); column 1 was measured in cluster 0 only.
struct Sample {
  Outcomes outcomes;
  std::vector<std::size_t> rows;
  std::vector<std::uint32_t> cluster_of;
  Sample() {
    outcomes.columns = {"seen everywhere", "seen in the easy cluster"};
    for (std::uint32_t cluster : {0u, 1u}) {
      for (int i = 0; i < 10; ++i) add(cluster, row_of({{0, i < (cluster == 0 ? 9 : 3) ? 1.0f : 0.0f}}));
    }
    for (int i = 0; i < 10; ++i) add(0, row_of({{1, i < 8 ? 1.0f : 0.0f}}));
  }
  void add(std::uint32_t cluster, Row row) {
    rows.push_back(outcomes.rows.size());
    outcomes.rows.push_back(std::move(row));
    cluster_of.push_back(cluster);
  }
};

TEST(ClusterQuality, IsTheMeanWithoutShrinkage) {
  const Sample s;
  const std::vector<float> q = cluster_quality(s.outcomes, s.rows, s.cluster_of, 2, 1e-9);
  EXPECT_NEAR(q[0], 0.9, 1e-6);
  EXPECT_NEAR(q[2], 0.3, 1e-6);
  EXPECT_NEAR(q[1], 0.8, 1e-6);
}

// Column 1 was never measured in cluster 1; that others found it hard is all that is known.
TEST(ClusterQuality, MovesAnUnmeasuredModelByTheClustersDifficulty) {
  const Sample s;
  const std::vector<float> q = cluster_quality(s.outcomes, s.rows, s.cluster_of, 2, 1e-9);
  EXPECT_NEAR(logit(q[3]), logit(0.8) + logit(0.3) - logit(0.6), 1e-4);
  EXPECT_LT(q[3], 0.8f);
}

TEST(ClusterQuality, ShrinksTowardsTheExpectation) {
  const Sample s;
  const std::vector<float> little = cluster_quality(s.outcomes, s.rows, s.cluster_of, 2, 1);
  const std::vector<float> much = cluster_quality(s.outcomes, s.rows, s.cluster_of, 2, 1e6);
  EXPECT_GT(little[0], much[0]);
  EXPECT_LT(little[2], much[2]);
  EXPECT_NEAR(much[0], 0.6, 1e-3);
  EXPECT_NEAR(much[2], 0.6, 1e-3);
}

TEST(ClusterQuality, StaysWithinBoundsWhereAllFailOrAllPass) {
  Sample s;
  for (int i = 0; i < 50; ++i) s.add(2, row_of({{0, 1.0f}, {1, 1.0f}}));
  for (int i = 0; i < 50; ++i) s.add(3, row_of({{0, 0.0f}, {1, 0.0f}}));
  for (const float q : cluster_quality(s.outcomes, s.rows, s.cluster_of, 5, 10)) {
    EXPECT_TRUE(q > 0 && q < 1) << q;
  }
}

}  // namespace
}  // namespace switchyard::learning
