#include "scoring/cluster/cluster_scorer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "scoring/cluster/test_artifact.h"

namespace switchyard::scoring::cluster {
namespace {

/// Models of the test artifact and one that it does not know; a model costs `price` and five times as much for output.
Catalog catalog_of(const std::vector<std::pair<std::string, std::int64_t>>& models) {
  std::vector<Model> made;
  std::vector<Binding> bindings;
  for (const auto& [id, micro_usd] : models) {
    Binding binding;
    binding.model = static_cast<std::uint32_t>(made.size());
    binding.price.input = Usd::per_token(micro_usd);
    binding.price.output = Usd::per_token(5 * micro_usd);
    bindings.push_back(binding);
    made.emplace_back().id = id;
  }
  Provider provider;
  provider.name = "test";
  return *Catalog::build(std::move(made), {provider}, std::move(bindings));
}

class ClusterScorerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto loaded = Artifact::load(files_.write());
    ASSERT_TRUE(loaded) << loaded.error().message;
    artifact_ = *std::move(loaded);
  }
  struct Answer {
    std::vector<ModelScore> scores;
    ScoreTrace trace;
  };
  Answer ask(const ClusterScorer& scorer, std::string_view text, const Knobs& knobs,
             std::vector<std::uint32_t> models) {
    Answer answer;
    EXPECT_TRUE(scorer.score(text, knobs, models, answer.scores, answer.trace));
    return answer;
  }

  TestArtifact files_{"scorer"};
  std::shared_ptr<const Artifact> artifact_;
  Catalog catalog_ =
      catalog_of({{"gamma", 3'000'000}, {"unknown", 1'000'000}, {"alpha", 15'000'000}, {"beta", 250'000}});
};

/// The formula as the header words it, in double and without any short cut.
std::vector<double> slow_scores(const Artifact& artifact, std::string_view text, const Knobs& knobs,
                                const std::vector<std::pair<std::uint32_t, double>>& entries) {
  const std::size_t clusters = artifact.centroids().rows;
  std::vector<float> vector(artifact.embedder().dimension());
  artifact.embedder().embed(text, vector);
  std::vector<std::pair<double, std::size_t>> near;
  for (std::size_t k = 0; k < clusters; ++k) {
    near.emplace_back(-std::inner_product(vector.begin(), vector.end(), artifact.centroids().row(k).begin(), 0.0), k);
  }
  std::sort(near.begin(), near.end());
  near.resize(knobs.top_p);
  double total = 0;
  for (const auto& [cosine, k] : near) total += std::exp(kNearness * (near[0].first - cosine));

  const auto quality = [&](std::size_t k, std::size_t m) {
    const RegistryEntry& entry = artifact.registry()[entries[m].first];
    const double measured = artifact.quality().row(k)[entry.column];
    return measured + entry.prior * (1 - measured);
  };
  double range = 0;
  std::vector<double> lowest(clusters, 2);
  for (std::size_t k = 0; k < clusters; ++k) {
    double high = 0;
    for (std::size_t m = 0; m < entries.size(); ++m) {
      lowest[k] = std::min(lowest[k], quality(k, m));
      high = std::max(high, quality(k, m));
    }
    range = std::max(range, high - lowest[k]);
  }
  std::vector<double> logs;
  for (const auto& [entry, usd] : entries) logs.push_back(std::log2(1 + usd + knobs.output_cost_ratio * 5 * usd));
  const auto [low, high] = std::minmax_element(logs.begin(), logs.end());
  std::vector<double> scores;
  for (std::size_t m = 0; m < entries.size(); ++m) {
    double better = 0;
    for (const auto& [cosine, k] : near) {
      better += std::exp(kNearness * (near[0].first - cosine)) / total * (quality(k, m) - lowest[k]) / range;
    }
    scores.push_back(knobs.alpha * better + (1 - knobs.alpha) * (1 - (logs[m] - *low) / (*high - *low)));
  }
  return scores;
}

TEST_F(ClusterScorerTest, AgreesWithTheFormula) {
  const ClusterScorer scorer(artifact_, catalog_);
  for (const double alpha : {0.0, 0.3, 0.53, 1.0}) {
    for (const double ratio : {0.0, 0.25, 4.0}) {
      for (const std::uint32_t top_p : {1u, 2u, 4u}) {
        for (int i = 0; i < 40; ++i) {
          const std::string text =
              "prove lemma " + std::to_string(i) + " by induction " + std::string(1, static_cast<char>('a' + i % 26));
          const Knobs knobs{alpha, ratio, top_p};
          const Answer got = ask(scorer, text, knobs, {2, 3, 0});
          const std::vector<double> want = slow_scores(*artifact_, text, knobs, {{0, 15.0}, {1, 0.25}, {2, 3.0}});
          ASSERT_EQ(got.scores.size(), 3u);
          for (std::size_t m = 0; m < 3; ++m) ASSERT_NEAR(got.scores[m].score, want[m], 2e-6) << text;
          ASSERT_EQ(got.trace.clusters.size(), top_p);
          ASSERT_NEAR(std::accumulate(got.trace.weights.begin(), got.trace.weights.end(), 0.0), 1.0, 1e-6);
        }
      }
    }
  }
}

TEST_F(ClusterScorerTest, KnowsWhatRegistryAndCatalogShare) {
  const ClusterScorer scorer(artifact_, catalog_);
  EXPECT_TRUE(scorer.knows(0));
  EXPECT_FALSE(scorer.knows(1));
  EXPECT_EQ(scorer.note(3), "measured on an older beta");
  EXPECT_EQ(scorer.note(0), "");
  EXPECT_EQ(scorer.name(), "cluster");
  EXPECT_EQ(scorer.version(), "v9.1");
}

// Whoever is not eligible must not move the others.
TEST_F(ClusterScorerTest, ScoresAModelTheSameInAnyCompany) {
  const ClusterScorer scorer(artifact_, catalog_);
  const Answer all = ask(scorer, "sort a list", scorer.default_knobs(), {0, 2, 3});
  for (std::size_t i = 0; i < 3; ++i) {
    const Answer one = ask(scorer, "sort a list", scorer.default_knobs(), {all.scores[i].model});
    EXPECT_EQ(one.scores[0].score, all.scores[i].score);
    EXPECT_EQ(one.scores[0].quality, all.scores[i].quality);
  }
}

TEST_F(ClusterScorerTest, GivesTheSameBitsAgain) {
  const ClusterScorer first(artifact_, catalog_), second(artifact_, catalog_);
  for (int i = 0; i < 100; ++i) {
    const std::string text = "question " + std::to_string(i * 7919);
    const Answer a = ask(first, text, first.default_knobs(), {0, 2, 3}),
                 b = ask(second, text, second.default_knobs(), {0, 2, 3});
    EXPECT_EQ(a.trace.clusters, b.trace.clusters);
    for (std::size_t m = 0; m < 3; ++m) EXPECT_EQ(a.scores[m].score, b.scores[m].score);
  }
}

TEST_F(ClusterScorerTest, TakesTheCheapestAtZeroAndTheBestAtOne) {
  const ClusterScorer scorer(artifact_, catalog_);
  const auto best = [](const Answer& answer, auto by) {
    return std::max_element(answer.scores.begin(), answer.scores.end(),
                            [&](const auto& a, const auto& b) { return a.*by < b.*by; })
        ->model;
  };
  for (int i = 0; i < 50; ++i) {
    const std::string text = "task " + std::to_string(i);
    EXPECT_EQ(best(ask(scorer, text, {0.0, 0.25, 2}, {0, 2, 3}), &ModelScore::score), 3u);
    const Answer quality = ask(scorer, text, {1.0, 0.25, 2}, {0, 2, 3});
    EXPECT_EQ(best(quality, &ModelScore::score), best(quality, &ModelScore::quality));
  }
}

// A text that says nothing has no direction: all clusters are as near, and lower indices come first.
/// The catalog with `model`'s price taken away.
Catalog without_price(const Catalog& catalog, std::uint32_t model) {
  std::vector<Binding> bindings = catalog.bindings();
  for (Binding& b : bindings) {
    if (b.model != model) continue;
    b.price = {};
    b.pricing = Pricing::kUnknown;
  }
  return *Catalog::build(catalog.models(), catalog.providers(), std::move(bindings));
}

TEST_F(ClusterScorerTest, AnUnknownPriceCountsAsTheDearestAndIsNoNumber) {
  const Catalog unpriced = without_price(catalog_, 3);  // "beta", the cheapest.
  const ClusterScorer scorer(artifact_, unpriced);
  Knobs cheap = scorer.default_knobs();
  cheap.alpha = 0;
  const Answer answer = ask(scorer, "sort a list", cheap, {0, 2, 3});
  EXPECT_EQ(answer.scores[0].score, 1.0f);  // "gamma" is now the cheapest of the priced,
  EXPECT_EQ(answer.scores[1].score, 0.0f);  // "alpha" the dearest,
  EXPECT_EQ(answer.scores[2].score, 0.0f);  // and nobody knows what "beta" costs.
  EXPECT_TRUE(std::isnan(answer.scores[2].cost_usd_per_m));
}

TEST_F(ClusterScorerTest, TakesThePriceOfTheFirstProviderThatHasOne) {
  std::vector<Binding> bindings = catalog_.bindings();
  Binding& unknown = bindings.emplace_back(bindings[0]);
  std::swap(unknown, bindings[0]);
  bindings[0].price = {};
  bindings[0].pricing = Pricing::kUnknown;
  std::vector<Provider> providers = catalog_.providers();
  providers.emplace_back().name = "other";
  bindings.back().provider = 1;
  const Catalog twice = *Catalog::build(catalog_.models(), providers, bindings);
  ASSERT_EQ(twice.bindings_of(0).size(), 2u);
  const ClusterScorer scorer(artifact_, twice), before(artifact_, catalog_);
  const Knobs knobs = scorer.default_knobs();
  EXPECT_EQ(ask(scorer, "sort a list", knobs, {0}).scores[0].score,
            ask(before, "sort a list", knobs, {0}).scores[0].score);
}

TEST_F(ClusterScorerTest, BreaksTiesByIndex) {
  const ClusterScorer scorer(artifact_, catalog_);
  const Answer answer = ask(scorer, "  ", {0.5, 0.25, 3}, {0, 2, 3});
  EXPECT_EQ(answer.trace.clusters, (std::vector<std::uint32_t>{0, 1, 2}));
  for (const float weight : answer.trace.weights) EXPECT_FLOAT_EQ(weight, 1.0f / 3);
}

TEST_F(ClusterScorerTest, CountsTheOutputPrice) {
  const ClusterScorer scorer(artifact_, catalog_);
  const Answer answer = ask(scorer, "hello", {0.5, 2.0, 2}, {2});
  EXPECT_FLOAT_EQ(answer.scores[0].cost_usd_per_m, 15 + 2 * 75);
}

TEST_F(ClusterScorerTest, AnswersForOneModelAndForNone) {
  const ClusterScorer alone(artifact_, catalog_of({{"alpha", 1'000'000}}));
  EXPECT_TRUE(std::isfinite(ask(alone, "hi", alone.default_knobs(), {0}).scores[0].score));
  const ClusterScorer none(artifact_, catalog_of({{"other", 1'000'000}}));
  EXPECT_FALSE(none.knows(0));
  EXPECT_TRUE(ask(none, "hi", none.default_knobs(), {}).scores.empty());
}

// Whatever the inputs' numbers, an answer without a number is an error and never a choice.
TEST_F(ClusterScorerTest, RefusesToAnswerWithoutANumber) {
  const ClusterScorer scorer(artifact_, catalog_);
  std::vector<ModelScore> scores;
  ScoreTrace trace;
  const std::uint32_t models[] = {0};
  const auto result = scorer.score("hi", {std::nan(""), 0.25, 2}, models, scores, trace);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace switchyard::scoring::cluster
