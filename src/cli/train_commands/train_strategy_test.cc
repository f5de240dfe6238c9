#include "cli/train_commands/train_strategy.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>

#include "scoring/vector_artifact.h"

namespace switchyard::cli {
namespace {

namespace fs = std::filesystem;

class TrainStrategyTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root_ / "pool");
    std::ofstream rows(root_ / "pool" / "train.jsonl");
    for (int i = 0; i < 400; ++i) {
      const bool code = i % 2 == 0;
      rows << R"({"query_id":"x","query":")" << (code ? "compile the pointer loop " : "bake butter in the oven ") << i
           << R"(","task":"any","outcomes":{"coder":{"score":)" << (code ? 1 : 0) << R"(,"cost":2},"cook":{"score":)"
           << (code ? 0 : 1) << R"(,"cost":1}}})" << "\n";
    }
    std::ofstream(root_ / "proxies.json") << R"([{"model":"gpt-x","column":"coder"},{"model":"chef","column":"cook"}])";
  }
  void TearDown() override { fs::remove_all(root_); }

  TrainStrategyOptions options(std::string_view strategy) const {
    TrainStrategyOptions o;
    o.strategy = strategy;
    o.data = {(root_ / "pool").string()};
    o.out = root_ / "artifacts" / o.strategy;
    o.proxies = root_ / "proxies.json";
    o.embedder.buckets = 256;
    return o;
  }
  static std::string bytes(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  fs::path root_ = fs::temp_directory_path() / ("switchyard-train-strategy-" + std::to_string(getpid()));
  std::ostringstream out_, err_;
};

TEST_F(TrainStrategyTest, WritesAnArtifactOfEachStrategyThatLoads) {
  for (const learning::Strategy& strategy : learning::strategies()) {
    const TrainStrategyOptions o = options(strategy.name);
    const auto trained = train_strategy(o, out_, err_);
    ASSERT_TRUE(trained) << strategy.name << ": " << trained.error().message;
    const auto artifact = scoring::VectorArtifact::load(o.out);
    ASSERT_TRUE(artifact) << strategy.name << ": " << artifact.error().message;
    EXPECT_EQ((*artifact)->strategy(), strategy.name);
    EXPECT_EQ((*artifact)->registry().models.size(), 2u);
  }
}

TEST_F(TrainStrategyTest, WritesTheSameBytesAgain) {
  const TrainStrategyOptions o = options("mlp");
  ASSERT_TRUE(train_strategy(o, out_, err_));
  const std::string manifest = bytes(o.out / "manifest.json");  // Holds every other file's hash.
  ASSERT_TRUE(train_strategy(o, out_, err_));
  EXPECT_EQ(bytes(o.out / "manifest.json"), manifest);
}

TEST_F(TrainStrategyTest, NamesTheSettingThatIsWrong) {
  struct Case {
    const char* says;
    std::function<void(TrainStrategyOptions&)> spoil;
  };
  const Case cases[] = {{"strategy: ", [](auto& o) { o.strategy = "oracle"; }},
                        {"dimension: ", [](auto& o) { o.embedder.dimension = 257; }},
                        {"buckets: ", [](auto& o) { o.embedder.buckets = 1000; }},
                        {"alpha: ", [](auto& o) { o.alpha = 1.5; }},
                        {"output_cost_ratio: ", [](auto& o) { o.output_cost_ratio = -1; }},
                        {"data: ", [](auto& o) { o.data = {}; }},
                        {"proxies '", [](auto& o) { o.proxies = "/nowhere"; }}};
  for (const Case& c : cases) {
    TrainStrategyOptions o = options("knn");
    c.spoil(o);
    const auto trained = train_strategy(o, out_, err_);
    ASSERT_FALSE(trained) << c.says;
    EXPECT_TRUE(trained.error().message.starts_with(c.says)) << trained.error().message;
  }
}

}  // namespace
}  // namespace switchyard::cli
