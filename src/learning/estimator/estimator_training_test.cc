#include "learning/estimator/estimator_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/random.h"
#include "learning/estimator/calibration.h"
#include "learning/estimator/cross_validation.h"
#include "learning/router_report.h"

namespace switchyard::learning::estimator {
namespace {

double uniform(Random& random) { return static_cast<double>(random.next() >> 11) * 0x1p-53; }

TEST(Isotonic, RisesAndMeetsTheMeans) {
  Random random(1);
  std::vector<Outcome> outcomes;
  for (int i = 0; i < 20'000; ++i) {
    const double expected = uniform(random);
    // Overconfident at both ends.
    outcomes.push_back({static_cast<float>(expected), uniform(random) < 0.3 + 0.4 * expected ? 1.0f : 0.0f});
  }
  const auto points = isotonic(outcomes);
  for (std::size_t i = 1; i < points.size(); ++i) {
    EXPECT_GT(points[i].expected, points[i - 1].expected);
    EXPECT_GE(points[i].observed, points[i - 1].observed);
  }
  for (const float x : {0.1f, 0.5f, 0.9f}) EXPECT_NEAR(scoring::estimator::calibrated(points, x), 0.3 + 0.4 * x, 0.03);
  const double before = expected_calibration_error(outcomes);
  for (Outcome& o : outcomes) o.expected = scoring::estimator::calibrated(points, o.expected);
  EXPECT_GT(before, 0.1);
  EXPECT_LT(expected_calibration_error(outcomes), 0.015);
}

TEST(Isotonic, OfNothingIsTheIdentity) {
  const auto points = isotonic({});
  EXPECT_FLOAT_EQ(scoring::estimator::calibrated(points, 0.25f), 0.25f);
}

TEST(QualityFloor, HoldsOnNewQuestionsForEveryPermittedLoss) {
  Random random(2);
  const auto draw = [&] {
    const auto expected = static_cast<float>(uniform(random));
    return Outcome{expected, uniform(random) < expected * expected ? 1.0f : 0.0f};
  };
  for (const double loss_max : {0.02, 0.05, 0.2}) {
    double lost = 0, count = 0;
    for (int trial = 0; trial < 300; ++trial) {
      std::vector<Outcome> seen;
      for (int i = 0; i < 100; ++i) seen.push_back(draw());
      const double threshold = quality_floor_threshold(seen, loss_max);
      for (int i = 0; i < 100; ++i) {
        const Outcome next = draw();
        lost += next.expected >= threshold ? 1 - next.observed : 0;
        count += 1;
      }
    }
    EXPECT_LE(lost / count, loss_max + 0.003) << loss_max;  // 0.003: the simulation's own noise.
    EXPECT_GE(lost / count, loss_max * 0.3) << loss_max;    // And is not bought by trusting nobody.
  }
  EXPECT_GT(quality_floor_threshold({{0.9f, 1.0f}}, 0.01), 1.0);  // Too little seen to trust anything.
}

/// Rows whose first feature says which of two values they have; the second is noise.
TreeLessons steps(const Bins& bins, std::size_t rows) {
  TreeLessons lessons;
  lessons.bins = &bins;
  lessons.target_count = lessons.value_count = 1;
  for (std::size_t i = 0; i < rows; ++i) lessons.values.push_back(i % 2 == 0 ? 1.0f : -1.0f);
  lessons.targets = lessons.values;
  return lessons;
}

TEST(GrowTrees, FindTheFeatureThatTells) {
  std::vector<float> features;
  Random random(3);
  for (std::size_t i = 0; i < 400; ++i) {
    features.push_back(i % 2 == 0 ? 0.7f : 0.2f);
    features.push_back(static_cast<float>(uniform(random)));
  }
  const Bins bins = make_bins(features, 2);
  TreeSettings settings;
  settings.candidates = 2;
  settings.shrinkage = 1;
  const Growth growth = grow_trees(steps(bins, 400), settings);
  double error = 0;
  for (std::size_t i = 0; i < 400; ++i) error += std::fabs(growth.unseen[i] - (i % 2 == 0 ? 1.0 : -1.0)) / 400;
  EXPECT_LT(error, 0.1);
}

TEST(GrowTrees, PullSmallLeavesToTheirParents) {
  std::vector<float> features;
  for (std::size_t i = 0; i < 40; ++i) features.push_back(i % 2 == 0 ? 0.7f : 0.2f);
  const Bins bins = make_bins(features, 1);
  TreeSettings settings;
  settings.trees = 1;
  settings.row_share = 1;
  settings.shrinkage = 20;
  const Growth growth = grow_trees(steps(bins, 40), settings);
  std::set<float> leaves(growth.trees[0].leaves.begin(), growth.trees[0].leaves.end());
  EXPECT_EQ(leaves, (std::set<float>{-0.5f, 0.5f}));  // 20 rows of 1 against 20 rows of pull to the mean, 0.
  EXPECT_TRUE(std::isnan(growth.unseen[0]));          // The only tree saw every row.
}

/// Two pools: in one, code needs the coder and kitchens the cook; in the other, of one more model, all are alike.
Outcomes two_pools() {
  Outcomes o;
  o.columns = {"coder", "cook", "other"};
  o.facts.resize(3);
  o.tasks = {"code", "kitchen"};
  o.pools = {{"first", {0, 1}}, {"second", {2}}};
  for (std::uint32_t i = 0; i < 800; ++i) {
    Row row;
    const bool code = i % 2 == 0;
    row.query = (code ? "compile the pointer loop in function " : "bake butter and flour in oven ") + std::to_string(i);
    row.pool = i % 4 == 3 ? 1 : 0;
    row.task = code ? 0 : 1;
    if (row.pool == 0) {
      row.scores = {{0, code ? 1.0f : 0.0f}, {1, code ? 0.0f : 1.0f}};
      row.costs_usd = {2, 1};
    } else {
      row.scores = {{2, 1.0f}};
      row.costs_usd = {1};
    }
    row.output_tokens.assign(row.scores.size(), std::nanf(""));
    row.question = question_hash(row.query);
    o.rows.push_back(std::move(row));
  }
  return o;
}

EstimatorSettings small() {
  EstimatorSettings s;
  s.buckets = 256;
  s.dimension = 16;
  s.pool_trees = 16;
  s.gate_trees = 8;
  return s;
}

TEST(TrainEstimator, RoutesHeldOutQuestionsAsAnOracleWould) {
  const Outcomes outcomes = two_pools();
  const SplitRows rows = split_rows(outcomes, 0);
  auto trained = train_estimator(outcomes, rows.known, small());
  ASSERT_TRUE(trained) << trained.error().message;
  const auto model = std::make_shared<const EstimatorModel>(*std::move(trained));
  const auto made = estimator_of(model);
  ASSERT_TRUE(made) << made.error().message;
  const NamedRouter routers[] = {
      {"blind", [](const Row&, auto, std::span<double> scores, auto) { std::ranges::fill(scores, 0.5); }},
      {"estimator", expectation_of(outcomes, *made)}};
  const auto reports = report_routers(outcomes, rows.known, rows.held, routers, 1);
  ASSERT_EQ(reports.size(), 2u);
  ASSERT_EQ(reports[1].pools.size(), 1u);        // A pool of one model has nothing to choose.
  EXPECT_LT(reports[0].pools[0].gap_closed, 0);  // All go to the cheap cook, who knows a third of the questions.
  EXPECT_GT(reports[1].pools[0].gap_closed, 0.95);
  EXPECT_GT(reports[1].pools[0].gain.low, 0.9);
  EXPECT_LT(reports[1].pools[0].calibration_error, 0.15);
  ASSERT_EQ(reports[1].pools[0].tasks.size(), 2u);
  for (const TaskReport& task : reports[1].pools[0].tasks) EXPECT_GT(task.score, 0.95) << task.name;
}

TEST(TrainEstimator, GivesTheSameBytesAgainAndOthersForAnotherSeed) {
  const Outcomes outcomes = two_pools();
  const SplitRows rows = split_rows(outcomes, 0);
  const auto once = train_estimator(outcomes, rows.known, small()),
             again = train_estimator(outcomes, rows.known, small());
  EstimatorSettings other = small();
  other.seed = 43;
  const auto different = train_estimator(outcomes, rows.known, other);
  ASSERT_TRUE(once && again && different);
  EXPECT_EQ(once->weights, again->weights);
  EXPECT_EQ(once->forest->write(), again->forest->write());
  EXPECT_NE(once->forest->write(), different->forest->write());
}

TEST(TrainEstimator, RefusesAPoolThatTellsNothing) {
  Outcomes outcomes = two_pools();
  const auto few = train_estimator(outcomes, {0, 1, 2, 3}, small());
  ASSERT_FALSE(few);
  EXPECT_TRUE(few.error().message.starts_with("data: pool 'first'")) << few.error().message;
  outcomes.facts[2].chat = false;
  const auto base_only = train_estimator(outcomes, split_rows(outcomes, 0).known, small());
  ASSERT_FALSE(base_only);
  EXPECT_TRUE(base_only.error().message.starts_with("data: pool 'second'")) << base_only.error().message;
}

TEST(SplitRows, PutAQuestionOnOneSideAndEachRowInOneFold) {
  const Outcomes outcomes = two_pools();
  for (const std::uint64_t split : {0u, 1u, 2u}) {
    std::size_t held = 0;
    for (std::uint64_t fold = 0; fold < kHeldOutOf; ++fold) held += split_rows(outcomes, split, fold).held.size();
    EXPECT_EQ(held, outcomes.rows.size()) << split;
  }
  EXPECT_NE(split_rows(outcomes, 1).held, split_rows(outcomes, 2).held);
}

}  // namespace
}  // namespace switchyard::learning::estimator
