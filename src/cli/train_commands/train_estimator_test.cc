#include "cli/train_commands/train_estimator.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>

#include "scoring/estimator/estimator_scorer.h"
#include "scoring/strategy.h"

namespace switchyard::cli {
namespace {

namespace fs = std::filesystem;

class TrainEstimatorTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root_ / "data" / "pool");
    std::ofstream rows(root_ / "data" / "pool" / "train.jsonl");
    for (int i = 0; i < 600; ++i) {
      const bool code = i % 2 == 0;
      rows << R"({"query_id":"x","query":")"
           << (code ? "compile the pointer loop in function " : "bake butter and flour in oven ") << i
           << R"(","task":")" << (code ? "code" : "kitchen") << R"(","outcomes":{"coder":{"score":)" << (code ? 1 : 0)
           << R"(,"cost":2,"output_tokens":)" << (code ? 400 : 100) << R"(},"cook":{"score":)" << (code ? 0 : 1)
           << R"(,"cost":1,"output_tokens":)" << (code ? 200 : 50) << "}}}\n";
    }
    std::ofstream(root_ / "proxies.json") << R"([{"model":"gpt-x","column":"coder","proxy":true,"note":"older"},)"
                                          << R"({"model":"chef","column":"cook"},{"model":"lost","column":"nowhere"}])";
  }
  void TearDown() override { fs::remove_all(root_); }

  TrainEstimatorOptions options(const std::string& version) const {
    TrainEstimatorOptions o;
    o.data = {(root_ / "data").string()};
    o.out = root_ / "artifacts" / version;
    o.proxies = root_ / "proxies.json";
    o.settings.dimension = 16;
    o.settings.buckets = 256;
    o.settings.pool_trees = 16;
    o.settings.gate_trees = 8;
    return o;
  }
  static std::string bytes(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  fs::path root_ = fs::temp_directory_path() / ("switchyard-estimator-" + std::to_string(getpid()));
  std::ostringstream out_, err_;
};

TEST_F(TrainEstimatorTest, WritesAnArtifactThatChoosesTheExpectedWinnerAndExpectsLongerAnswersWhereTheyWere) {
  const auto trained = train_estimator(options("v1.0"), out_, err_);
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_FALSE(fs::exists(root_ / "artifacts" / "latest"));
  EXPECT_NE(err_.str().find("left out model lost"), std::string::npos) << err_.str();
  EXPECT_NE(out_.str().find("RGI"), std::string::npos);

  std::vector<Model> models(2);
  models[0].id = "gpt-x";
  models[1].id = "chef";
  Provider provider;
  provider.name = "test";
  std::vector<Binding> bindings(2);
  bindings[0].price.output = bindings[1].price.output = Usd::per_token(1'000'000);
  bindings[1].model = 1;
  const auto catalog = Catalog::build(models, {provider}, bindings);
  ASSERT_TRUE(catalog);
  const auto scorer = scoring::load_scorer(root_ / "artifacts" / "v1.0", *catalog);
  ASSERT_TRUE(scorer) << scorer.error().message;
  EXPECT_EQ((*scorer)->name(), "estimator");
  EXPECT_EQ((*scorer)->note(0), "older");
  std::vector<scoring::ModelScore> code, cake;
  scoring::ScoreTrace trace;
  const std::uint32_t both[] = {0, 1};
  const scoring::Knobs knobs = (*scorer)->default_knobs();
  ASSERT_TRUE((*scorer)->score("compile my function with a pointer loop", knobs, both, code, trace));
  EXPECT_GT(code[0].quality, code[1].quality + 0.5f);
  ASSERT_TRUE((*scorer)->score("bake flour and butter in the oven", knobs, both, cake, trace));
  EXPECT_GT(cake[1].quality, cake[0].quality + 0.5f);
  EXPECT_GT(code[0].cost_usd_per_m, 2 * cake[0].cost_usd_per_m);    // 400 tokens against 100.
  EXPECT_GT(code[0].cost_usd_per_m, 1.5 * code[1].cost_usd_per_m);  // The coder says twice as much as the cook.
}

TEST_F(TrainEstimatorTest, WritesTheSameBytesAgain) {
  ASSERT_TRUE(train_estimator(options("v1.0"), out_, err_));
  const fs::path first = root_ / "first";
  fs::rename(root_ / "artifacts" / "v1.0", first);
  ASSERT_TRUE(train_estimator(options("v1.0"), out_, err_));
  for (const char* const name : {"manifest.json", "weights.npy", "forest.bin", "pools.json", "registry.json"}) {
    EXPECT_EQ(bytes(first / name), bytes(root_ / "artifacts" / "v1.0" / name)) << name;
    EXPECT_FALSE(bytes(first / name).empty()) << name;
  }
}

TEST_F(TrainEstimatorTest, CrossValidationSaysHowFarSplitsDiffer) {
  TrainEstimatorOptions o = options("v1.0");
  o.splits = 2;
  ASSERT_TRUE(train_estimator(o, out_, err_));
  EXPECT_NE(out_.str().find("over 2 splits"), std::string::npos) << out_.str();
  EXPECT_NE(bytes(o.out / "manifest.json").find("\"cross_validation\""), std::string::npos);
}

TEST_F(TrainEstimatorTest, NamesTheSettingThatIsOutOfRange) {
  struct Case {
    const char* says;
    std::function<void(TrainEstimatorOptions&)> spoil;
  };
  const Case cases[] = {{"dimension: ", [](auto& o) { o.settings.dimension = 257; }},
                        {"buckets: ", [](auto& o) { o.settings.buckets = 1000; }},
                        {"trees: ", [](auto& o) { o.settings.pool_trees = 0; }},
                        {"trees: ", [](auto& o) { o.settings.gate_trees = 5000; }},
                        {"cross-validate: ", [](auto& o) { o.splits = 101; }},
                        {"alpha: ", [](auto& o) { o.alpha = 1.5; }},
                        {"output_cost_ratio: ", [](auto& o) { o.output_cost_ratio = -1; }},
                        {"data '", [](auto& o) { o.data = {"/nowhere/at/all.jsonl"}; }},
                        {"data '", [this](auto& o) { o.data = {root_.string()}; }},
                        {"proxies '", [](auto& o) { o.proxies = "/nowhere"; }}};
  for (const Case& c : cases) {
    TrainEstimatorOptions o = options("v1.0");
    c.spoil(o);
    const auto result = train_estimator(o, out_, err_);
    ASSERT_FALSE(result) << c.says;
    EXPECT_EQ(result.error().kind, ErrorKind::kInvalidRequest);
    EXPECT_TRUE(result.error().message.starts_with(c.says)) << result.error().message;
  }
}

}  // namespace
}  // namespace switchyard::cli
