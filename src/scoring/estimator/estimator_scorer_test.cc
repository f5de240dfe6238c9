#include "scoring/estimator/estimator_scorer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "scoring/estimator/test_artifact.h"

namespace switchyard::scoring::estimator {
namespace {

const std::string kShort = "Why?", kLong = std::string(200, 'x') + "?";

/// Models of the test artifact and one that it does not know; each costs `price` and five times as much for output.
Catalog catalog_of(const std::vector<std::pair<std::string, std::int64_t>>& models) {
  std::vector<Model> made;
  std::vector<Binding> bindings;
  for (const auto& [id, micro_usd] : models) {
    Binding& binding = bindings.emplace_back();
    binding.model = static_cast<std::uint32_t>(made.size());
    binding.price.input = Usd::per_token(micro_usd);
    binding.price.output = Usd::per_token(5 * micro_usd);
    made.emplace_back().id = id;
  }
  Provider provider;
  provider.name = "test";
  return *Catalog::build(std::move(made), {provider}, std::move(bindings));
}

class EstimatorScorerTest : public testing::Test {
 protected:
  std::vector<ModelScore> ask(std::string_view text, const Knobs& knobs) {
    std::vector<ModelScore> scores;
    const std::uint32_t models[] = {0, 1, 3};
    EXPECT_TRUE(scorer_.score(text, knobs, models, scores, trace_));
    return scores;
  }
  TestArtifact files_{"estimator-scorer"};
  Catalog catalog_ = catalog_of({{"alpha", 1'000'000}, {"beta", 2'000'000}, {"unknown", 1}, {"gamma", 4'000'000}});
  EstimatorScorer scorer_{*Artifact::load(files_.write()), catalog_};
  ScoreTrace trace_;
};

TEST_F(EstimatorScorerTest, KnowsTheModelsThatWereMeasured) {
  EXPECT_TRUE(scorer_.knows(0));
  EXPECT_FALSE(scorer_.knows(2));
  EXPECT_FALSE(scorer_.knows(99));
  EXPECT_EQ(scorer_.note(1), "measured on an older beta");
  EXPECT_EQ(scorer_.note(0), "");
}

TEST_F(EstimatorScorerTest, ExpectsScoresOfTheTextsOwnPoolAndLiftsAProxyByItsPrior) {
  const auto brief = ask(kShort, {0.5, 0.25, 0}), wide = ask(kLong, {0.5, 0.25, 0});
  EXPECT_NEAR(brief[0].quality, 0.9f, 1e-6);
  EXPECT_NEAR(brief[1].quality, 0.2f + 0.5f * 0.8f, 1e-6);
  EXPECT_NEAR(wide[0].quality, 0.1f, 1e-6);
  EXPECT_NEAR(wide[1].quality, 0.8f + 0.5f * 0.2f, 1e-6);
  EXPECT_EQ(trace_.clusters, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_NEAR(trace_.weights[0], 1.0f, 1e-4);
}

TEST_F(EstimatorScorerTest, ExpectsAModelOfAnotherPoolToFindHardWhatIsHard) {
  // Gamma was not measured on texts like these. Both left models together find short texts as hard as long ones plus
  // what their means differ by: (0.9 + 0.2) / 2 = 0.55 against 0.45, around a usual 0.5.
  const auto brief = ask(kShort, {0.5, 0.25, 0}), wide = ask(kLong, {0.5, 0.25, 0});
  const auto shifted = [](double mean, double by) { return 1 / (1 + std::exp(-(std::log(mean / (1 - mean)) + by))); };
  const double easier = std::log(0.55 / 0.45);
  EXPECT_NEAR(brief[2].quality, shifted(0.6, easier), 1e-3);
  EXPECT_NEAR(wide[2].quality, shifted(0.6, -easier), 1e-3);
  EXPECT_GT(wide[2].doubt, 0.04f);
}

TEST_F(EstimatorScorerTest, CostsFollowPricesWordinessAndTheExpectedLength) {
  const auto brief = ask(kShort, {0.5, 0.25, 0}), wide = ask(kLong, {0.5, 0.25, 0});
  // Alpha says 100 tokens where the pool's mean is 200, beta 300; long texts ask for twice as much.
  EXPECT_NEAR(brief[0].cost_usd_per_m, 1 + 0.25 * 5 * 0.5, 1e-4);
  EXPECT_NEAR(wide[0].cost_usd_per_m, 1 + 0.25 * 5 * 0.5 * 2, 1e-4);
  EXPECT_NEAR(brief[1].cost_usd_per_m, 2 + 0.25 * 10 * 1.5, 1e-4);
}

TEST_F(EstimatorScorerTest, ScoresAreUtilityAtTheDial) {
  const float middle = 2 + 0.25f * 10 * 1.5f;  // Beta's usual cost is between alpha's and gamma's.
  for (const double alpha : {0.0, 0.3, 0.5, 1.0}) {
    for (const ModelScore& s : ask(kShort, {alpha, 0.25, 0})) {
      EXPECT_NEAR(s.score, alpha * s.quality - (1 - alpha) * kMiddleWorth * s.cost_usd_per_m / middle, 1e-6) << alpha;
    }
  }
}

TEST_F(EstimatorScorerTest, GivesTheSameBitsAgain) {
  for (const std::string& text : {kShort, kLong, std::string("no question"), std::string()}) {
    const auto once = ask(text, {0.53, 0.25, 0}), again = ask(text, {0.53, 0.25, 0});
    for (std::size_t i = 0; i < once.size(); ++i) {
      EXPECT_EQ(once[i].score, again[i].score);
      EXPECT_TRUE(std::isfinite(once[i].score));
    }
  }
}

}  // namespace
}  // namespace switchyard::scoring::estimator
