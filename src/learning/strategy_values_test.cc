// What the strategies compute, against scikit-learn, scipy and numpy: tools/vectors/strategies.py.

#include <gtest/gtest.h>

#include "learning/elo_training.h"
#include "learning/graph_training.h"
#include "learning/hybrid_training.h"
#include "learning/mf_training.h"
#include "learning/mlp_training.h"
#include "learning/platt.h"
#include "learning/routerdc_training.h"
#include "learning/strategy_numbers.h"
#include "learning/svm_training.h"
#include "scoring/knn/knn_head.h"
#include "scoring/network/network_head.h"
#include "scoring/npy.h"
#include "scoring/routerdc/routerdc_head.h"
#include "scoring/vector_math.h"

namespace switchyard::learning {
namespace {

std::vector<float> from_0_to_1(std::vector<float> values) {
  for (float& v : values) v = (v + 1) / 2;
  return values;
}

void expect_near(std::span<const float> got, const std::vector<double>& want, double tolerance) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(got[i], want[i], tolerance) << i;
}

TEST(StrategyValues, KnnWeighsNeighboursAsScikitLearnDoesAndAddsTheMean) {
  const std::vector<float> vectors = units(60, 8, 1), queries = units(4, 8, 2);
  const std::vector<float> scores = from_0_to_1(numbers(60 * 3, 3));
  const scoring::knn::KnnHead head({60, 8, vectors.data()}, {60, 3, scores.data()}, {10, 20.0, 5.0, {0}});
  std::vector<float> got;
  for (std::size_t q = 0; q < 4; ++q) {
    std::vector<float> expected(3);
    scoring::ScoreTrace trace;
    head.expect(std::span(queries).subspan(q * 8, 8), expected, trace);
    got.insert(got.end(), expected.begin(), expected.end());
    ASSERT_EQ(trace.clusters.size(), scoring::knn::kTracedNeighbours);
    EXPECT_GE(trace.weights[0], trace.weights[1]);
  }
  expect_near(got,
              {0.48497147, 0.539047646, 0.456220663, 0.537505307, 0.454888764, 0.43814436, 0.555532263, 0.446829087,
               0.390280111, 0.564323662, 0.534557993, 0.511040596},
              2e-6);
}

TEST(StrategyValues, KnnIgnoresModelsThatWereNotMeasuredOnANeighbour) {
  const std::vector<float> vectors{1, 0, 1, 0, 0, 1}, scores{1, -1, 0, 0.25f, -1, 0.75f};
  const scoring::knn::KnnHead head({3, 2, vectors.data()}, {3, 2, scores.data()}, {2, 0.0, 0.0, {0}});
  std::vector<float> expected(2);
  scoring::ScoreTrace trace;
  head.expect(std::vector<float>{1, 0}, expected, trace);
  EXPECT_EQ(expected, (std::vector<float>{0.5f, 0.25f}));  // By hand: rows 0 and 1 are the neighbours.
}

TEST(StrategyValues, SvmFindsTheOptimumThatLiblinearFinds) {
  const std::vector<float> vectors = units(80, 6, 4), noise = numbers(80, 5);
  const double direction[] = {1, -2, 0.5, 0, 1, 0};
  std::vector<float> labels;
  for (std::size_t i = 0; i < 80; ++i) {
    double sum = 0.3 * noise[i];
    for (std::size_t d = 0; d < 6; ++d) sum += vectors[i * 6 + d] * direction[d];
    labels.push_back(sum > 0.1 ? 1.0f : -1.0f);
  }
  SvmSettings settings;
  settings.c = 1.0;
  settings.passes_max = 20'000;
  settings.tolerance = 1e-6;
  expect_near(fit_svm(vectors, 6, labels, settings),
              {1.26732176, -2.78801389, 0.541094443, -0.806472975, 1.74203179, -0.576732868, 0.07037117}, 2e-4);
}

TEST(StrategyValues, PlattIsALogisticRegressionOnTheScore) {
  const std::vector<float> scores = numbers(50, 6), noise = numbers(50, 7);
  std::vector<float> targets;
  for (std::size_t i = 0; i < 50; ++i) targets.push_back(noise[i] * 0.5f + scores[i] > 0 ? 1.0f : 0.0f);
  const PlattLine line = fit_platt(scores, targets);
  EXPECT_NEAR(line.slope, 6.91262143, 1e-4);
  EXPECT_NEAR(line.offset, -0.543314096, 1e-4);
}

TEST(StrategyValues, PlattStaysFiniteWhereTheScoreSeparatesTheTargets) {
  const std::vector<float> scores{-1, -1, 1, 1}, targets{0, 0, 1, 1};
  const PlattLine line = fit_platt(scores, targets);
  EXPECT_GT(line.slope, 3.0);
  EXPECT_LT(line.slope, 20.0);
}

std::vector<float> network_outputs(const std::vector<Layer>& layers, std::span<const float> vectors) {
  std::vector<scoring::Matrix<float>> matrices;
  for (const Layer& layer : layers) matrices.push_back({layer.outputs, layer.inputs + 1, layer.values.data()});
  std::vector<float> out;
  for (std::size_t i = 0; i < 2; ++i) {
    std::vector<float> outputs(layers.back().outputs);
    scoring::network::forward(matrices, vectors.subspan(i * 4, 4), outputs);
    for (const float z : outputs) out.push_back(static_cast<float>(scoring::portable_sigmoid(z)));
  }
  return out;
}

TEST(StrategyValues, NetworkLearnsAsScikitLearnsDoesStepByStep) {
  const std::vector<float> vectors = numbers(12 * 4, 8);
  std::vector<float> targets = numbers(12 * 2, 9);
  for (float& t : targets) t = t > 0 ? 1.0f : 0.0f;
  std::vector<Layer> layers{{5, 4, numbers(25, 10)}, {3, 5, numbers(18, 11)}, {2, 3, numbers(8, 12)}};
  expect_near(network_outputs(layers, vectors), {0.384894166, 0.547722893, 0.339684992, 0.549197255}, 1e-6);
  NetworkSettings settings;
  settings.rate = 1e-2;
  settings.batch = 12;  // All rows in a step: their order does not matter.
  settings.epochs_max = 5;
  train_network(layers, vectors, targets, settings);
  expect_near(network_outputs(layers, vectors), {0.406931971, 0.521269009, 0.399972486, 0.500652602}, 2e-5);
}

TEST(StrategyValues, NetworkLearnsNothingFromTargetsThatAreNotKnown) {
  const std::vector<float> vectors = numbers(12 * 4, 8);
  const std::vector<float> unknown(24, -1.0f);
  NetworkSettings settings;
  settings.hidden = {5};
  settings.decay = 0;
  std::vector<Layer> layers = start_network(4, 2, settings);
  const std::vector<float> before = layers[0].values;
  EXPECT_EQ(train_network(layers, vectors, unknown, settings), 0.0);
  EXPECT_EQ(layers[0].values, before);
}

TEST(StrategyValues, EloRatingsAreTheMostLikely) {
  std::vector<double> wins;
  for (const float v : numbers(16, 20)) wins.push_back(std::floor((v + 1.0) * 20));
  for (std::size_t i = 0; i < 4; ++i) wins[i * 5] = 0;
  const std::vector<double> got = elo_ratings(wins, 4);
  const double want[] = {1033.25352, 1030.75087, 999.303697, 936.693419};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(got[i], want[i], 1e-3) << i;
}

TEST(StrategyValues, EloStaysFiniteForAModelThatNeverLoses) {
  const std::vector<double> wins{0, 10, 0, 0};
  const std::vector<double> ratings = elo_ratings(wins, 2);
  EXPECT_GT(ratings[0], ratings[1] + 400);
  EXPECT_LT(ratings[0], 5000);
}

TEST(StrategyValues, EloUpdateMovesBothByTheSurprise) {
  double a = 1000, b = 1400;
  EXPECT_NEAR(elo_win_probability(a, b), 1.0 / 11.0, 1e-12);  // 1 / (1 + 10^1)
  elo_update(a, b, 1.0);
  EXPECT_NEAR(a, 1000 + 32 * 10.0 / 11.0, 1e-9);
  EXPECT_NEAR(a + b, 2400, 1e-9);
}

TEST(StrategyValues, TiersKeepNeighbouringRatingsTogether) {
  const std::vector<double> ratings{1200, 1000, 1010, 800, 1190};
  EXPECT_EQ(rating_tiers(ratings, 3), (std::vector<std::size_t>{2, 1, 1, 0, 2}));
  EXPECT_EQ(rating_tiers(ratings, 10), (std::vector<std::size_t>{4, 1, 2, 0, 3}));
}

TEST(StrategyValues, MatrixFactorisationScoresAndItsCollapsedRowAgree) {
  const MfModel model{4, 5, 3, numbers(12, 30), numbers(20, 31), numbers(4, 32)};
  const std::vector<float> q = numbers(5, 33);
  const double want[] = {0.941528643, 0.811372869, -0.588109234};
  for (std::size_t m = 0; m < 3; ++m) {
    EXPECT_NEAR(model.score(m, q), want[m], 1e-5) << m;
    EXPECT_NEAR(scoring::dot(model.row(m), q.data()), want[m], 1e-5) << m;
  }
  EXPECT_NEAR(win_probability(1.0f, 0.0f), 0.7310585786, 1e-9);
}

TEST(StrategyValues, ThresholdIsTheQuantileOfTheShare) {
  std::vector<double> p;
  for (const float v : numbers(41, 34)) p.push_back((v + 1.0) / 2);
  const std::pair<double, double> want[] = {
      {0, 0.984863281}, {0.1, 0.876953125}, {0.3, 0.762207031}, {0.5, 0.465332031}, {1, 0.001953125}};
  for (const auto& [share, threshold] : want) EXPECT_NEAR(share_threshold(p, share), threshold, 1e-8) << share;
}

TEST(StrategyValues, RouterDcContrastAndItsGradientAreThoseOfItsFormula) {
  std::vector<float> cosines = numbers(6, 40), gradient(6);
  for (float& c : cosines) c *= 0.9f;
  const std::vector<float> scores{1, 0.2f, 0.8f, -1, 0.4f, 0};
  EXPECT_NEAR(model_contrast(cosines, scores, {}, gradient), 5.23681502, 1e-5);
  expect_near(gradient, {-1.6563033, 5.37815321, -0.318182388, 0, -4.94077692, 1.5371094}, 1e-4);
}

TEST(StrategyValues, RouterDcServesCalibratedCosines) {
  const std::vector<float> projection = numbers(24, 41), models = units(3, 4, 42), lines = numbers(6, 43);
  const scoring::routerdc::RouterDcHead head({4, 6, projection.data()}, {3, 4, models.data()}, {3, 2, lines.data()});
  std::vector<float> expected(3);
  scoring::ScoreTrace trace;
  head.expect(units(1, 6, 44), expected, trace);
  expect_near(expected, {0.279266875, 0.639423341, 0.739335323}, 1e-6);
  head.expect(std::vector<float>(6), expected, trace);  // A text that says nothing has no direction.
  for (const float e : expected) EXPECT_TRUE(e > 0 && e < 1) << e;
}

TEST(StrategyValues, GraphNodeAndItsCollapsedRowAgree) {
  const GraphModel model{3, 4, numbers(12, 50), numbers(12, 51), numbers(3, 52), {0.9f, -0.2f}};
  std::vector<float> history = numbers(4, 53);
  for (float& h : history) h /= 10;
  const std::vector<float> row = model.row({history, 0.7f}), q = units(1, 4, 54);
  const double z = scoring::dot(q, row.data()) + row.back();
  EXPECT_NEAR(scoring::portable_sigmoid(z), 0.602568844, 1e-6);
}

TEST(StrategyValues, GraphHistoryCorrelatesVectorsWithScores) {
  TrainingSet set;
  set.rows = 3;
  set.dimension = 2;
  set.columns = 1;
  set.vectors = {1, 0, 0, 1, 1, 0};
  set.scores = {1, 0, -1};
  const std::vector<std::uint8_t> all(3, 1), none(3, 0);
  const GraphHistory history = graph_history(set, 0, all);
  EXPECT_EQ(history.mean, 0.5f);
  EXPECT_EQ(history.correlation, (std::vector<float>{0.25f, -0.25f}));  // By hand: (0.5, 0)/2 and (0, -0.5)/2.
  EXPECT_EQ(graph_history(set, 0, none).correlation, (std::vector<float>{0, 0}));
}

TEST(StrategyValues, HybridLabelsFollowTheirThreeRules) {
  const std::vector<float> gaps{0.5f, 0, -0.25f, -1};
  EXPECT_EQ(hybrid_labels(gaps, HybridLabels::kDeterministic), (std::vector<float>{1, 1, 0, 0}));
  // sigmoid(5), 1/2, sigmoid(-2.5), sigmoid(-10)
  expect_near(hybrid_labels(gaps, HybridLabels::kProbabilistic), {0.99330715, 0.5, 0.07585818, 4.539787e-05}, 1e-7);
  EXPECT_EQ(hybrid_relaxation(gaps), 0.0) << "two of four is as even as it gets";
  const std::vector<float> losses{-1, -0.5f, -0.9f};
  const double t =
      hybrid_relaxation(losses);  // Evenest with one of three: the least t on the grid of 1/49 from 0.5 on.
  EXPECT_NEAR(t, 25.0 / 49.0, 1e-12);
  EXPECT_EQ(hybrid_labels(losses, HybridLabels::kTransformed), (std::vector<float>{0, 1, 0}));
}

}  // namespace
}  // namespace switchyard::learning
