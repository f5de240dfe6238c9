#include "learning/kmeans.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace switchyard::learning {
namespace {

/// `count` directions near each axis, more of them for later axes.
std::vector<float> bundles(std::size_t dimension, std::size_t axes, std::size_t count) {
  Random random(3);
  std::vector<float> vectors;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    for (std::size_t i = 0; i < count * (axis + 1); ++i) {
      std::vector<float> v(dimension);
      for (float& x : v) x = static_cast<float>(random.next() % 1000) * 1e-4f;
      v[axis] = 1;
      float square = 0;
      for (const float x : v) square += x * x;
      for (const float x : v) vectors.push_back(x / std::sqrt(square));
    }
  }
  return vectors;
}

TEST(Kmeans, FindsTheBundlesLargestFirst) {
  constexpr std::size_t kDimension = 6, kAxes = 4;
  const std::vector<float> vectors = bundles(kDimension, kAxes, 30);
  const std::vector<float> centres = kmeans(vectors, kDimension, {.k = kAxes});
  ASSERT_EQ(centres.size(), kAxes * kDimension);
  for (std::size_t c = 0; c < kAxes; ++c) {
    EXPECT_GT(centres[c * kDimension + (kAxes - 1 - c)], 0.95f) << "centre " << c;
    double square = 0;
    for (std::size_t d = 0; d < kDimension; ++d) square += centres[c * kDimension + d] * centres[c * kDimension + d];
    EXPECT_NEAR(square, 1.0, 1e-5);
  }
}

TEST(Kmeans, GivesTheSameBitsForTheSameSeed) {
  const std::vector<float> vectors = bundles(6, 5, 20);
  EXPECT_EQ(kmeans(vectors, 6, {.k = 8, .seed = 9}), kmeans(vectors, 6, {.k = 8, .seed = 9}));
}

TEST(Kmeans, CopesWithFewerDistinctVectorsThanCentres) {
  const std::vector<float> same{1, 0, 1, 0, 1, 0};
  const std::vector<float> centres = kmeans(same, 2, {.k = 3});
  EXPECT_EQ(centres, (std::vector<float>{1, 0, 1, 0, 1, 0}));
}

TEST(Kmeans, LeavesOutVectorsWithoutADirection) {
  const std::vector<float> mixed{0, 0, 0, 1, 0, 0, 0, 1};
  EXPECT_EQ(kmeans(mixed, 2, {.k = 2}), (std::vector<float>{0, 1, 0, 1}));
  EXPECT_EQ(kmeans({0, 0, 0, 0}, 2, {.k = 1}), (std::vector<float>{1, 0}));
}

}  // namespace
}  // namespace switchyard::learning
