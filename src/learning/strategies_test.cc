#include "learning/strategies.h"

#include <gtest/gtest.h>

#include <numeric>

#include "learning/strategy_numbers.h"
#include "scoring/head.h"

namespace switchyard::learning {
namespace {

constexpr std::size_t kDimension = 8;

Result<TrainingSet> set_of(const Outcomes& outcomes, std::uint64_t seed) {
  std::vector<std::size_t> rows(outcomes.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return make_training_set(outcomes, rows, vectors_of(outcomes, kDimension, seed), kDimension);
}

scoring::HeadFiles views(const std::map<std::string, std::string>& files) {
  scoring::HeadFiles out;
  for (const auto& [name, bytes] : files) out[name] = bytes;
  return out;
}

class StrategiesTest : public testing::TestWithParam<Strategy> {
 protected:
  Result<TrainedHead> train(const TrainingSet& set) const { return GetParam().train(set, {7}, {}); }
  static Result<std::unique_ptr<const scoring::Head>> load(const std::map<std::string, std::string>& files,
                                                           std::size_t columns, std::size_t dimension = kDimension) {
    return scoring::find_head(GetParam().name)->make(views(files), {dimension, columns});
  }
};

TEST_P(StrategiesTest, BeatsChanceOnTextsItHasNotSeen) {
  const auto set = set_of(two_pools(2000, 1), 11);
  ASSERT_TRUE(set);
  const auto trained = train(*set);
  ASSERT_TRUE(trained) << trained.error().message;
  const auto head = load(trained->files, trained->columns.size());
  ASSERT_TRUE(head) << head.error().message;

  const auto held = set_of(two_pools(1000, 2), 12);
  ASSERT_TRUE(held);
  double routed = 0, random = 0;
  for (std::size_t row = 0; row < held->rows; ++row) {
    std::vector<float> expected(trained->columns.size());
    scoring::ScoreTrace trace;
    (*head)->expect(held->vector(row), expected, trace);
    float best = -1, got = 0, sum = 0, count = 0;
    for (std::size_t m = 0; m < expected.size(); ++m) {
      ASSERT_GE(expected[m], 0.0f);
      ASSERT_LE(expected[m], 1.0f);
      const float score = held->score_row(row)[trained->columns[m]];
      if (score < 0) continue;
      sum += score;
      count += 1;
      if (expected[m] <= best) continue;
      best = expected[m];
      got = score;
    }
    routed += got;
    random += sum / count;
  }
  routed /= static_cast<double>(held->rows);
  random /= static_cast<double>(held->rows);
  // Always the smallest is the one that is worse than chance here: the pair's large model is better.
  if (GetParam().name == "smallest") {
    EXPECT_LT(routed, random);
  } else if (GetParam().dial || GetParam().name == "sw_ranking") {
    EXPECT_GT(routed, random + 0.1) << "a strategy that looks at the text";
  } else {
    EXPECT_GT(routed, random);
  }
}

TEST_P(StrategiesTest, GivesTheSameBytesForTheSameSeed) {
  const auto set = set_of(two_pools(400, 1), 11);
  ASSERT_TRUE(set);
  const auto first = train(*set), second = train(*set);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->files, second->files);
  EXPECT_EQ(first->columns, second->columns);
  EXPECT_FALSE(first->files.empty());
}

TEST_P(StrategiesTest, RefusesDataItCannotLearnFrom) {
  const Outcomes outcomes = two_pools(10, 1);
  EXPECT_FALSE(make_training_set(outcomes, {}, {}, kDimension)) << "no rows";
  std::vector<float> vectors = vectors_of(outcomes, kDimension, 1);
  std::vector<std::size_t> rows(outcomes.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  EXPECT_FALSE(make_training_set(outcomes, rows, vectors, kDimension + 1)) << "another dimension";
  vectors[5] = std::nanf("");
  const auto spoiled = make_training_set(outcomes, rows, vectors, kDimension);
  ASSERT_FALSE(spoiled) << "a number that is none";
  EXPECT_NE(spoiled.error().message.find("row 0"), std::string::npos) << spoiled.error().message;
}

TEST_P(StrategiesTest, RefusesFilesThatAreMissingCutOrOfAnotherShape) {
  const auto set = set_of(two_pools(200, 1), 11);
  ASSERT_TRUE(set);
  const auto trained = train(*set);
  ASSERT_TRUE(trained);
  const std::size_t columns = trained->columns.size();
  ASSERT_TRUE(load(trained->files, columns));
  EXPECT_FALSE(load(trained->files, columns + 2)) << "more columns";
  if (trained->files.contains("ranking.npy") == false) {
    EXPECT_FALSE(load(trained->files, columns, kDimension + 1)) << "another dimension";
  }
  for (const auto& [name, bytes] : trained->files) {
    auto files = trained->files;
    files.erase(name);
    // A network without its last layer is one whose hidden layer is no output.
    const auto missing = load(files, columns);
    ASSERT_FALSE(missing) << name;
    EXPECT_EQ(missing.error().kind, ErrorKind::kInvalidRequest);
    files[name] = bytes.substr(0, bytes.size() - 1);
    EXPECT_FALSE(load(files, columns)) << name << " cut";
    files[name] = bytes.substr(0, 7);
    EXPECT_FALSE(load(files, columns)) << name << " cut in its header";
    if (!name.ends_with(".npy")) continue;
    files[name] = bytes;
    const float nan = std::nanf("");
    files[name].replace(bytes.size() - sizeof nan, sizeof nan, reinterpret_cast<const char*>(&nan), sizeof nan);
    const auto spoiled = load(files, columns);
    ASSERT_FALSE(spoiled) << name << " with a number that is none";
    EXPECT_NE(spoiled.error().message.find(name), std::string::npos) << spoiled.error().message;
  }
}

INSTANTIATE_TEST_SUITE_P(All, StrategiesTest, testing::ValuesIn(strategies().begin(), strategies().end()),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(StrategyTables, NameTheSameStrategies) {
  std::vector<std::string_view> trained, loaded;
  for (const Strategy& strategy : strategies()) trained.push_back(strategy.name);
  for (const scoring::HeadKind& kind : scoring::head_kinds()) loaded.push_back(kind.strategy);
  EXPECT_EQ(trained, loaded);
  EXPECT_EQ(find_strategy("nothing"), nullptr);
  EXPECT_EQ(scoring::find_head("nothing"), nullptr);
}

TEST(TrainingSetTest, ReadsModelSizesInAllUnits) {
  EXPECT_EQ(parse_model_size("8B"), 8e9);
  EXPECT_EQ(parse_model_size("8x7B"), 56e9);
  EXPECT_EQ(parse_model_size("350M"), 350e6);
  EXPECT_EQ(parse_model_size("1.5t"), 1.5e12);
  for (const char* wrong : {"", "B", "8", "8x", "x7B", "8BB", "-8B", "nanB", "8 B", "1e999B"}) {
    EXPECT_EQ(parse_model_size(wrong), std::nullopt) << wrong;
  }
}

TEST(TrainingSetTest, OrdersByPriceWhereASizeIsUnknown) {
  Outcomes outcomes = two_pools(2, 1);
  EXPECT_EQ(size_order(outcomes, {2, 1, 0}), (std::vector<std::uint32_t>{0, 1, 2}));
  outcomes.facts[0].usd_per_million = 9;
  outcomes.facts[1].size = "";
  EXPECT_EQ(size_order(outcomes, {2, 1, 0}), (std::vector<std::uint32_t>{1, 2, 0}));
}

}  // namespace
}  // namespace switchyard::learning
