#include "learning/distill.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>

#include "learning/principal_axes.h"
#include "scoring/embedder.h"

namespace switchyard::learning {
namespace {

TEST(DistillWordsTest, SpellsTheWordsThatTheEmbedderHashes) {
  const std::string_view texts[] = {"Butter, butter and FLOUR", "flour \u4e2d\u6587 x_1", "butter"};
  const auto words = count_words(texts, 1);
  const std::vector<std::pair<std::string, std::uint64_t>> want = {
      {"butter", 3}, {"flour", 2}, {",", 1}, {"and", 1}, {"x_1", 1}, {"\u4e2d", 1}, {"\u6587", 1}};
  ASSERT_EQ(words.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(words[i].text, want[i].first);
    EXPECT_EQ(words[i].count, want[i].second);
    scoring::for_each_feature(words[i].text, [&](std::uint32_t hash) { EXPECT_EQ(hash, words[i].hash); });
  }
  EXPECT_EQ(count_words(texts, 2).size(), 2);
}

TEST(PrincipalAxesTest, FindsTheDirectionsOfMostVariance) {
  // Points on an ellipse around (5, 5, 1): long along (1, 1, 0), short along (1, -1, 0), flat along the last axis.
  std::vector<float> points;
  for (int i = 0; i < 360; ++i) {
    const float angle = static_cast<float>(i) * 3.14159265f / 180, x = 3 * std::cos(angle), y = std::sin(angle);
    points.insert(points.end(), {5 + x + y, 5 + x - y, 1});
  }
  const PrincipalAxes axes = principal_axes(points, 3, 2);
  EXPECT_NEAR(axes.mean[0], 5, 1e-4);
  EXPECT_NEAR(std::fabs(axes.axes[0] + axes.axes[1]), std::sqrt(2.0f), 1e-4);
  EXPECT_NEAR(std::fabs(axes.axes[3] - axes.axes[4]), std::sqrt(2.0f), 1e-4);
  EXPECT_NEAR(axes.share, 1, 1e-6);
  EXPECT_NEAR(principal_axes(points, 3, 1).share, 0.9, 1e-3);
  float out[2];
  axes.project(std::vector<float>{6, 6, 1}, out);
  EXPECT_NEAR(std::fabs(out[0]), std::sqrt(2.0f), 1e-4);
  EXPECT_NEAR(out[1], 0, 1e-4);
}

/// Texts about three subjects; the teacher knows the subject, whatever the words.
class DistillTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::vector<std::vector<std::string>> subjects = {
        {"butter", "flour", "oven", "salt"}, {"pointer", "loop", "compile", "heap"}, {"goal", "match", "team", "ball"}};
    for (std::size_t i = 0; i < 600; ++i) {
      const std::size_t subject = i % 3;
      const auto& of = subjects[subject];
      owned_.push_back("the " + of[i / 3 % 4] + " and a " + of[i / 12 % 4] + " with it " + std::to_string(i));
      for (std::size_t d = 0; d < 4; ++d)
        teacher_.texts.push_back(d == subject ? 1.0f : 0.1f * static_cast<float>(i % 7));
      (i % 5 == 0 ? held_ : learned_).push_back(i);
    }
    texts_.assign(owned_.begin(), owned_.end());
    words_ = count_words(texts_, 2);
    teacher_.dimension = 4;
    teacher_.words.assign(words_.size() * 4, 0.5f);  // Words alone say nothing here.
  }
  Distilled run() const {
    DistillSettings settings;
    settings.buckets = 1024;
    settings.dimension = 2;
    settings.epochs = 20;
    return distill(texts_, learned_, held_, words_, teacher_, settings);
  }
  std::vector<std::string> owned_;
  std::vector<std::string_view> texts_;
  std::vector<std::size_t> learned_, held_;
  std::vector<CountedWord> words_;
  TeacherVectors teacher_;
};

TEST_F(DistillTest, TextsThatWereNotSeenLieWhereTheTeacherPutsThem) {
  const Distilled out = run();
  EXPECT_LT(out.start_cosine, 0.2);
  EXPECT_GT(out.cosine, 0.9);
  const scoring::StaticEmbedder embedder({1024, 2, out.weights.data()}, "test");
  const auto cosine = [&](std::string_view a, std::string_view b) {
    float x[2], y[2];
    embedder.embed(a, x);
    embedder.embed(b, y);
    return std::inner_product(x, x + 2, y, 0.0f);
  };
  EXPECT_GT(cosine("salt in the oven", "flour with butter"), 0.8);
  EXPECT_LT(cosine("salt in the oven", "a loop on the heap"), 0.3);
}

TEST_F(DistillTest, TheSameInputGivesTheSameBytes) { EXPECT_EQ(run().weights, run().weights); }

}  // namespace
}  // namespace switchyard::learning
