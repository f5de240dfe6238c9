// Against values that NumPy and scikit-learn computed: tools/estimator_reference.py.

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numeric>
#include <sstream>

#include "base/json.h"
#include "learning/estimator/calibration.h"
#include "learning/estimator/word_directions.h"
#include "learning/metrics.h"

namespace switchyard::learning {
namespace {

std::string golden(const std::string& name) {
  std::ifstream file(std::string(SWITCHYARD_SOURCE_DIR) + "/tests/golden/estimator/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::vector<double> numbers(json::Value array) {
  std::vector<double> values;
  for (const json::Value value : array.elements()) values.push_back(value.number().value());
  return values;
}

class MetricsReference : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(document_);
    trial_.expected_costs = numbers(root_["mean_costs"]);
    trial_.scores.values = numbers(root_["scores"]);
    trial_.costs.values = numbers(root_["costs"]);
    trial_.expected_scores.values = numbers(root_["expected"]);
    for (Table* table : {&trial_.scores, &trial_.costs, &trial_.expected_scores}) {
      table->rows = 60;
      table->models = 4;
    }
    rows_.resize(60);
    std::iota(rows_.begin(), rows_.end(), 0u);
  }
  [[nodiscard]] double want(const char* name) const { return root_[name].number().value(); }

  const std::string text_ = golden("metrics.json");
  const Result<json::Document> document_ = json::Document::parse(text_);
  const json::Value root_ = document_->root();
  Trial trial_;
  std::vector<std::uint32_t> rows_;
};

TEST_F(MetricsReference, CurvesAndGainsAreThoseOfNumpy) {
  const Curves curves = curves_of(trial_, rows_);
  EXPECT_NEAR(curves.routed_mean, want("aiq"), 1e-9);
  EXPECT_NEAR(curves.singles_mean, want("aiq_zero"), 1e-9);
  EXPECT_NEAR(curves.oracle_mean, want("aiq_oracle"), 1e-9);
  EXPECT_NEAR(normalised_gain(trial_, rows_), want("ng"), 1e-9);
  EXPECT_NEAR(gap_closed(trial_, rows_), want("gap_closed"), 1e-9);
  EXPECT_NEAR(accuracy(trial_, rows_), want("accuracy"), 1e-9);
  for (const double regret : curves.regret) EXPECT_GE(regret, -1e-12);
}

TEST_F(MetricsReference, RecoveredGapIsThatOfScikitLearnsArea) {
  Trial pair;
  for (std::size_t row = 0; row < 60; ++row) {
    for (const std::size_t model : {0u, 3u}) {
      pair.scores.values.push_back(trial_.scores.at(row, model));
      pair.expected_scores.values.push_back(trial_.expected_scores.at(row, model));
    }
  }
  for (Table* table : {&pair.scores, &pair.expected_scores}) {
    table->rows = 60;
    table->models = 2;
  }
  const RecoveredGap gap = recovered_gap(pair, 1, rows_);
  EXPECT_NEAR(gap.routed, want("apgr"), 1e-9);
  EXPECT_NEAR(gap.oracle, want("apgr_oracle"), 1e-9);
}

TEST_F(MetricsReference, CalibrationErrorIsThatOfScikitLearnsCurve) {
  std::vector<estimator::Outcome> outcomes;
  for (std::size_t i = 0; i < trial_.scores.values.size(); ++i) {
    outcomes.push_back(
        {static_cast<float>(trial_.expected_scores.values[i]), static_cast<float>(trial_.scores.values[i])});
  }
  EXPECT_NEAR(estimator::expected_calibration_error(outcomes), want("ece"), 1e-6);
}

TEST(DirectionsReference, AreThoseOfNumpysSingularValueDecomposition) {
  const std::string text = golden("directions.json");
  const auto document = json::Document::parse(text);
  ASSERT_TRUE(document);
  estimator::BucketTexts texts;
  for (const json::Value row : document->root()["texts"].elements()) {
    texts.emplace_back();
    for (const double bucket : numbers(row)) texts.back().push_back(static_cast<std::uint32_t>(bucket));
  }
  const std::vector<float> rarity = estimator::rarity_of(texts, 16);
  estimator::DirectionSettings settings;
  settings.buckets = 16;
  settings.dimension = 3;
  settings.iterations = 6;
  const std::vector<float> table = estimator::learn_directions(estimator::matrix_of(texts, rarity), settings);
  const std::vector<double> want = numbers(document->root()["table"]);
  ASSERT_EQ(table.size(), want.size());
  for (std::size_t d = 0; d < 3; ++d) {
    // A direction may come out the other way round.
    double product = 0;
    for (std::size_t b = 0; b < 16; ++b) product += rarity[b] * table[3 * b + d] * want[3 * b + d];
    for (std::size_t b = 0; b < 16; ++b) {
      EXPECT_NEAR(rarity[b] * table[3 * b + d] * (product < 0 ? -1 : 1), want[3 * b + d], 1e-3) << d << " " << b;
    }
  }
}

}  // namespace
}  // namespace switchyard::learning
