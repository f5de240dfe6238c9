#include "learning/cluster_training.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "learning/evaluation.h"

namespace switchyard::learning {
namespace {

constexpr const char* kTopics[][6] = {{"integral", "theorem", "prove", "matrix", "prime", "sum"},
                                      {"function", "loop", "python", "compile", "pointer", "array"},
                                      {"recipe", "butter", "oven", "flour", "sugar", "bake"}};
constexpr const char* kFillers[] = {"the", "please", "about", "what", "is", "with", "a", "of"};

/// Questions on three topics. Model t answers topic t and no other; "cheap" answers topic 2 too; all are right one time
/// in ten elsewhere.
Outcomes synthetic(std::size_t count) {
  Random random(5);
  Outcomes o;
  o.columns = {"mathematician", "programmer", "cook", "cheap"};
  o.facts.resize(4);
  for (std::size_t m = 0; m < 4; ++m) o.facts[m].usd_per_million = m == 3 ? 0.1 : 3.0 + static_cast<double>(m);
  o.tasks = {"mathematics", "code", "kitchen"};
  o.pools = {{"synthetic", {0, 1, 2, 3}}};
  for (std::size_t i = 0; i < count; ++i) {
    Row row;
    row.task = static_cast<std::uint32_t>(i % 3);
    for (int w = 0; w < 12; ++w) {
      row.query += random.next() % 3 == 0 ? kTopics[row.task][random.next() % 6] : kFillers[random.next() % 8];
      row.query += ' ';
    }
    row.query += kTopics[row.task][random.next() % 6] + std::to_string(i);
    for (std::uint32_t m = 0; m < 4; ++m) {
      const bool knows = m == row.task || (m == 3 && row.task == 2);
      row.scores.emplace_back(m, knows || random.next() % 10 == 0 ? 1.0f : 0.0f);
      row.costs_usd.push_back(m == 3 ? 0.1f : 3.0f + static_cast<float>(m));
    }
    row.question = question_hash(row.query);
    o.rows.push_back(std::move(row));
  }
  return o;
}
ClusterSettings small() { return {.clusters = 6, .buckets = 1024, .restarts = 3}; }

struct Trained {
  Outcomes outcomes = synthetic(1500);
  std::vector<std::size_t> known, held;
  ClusterModel model;
  Trained() {
    for (std::size_t i = 0; i < outcomes.rows.size(); ++i) (i % 5 == 0 ? held : known).push_back(i);
    model = train_clusters(outcomes, known, small(), {});
  }
};

TEST(TrainClusters, LearnsWhoAnswersWhat) {
  const Trained t;
  const std::vector<float> vectors = embed_rows(t.outcomes, t.held, t.model);
  std::size_t right = 0;
  for (std::size_t i = 0; i < t.held.size(); ++i) {
    std::size_t best = 0;
    float best_cosine = -2;
    for (std::size_t k = 0; k < t.model.clusters; ++k) {
      float cosine = 0;
      for (std::size_t d = 0; d < 64; ++d) cosine += vectors[i * 64 + d] * t.model.centroids[k * 64 + d];
      if (cosine > best_cosine) {
        best_cosine = cosine;
        best = k;
      }
    }
    const float* const quality = &t.model.quality[best * 4];
    right +=
        static_cast<std::size_t>(std::max_element(quality, quality + 3) - quality) == t.outcomes.rows[t.held[i]].task;
  }
  EXPECT_GE(right, t.held.size() * 95 / 100);
}

TEST(TrainClusters, GivesTheSameBytesForTheSameSeed) {
  const Trained a, b;
  EXPECT_EQ(a.model.weights, b.model.weights);
  EXPECT_EQ(a.model.centroids, b.model.centroids);
  EXPECT_EQ(a.model.quality, b.model.quality);
  ClusterSettings other = small();
  other.seed = 43;
  EXPECT_NE(train_clusters(a.outcomes, a.known, other, {}).weights, a.model.weights);
}

TEST(TrainClusters, CopesWithTextsThatSayNothingAndModelsThatWereNotAsked) {
  Outcomes o = synthetic(60);
  for (std::size_t i = 0; i < o.rows.size(); i += 4) o.rows[i].query = " \n";
  for (std::size_t i = 1; i < o.rows.size(); i += 4) {
    o.rows[i].scores.erase(o.rows[i].scores.begin());
    o.rows[i].costs_usd.pop_back();
  }
  std::vector<std::size_t> rows(o.rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
  const ClusterModel model = train_clusters(o, rows, small(), {});
  for (const float q : model.quality) EXPECT_TRUE(q >= 0 && q <= 1);
  for (const float c : model.centroids) EXPECT_TRUE(c >= -1.001f && c <= 1.001f);
}

TEST(Evaluate, FindsMostOfTheGainThatIsThere) {
  const Trained t;
  const Evaluation e = evaluate(t.outcomes, t.known, t.held, expectation_of(t.outcomes, t.model, 2), 1);
  ASSERT_EQ(e.pools.size(), 1u);
  EXPECT_EQ(e.pools[0].rows, t.held.size());
  EXPECT_EQ(e.pools[0].models, 4u);
  EXPECT_GT(e.pools[0].gain, 0.7);
  EXPECT_GT(e.pools[0].gap_closed, 0.7);
  EXPECT_FALSE(e.pools[0].counted);  // 300 rows are too few to judge by.
  EXPECT_EQ(e.gain, 0.0);
}

TEST(Evaluate, LeavesOutBaseModelsAndThoseWithoutAPrice) {
  Trained t;
  t.outcomes.facts[0].chat = false;
  for (Row& row : t.outcomes.rows) row.costs_usd[1] = std::numeric_limits<float>::quiet_NaN();
  t.outcomes.facts[1].usd_per_million.reset();
  const Evaluation e = evaluate(t.outcomes, t.known, t.held, expectation_of(t.outcomes, t.model, 2), 1);
  ASSERT_EQ(e.pools.size(), 1u);
  EXPECT_EQ(e.pools[0].models, 2u);
}

TEST(ServedPart, IsTheTail) {
  EXPECT_EQ(served_part("short"), "short");
  EXPECT_EQ(served_part(std::string(3000, 'a') + "end").size(), 2048u);
  EXPECT_TRUE(served_part(std::string(3000, 'a') + "end").ends_with("aend"));
}

}  // namespace
}  // namespace switchyard::learning
