#include "routing/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "base/random.h"
#include "routing/eligibility.h"
#include "routing/record.h"

namespace switchyard::routing {
namespace {

/// Scores models by a fixed table.
class FixedScorer final : public scoring::Scorer {
 public:
  [[nodiscard]] std::string_view name() const override { return "cluster"; }
  [[nodiscard]] std::string_view version() const override { return "v9"; }
  [[nodiscard]] scoring::Knobs default_knobs() const override { return {}; }
  [[nodiscard]] bool knows(std::uint32_t) const override { return true; }
  [[nodiscard]] std::string_view note(std::uint32_t model) const override { return model == 0 ? "an older one" : ""; }
  Result<void> score(std::string_view, const scoring::Knobs&, std::span<const std::uint32_t> models,
                     std::vector<scoring::ModelScore>& scores, scoring::ScoreTrace& trace) const override {
    if (broken) return fail(ErrorKind::kUnavailable, "broken");
    trace.clusters = {3, 1};
    trace.weights = {0.75f, 0.25f};
    scores.clear();
    for (const std::uint32_t model : models) scores.push_back({model, table[model], 0.5f, 1.0f});
    return {};
  }
  std::vector<float> table = {0.9f, 0.8f, 0.8f, 0.1f};
  bool broken = false;
};

/// claude-a (anthropic, openrouter), gpt-b (openai), gpt-c (openai, cheaper), old-d (no tier), and "owner/open-e".
Catalog catalog() {
  std::vector<Model> models(5);
  const char* const ids[] = {"claude-a", "gpt-b", "gpt-c", "old-d", "owner/open-e"};
  for (std::size_t i = 0; i < models.size(); ++i) {
    models[i].id = ids[i];
    models[i].context_window = 100'000;
    models[i].output_max = 10'000;
    models[i].tier = i >= 3 ? Tier::kNone : Tier::kMid;
    models[i].capabilities.images = i == 0;
  }
  models[1].capabilities.tools = false;
  std::vector<Provider> providers(3);
  providers[0].name = "anthropic";
  providers[0].dialect = Dialect::kAnthropic;
  providers[0].passthrough = true;
  providers[1].name = "openai";
  providers[2].name = "openrouter";
  const auto bind = [](std::uint32_t model, std::uint32_t provider, std::int64_t price) {
    Binding b;
    b.model = model;
    b.provider = provider;
    b.upstream_id = "up" + std::to_string(model);
    b.price.input = Usd::per_token(price);
    return b;
  };
  return *Catalog::build(std::move(models), std::move(providers),
                         {bind(0, 0, 9), bind(0, 2, 9), bind(1, 1, 5), bind(2, 1, 4), bind(3, 1, 1), bind(4, 2, 1)});
}

class PlanTest : public testing::Test {
 protected:
  Table table(Policy policy = {}) { return {catalog_, std::move(policy), scorer_}; }
  static Query query(std::string model) {
    Query q;
    q.requested_model = std::move(model);
    q.input_tokens = 100;
    q.text = "hello";
    return q;
  }
  /// The attempts as "provider/model", or the error's kind and message.
  std::string attempts(const Query& q, Policy policy = {}) {
    const Table t = table(std::move(policy));
    const auto made = plan(q, t);
    if (!made) return std::string(error_kind_name(made.error().kind)) + ": " + made.error().message;
    std::string text;
    for (const std::uint32_t b : made->attempts) {
      text += (text.empty() ? "" : " ") + catalog_.providers()[catalog_.bindings()[b].provider].name + "/" +
              catalog_.models()[catalog_.bindings()[b].model].id;
    }
    return text;
  }
  Catalog catalog_ = catalog();
  std::shared_ptr<FixedScorer> scorer_ = std::make_shared<FixedScorer>();
};

TEST_F(PlanTest, OrdersByScoreThenPriceAndTriesEveryProviderOfTheWinnerFirst) {
  Query q = query("auto");
  q.client_credentials = true;
  EXPECT_EQ(attempts(q), "anthropic/claude-a openrouter/claude-a openai/gpt-c openai/gpt-b");
  EXPECT_EQ(attempts(q, {.attempts_max = 2}), "anthropic/claude-a openrouter/claude-a");
}

TEST_F(PlanTest, LeavesPassThroughProvidersOutWithoutTheClientsCredentials) {
  EXPECT_EQ(attempts(query("")), "openrouter/claude-a openai/gpt-c openai/gpt-b");
}

TEST_F(PlanTest, ResolvesNames) {
  EXPECT_EQ(attempts(query("openai/gpt-b")), "openai/gpt-b");
  EXPECT_EQ(attempts(query("openrouter/up0")), "openrouter/claude-a");
  EXPECT_EQ(attempts(query("gpt-b")), "openrouter/claude-a openai/gpt-c openai/gpt-b");
  EXPECT_EQ(attempts(query("gpt-b"), {.honor_named_models = true}), "openai/gpt-b");
  Query honored = query("old-d");
  honored.overrides.honor_named_models = true;
  EXPECT_EQ(attempts(honored), "openai/old-d");
  honored.requested_model = "owner/open-e";
  EXPECT_EQ(attempts(honored), "openrouter/owner/open-e");
  EXPECT_EQ(attempts(query("gpt-d")), "not_found: model 'gpt-d' is not known; did you mean gpt-b or gpt-c?");
  Query forced = query("auto");
  forced.overrides.force_model = "gpt-c";
  EXPECT_EQ(attempts(forced), "openai/gpt-c");
  EXPECT_EQ(attempts(forced, {.hard_pin_model = "claude-a", .hard_pin_provider = "openrouter"}), "openrouter/claude-a");
}

TEST_F(PlanTest, FiltersByWhatTheRequestNeeds) {
  Query tools = query("auto");
  tools.tools = true;
  EXPECT_EQ(attempts(tools), "openrouter/claude-a openai/gpt-c");
  Query images = query("auto");
  images.images = true;
  EXPECT_EQ(attempts(images), "openrouter/claude-a");
  EXPECT_EQ(attempts(images, {.excluded_models = {"claude-a"}}),
            "invalid_request: messages: no model that is set up can read images");
  images.requested_model = "openai/gpt-b";
  EXPECT_EQ(attempts(images), "invalid_request: messages: model 'gpt-b' cannot read images");
  Query large = query("auto");
  large.input_tokens = 99'500;
  EXPECT_TRUE(attempts(large).starts_with("too_large: messages: about 99500 tokens"));
  EXPECT_EQ(attempts(query("auto"), {.excluded_providers = {"openrouter"}}), "openai/gpt-c openai/gpt-b");
}

TEST_F(PlanTest, NamesTheFieldThatNoDialectCarries) {
  Query q = query("anthropic/claude-a");
  q.client_credentials = true;
  q.refusal = [](Dialect) { return std::string("n: Anthropic Messages has no several answers"); };
  EXPECT_EQ(attempts(q), "invalid_request: n: Anthropic Messages has no several answers");
  q.requested_model = "auto";
  EXPECT_EQ(attempts(q), "openrouter/claude-a openai/gpt-c openai/gpt-b");
}

TEST_F(PlanTest, NeverFallsBackSilentlyWhenTheScorerCannotAnswer) {
  scorer_->broken = true;
  const Table t = table();
  const auto made = plan(query("auto"), t);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(made.error().retry_after, std::chrono::seconds(1));
  EXPECT_EQ(attempts(query("openai/gpt-b")), "openai/gpt-b");
}

TEST_F(PlanTest, ReplaysItsRecordAndSeesEachDifference) {
  const Table t = table();
  const Query q = query("auto");
  const auto made = plan(q, t);
  ASSERT_TRUE(made);
  const std::string record = render_record("dec_1", q, *made, t, TextInRecord::kWhole);
  EXPECT_TRUE(replay(record, t)->same);
  scorer_->table[2] = 0.80000001f;
  EXPECT_TRUE(replay(record, t)->same) << "the same float";
  scorer_->table[2] = 0.8000001f;
  const auto differs = replay(record, t);
  ASSERT_TRUE(differs);
  EXPECT_EQ(differs->difference, "candidates[2].score: recorded 0.8, replayed 0.8000001");
  EXPECT_FALSE(replay(render_record("dec_1", q, *made, t, TextInRecord::kHash), t))
      << "only the hash of the text is in it";
  EXPECT_FALSE(replay("{}", t));
}

TEST_F(PlanTest, SaysWhyAndMarksProxies) {
  const Table t = table();
  const Query q = query("auto");
  const auto made = plan(q, t);
  EXPECT_EQ(reason(*made, t, made->attempts.front()), "cluster:v9 top_p=[3,1] model=claude-a provider=openrouter");
  const std::string record = render_record("dec_1", q, *made, t, TextInRecord::kHash);
  EXPECT_NE(record.find(R"("proxy":true,"proxy_note":"an older one")"), std::string::npos);
  EXPECT_EQ(record.find("hello"), std::string::npos);
}

/// One provider; each model's score and price are of a few, so that there are ties.
struct Pool {
  explicit Pool(Random& random) {
    const std::uint32_t count = 5 + random.next() % 40;
    std::vector<Model> models(count);
    std::vector<Binding> bindings(count);
    scorer->table.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      models[i].id = "m" + std::to_string(random.next());
      models[i].context_window = 100'000;
      models[i].tier = Tier::kMid;
      bindings[i].model = i;
      bindings[i].upstream_id = "up" + std::to_string(i);
      bindings[i].pricing = random.next() % 4 == 0 ? Pricing::kUnknown : Pricing::kQuoted;
      if (bindings[i].pricing == Pricing::kQuoted) bindings[i].price.input = Usd::per_token(1 + random.next() % 3);
      scorer->table[i] = static_cast<float>(random.next() % 4) / 4;
    }
    std::vector<Provider> providers(1);
    providers[0].name = "p";
    catalog = *Catalog::build(std::move(models), std::move(providers), std::move(bindings));
  }
  Catalog catalog;
  std::shared_ptr<FixedScorer> scorer = std::make_shared<FixedScorer>();
};

TEST(Ranking, BeginsAsAWholeSortWould) {
  Random random(5);
  for (int round = 0; round < 500; ++round) {
    const Pool pool(random);
    const Table t(pool.catalog, {}, pool.scorer);
    Query q;
    q.requested_model = "auto";
    const auto made = plan(q, t);
    ASSERT_TRUE(made);
    std::vector<std::uint32_t> all(pool.catalog.models().size());
    for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    std::ranges::sort(all, {}, [&](std::uint32_t i) {
      const Binding& b = pool.catalog.bindings()[i];
      return std::tuple(-pool.scorer->table[i], b.pricing == Pricing::kUnknown, b.price.input,
                        pool.catalog.models()[i].id);
    });
    for (std::size_t i = 0; i < kModelsTriedMax + 1; ++i)
      ASSERT_EQ(made->ranking[i], all[i]) << "round " << round << ", place " << i;
    std::vector<std::uint32_t> sorted = made->ranking;
    std::ranges::sort(sorted);
    std::ranges::sort(all);
    ASSERT_EQ(sorted, all) << "each once";
  }
}

TEST_F(PlanTest, TakesAnUnknownPriceForNoLowPrice) {
  std::vector<Binding> bindings = catalog_.bindings();
  for (Binding& b : bindings) {
    if (b.model != 2) continue;
    b.price = {};
    b.pricing = Pricing::kUnknown;
  }
  catalog_ = *Catalog::build(catalog_.models(), catalog_.providers(), bindings);
  EXPECT_EQ(attempts(query("")), "openrouter/claude-a openai/gpt-b openai/gpt-c");  // Both 0.8.
}

std::vector<std::tuple<std::uint32_t, Filter, std::uint32_t, std::uint32_t>> shape(const Plan& plan) {
  std::vector<std::tuple<std::uint32_t, Filter, std::uint32_t, std::uint32_t>> all;
  for (const Candidate& c : plan.candidates) all.emplace_back(c.model, c.filter, c.bindings_begin, c.bindings_end);
  return all;
}

TEST_F(PlanTest, CandidatesWorkedOutAheadAreThoseThatEachRequestWouldFind) {
  Random random(6);
  int taken = 0;
  const Table t = table({.excluded_models = {"gpt-c"}});
  for (int round = 0; round < 4000; ++round) {
    Query q = query("auto");
    const auto bits = static_cast<unsigned>(random.next());
    q.tools = (bits & 1) != 0;
    q.images = (bits & 2) != 0;
    q.structured_output = (bits & 4) != 0;
    q.client_credentials = (bits & 8) != 0;
    q.dialect = (bits & 16) != 0 ? Dialect::kAnthropic : Dialect::kOpenAiChat;
    if ((bits & 32) != 0) q.refusal = [](Dialect) { return std::string("n: no"); };
    q.input_tokens = static_cast<TokenCount>(random.next() % 110'000);
    q.output_tokens_max = (bits & 64) != 0 ? 0 : static_cast<TokenCount>(random.next() % 20'000);
    Plan ahead, each;
    Eligibility each_one(q, t, each);
    for (const std::uint32_t model : t.routable()) each_one.add(model, std::nullopt);
    if (!Eligibility(q, t, ahead).take(t.usual(q), Purpose::kRecord)) continue;
    ++taken;
    ASSERT_EQ(shape(ahead), shape(each)) << "round " << round;
    ASSERT_EQ(ahead.bindings, each.bindings);
    ASSERT_EQ(ahead.ranking, each.ranking);
  }
  EXPECT_GT(taken, 1000);
}

TEST_F(PlanTest, APlanToCarryOutHasTheAttemptsOfTheRecord) {
  Random random(8);
  int refused = 0;
  for (int round = 0; round < 2000; ++round) {
    for (float& score : scorer_->table) score = static_cast<float>(random.next() % 4) / 4;
    const Table t = table({.attempts_max = 1 + random.next() % 4});
    Query q = query("auto");
    const auto bits = static_cast<unsigned>(random.next());
    q.tools = (bits & 1) != 0;
    q.client_credentials = (bits & 2) != 0;
    q.dialect = (bits & 4) != 0 ? Dialect::kAnthropic : Dialect::kOpenAiChat;
    int asked = 0;
    q.refusal = [&](Dialect) { return ++asked, (bits & 8) != 0 ? std::string("n: no") : std::string(); };
    const auto record = plan(q, t);
    asked = 0;
    const auto carried_out = plan(q, t, {}, Purpose::kAttempts);
    ASSERT_EQ(record.has_value(), carried_out.has_value()) << "round " << round;
    if (!record) {
      ASSERT_EQ(record.error().message, carried_out.error().message);
      continue;
    }
    refused += asked > 0 && !record->refusal.empty() ? 1 : 0;
    ASSERT_EQ(record->attempts, carried_out->attempts) << "round " << round;
    ASSERT_EQ(reason(*record, t, record->attempts.front()), reason(*carried_out, t, carried_out->attempts.front()));
  }
  EXPECT_GT(refused, 100);
}

TEST_F(PlanTest, DoesNotReadTheRequestForDialectsThatWillNotBeTried) {
  Query q = query("auto");
  q.client_credentials = true;  // So that claude-a could be had from Anthropic.
  scorer_->table = {0.1f, 0.8f, 0.8f, 0.1f};
  int asked = 0;
  q.refusal = [&](Dialect) { return ++asked, std::string(); };
  EXPECT_TRUE(plan(q, table({.attempts_max = 2}), {}, Purpose::kAttempts));
  EXPECT_EQ(asked, 0);
  EXPECT_TRUE(plan(q, table()));
  EXPECT_EQ(asked, 1);
}

struct Header {
  std::string name, value, error;
};
class OverridesTest : public testing::TestWithParam<Header> {};
TEST_P(OverridesTest, AreCheckedByName) {
  Overrides overrides;
  const auto taken = take_header(GetParam().name, GetParam().value, overrides);
  EXPECT_EQ(taken ? "" : taken.error().message, GetParam().error);
}
INSTANTIATE_TEST_SUITE_P(
    Headers, OverridesTest,
    testing::Values(
        Header{"x-switchyard-model", "honor", ""},
        Header{"X-Switchyard-Model", "maybe", "X-Switchyard-Model: expected honor or route"},
        Header{"x-weave-routing-alpha", "0.5", ""},
        Header{"x-weave-routing-alpha", "1.5", "x-weave-routing-alpha: expected a number from 0 to 1"},
        Header{"x-switchyard-output-cost-ratio", "x", "x-switchyard-output-cost-ratio: expected a number from 0 to 10"},
        Header{"x-weave-embed-only-user-message", "yes", "x-weave-embed-only-user-message: expected true or false"},
        Header{"x-other", "anything", ""}, Header{"accept", "1.5", ""}));

}  // namespace
}  // namespace switchyard::routing
