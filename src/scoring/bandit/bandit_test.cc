// Values from numpy: tools/vectors/strategies.py.

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "scoring/bandit/linucb.h"
#include "scoring/bandit/thompson.h"

namespace switchyard::scoring::bandit {
namespace {

/// As in tools/vectors/strategies.py.
std::vector<double> numbers(std::size_t count, std::uint64_t seed) {
  std::vector<double> out;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    out.push_back(static_cast<double>((seed >> 33) % 2049) / 1024.0 - 1.0);
  }
  return out;
}

TEST(LinUcb, GivesTheMeanAndWidthOfItsNormalEquations) {
  const std::vector<double> x = numbers(12, 60);
  const double rewards[] = {1.0, 0.0, 0.5, 1.0};
  LinUcbState state = start_linucb(3);
  for (std::size_t i = 0; i < 4; ++i) ASSERT_TRUE(linucb_update(state, std::span(x).subspan(i * 3, 3), rewards[i]));
  const auto score = linucb_score(state, std::vector<double>{0.5, -0.25, 1.0});
  ASSERT_TRUE(score);
  EXPECT_NEAR(score->mean, -0.506700417, 1e-9);
  EXPECT_NEAR(score->width, 0.754911564, 1e-9);
  EXPECT_NEAR(score->upper(1.0), 0.754911564 - 0.506700417, 1e-9);
  EXPECT_EQ(score->upper(0.0), score->mean);
}

TEST(LinUcb, RefusesFeaturesOfAnotherSizeAndNumbersThatAreNone) {
  LinUcbState state = start_linucb(2);
  EXPECT_FALSE(linucb_score(state, std::vector<double>{1}));
  EXPECT_FALSE(linucb_score(state, std::vector<double>{1, std::nan("")}));
  EXPECT_FALSE(linucb_update(state, std::vector<double>{1, 2, 3}, 1));
  EXPECT_FALSE(linucb_update(state, std::vector<double>{1, 2}, 1.5));
  EXPECT_FALSE(linucb_update(state, std::vector<double>{1, 2}, std::nan("")));
  EXPECT_EQ(state.inverse, start_linucb(2).inverse);
}

TEST(LinUcb, LearnsWhichModelARequestCallsFor) {
  Random random(5);
  LinUcbState models[] = {start_linucb(3), start_linucb(3)};
  int right = 0;
  for (int i = 0; i < 600; ++i) {
    const bool code = random.next() % 2 == 0;
    const std::vector<double> x{1.0, code ? 1.0 : 0.0, code ? 0.0 : 1.0};
    const auto first = linucb_score(models[0], x), second = linucb_score(models[1], x);
    ASSERT_TRUE(first && second);
    const std::size_t chosen = second->upper(1.0) > first->upper(1.0) ? 1 : 0;
    const bool good = (chosen == 0) == code;
    if (i >= 300) right += good ? 1 : 0;
    ASSERT_TRUE(linucb_update(models[chosen], x, good ? 0.9 : 0.1));
  }
  EXPECT_GT(right, 285);
}

TEST(Thompson, SamplesTheKumaraswamyDistribution) {
  EXPECT_NEAR(thompson_sample({4.5, 2.25, 1, 1}, 0.3), 0.652670211, 1e-9);
  EXPECT_EQ(thompson_sample({4.5, 2.25, 1, 1}, 0.0), 0.0);
  EXPECT_NEAR(thompson_sample({1, 1, 1, 1}, 0.25), 0.25, 1e-12) << "a = b = 1 is uniform";
}

TEST(Thompson, LearnsForgetsAndRefusesRewardsThatAreNone) {
  auto state = start_thompson(0.6);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->a, 4.0);
  EXPECT_EQ(state->b, 3.0);
  ASSERT_TRUE(thompson_update(*state, 0.75));
  EXPECT_EQ(state->a, 4.75);
  EXPECT_EQ(state->b, 3.25);
  EXPECT_FALSE(thompson_update(*state, std::nan("")));
  EXPECT_FALSE(thompson_update(*state, -0.1));
  EXPECT_EQ(state->a, 4.75);
  thompson_forget(*state, 1);
  EXPECT_NEAR(state->a, 4.0 + 0.99 * 0.75, 1e-12);
  EXPECT_FALSE(start_thompson(1.1));
}

TEST(Thompson, RewardWeighsQualityCostAndLatency) {
  EXPECT_NEAR(bandit_reward(0.8, 0.25, 0.5), 0.4 + 0.3 + 0.05, 1e-12);
  EXPECT_EQ(bandit_reward(2, -1, 0), 1.0);
}

}  // namespace
}  // namespace switchyard::scoring::bandit
