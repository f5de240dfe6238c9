#include "cli/train_commands/train_cluster.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>

#include "scoring/cluster/cluster_scorer.h"

namespace switchyard::cli {
namespace {

namespace fs = std::filesystem;

class TrainClusterTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root_ / "pool");
    std::ofstream rows(root_ / "pool" / "train.jsonl");
    for (int i = 0; i < 600; ++i) {
      const bool code = i % 2 == 0;
      rows << R"({"query_id":"x","query":")"
           << (code ? "compile the pointer loop in function " : "bake butter and flour in oven ") << i
           << R"(","task":")" << (code ? "code" : "kitchen") << R"(","outcomes":{"coder":{"score":)" << (code ? 1 : 0)
           << R"(,"cost":2},"cook":{"score":)" << (code ? 0 : 1) << R"(,"cost":1}}})" << "\n";
    }
    rows << "broken\n";
    std::ofstream(root_ / "proxies.json") << R"([{"model":"gpt-x","column":"coder","proxy":true,"note":"older"},)"
                                          << R"({"model":"chef","column":"cook"},{"model":"lost","column":"nowhere"}])";
  }
  void TearDown() override { fs::remove_all(root_); }

  TrainClusterOptions options(const std::string& version) const {
    TrainClusterOptions o;
    o.data = {(root_ / "pool").string()};
    o.out = root_ / "artifacts" / version;
    o.proxies = root_ / "proxies.json";
    o.settings.clusters = 4;
    o.settings.buckets = 256;
    return o;
  }
  static std::string bytes(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  fs::path root_ = fs::temp_directory_path() / ("switchyard-train-" + std::to_string(getpid()));
  std::ostringstream out_, err_;
};

TEST_F(TrainClusterTest, WritesAnArtifactThatChoosesTheExpectedWinner) {
  const auto trained = train_cluster(options("v1.0"), out_, err_);
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_EQ(bytes(root_ / "artifacts" / "latest"), "v1.0\n");
  EXPECT_NE(err_.str().find("left out 1 rows: not valid JSON"), std::string::npos) << err_.str();
  EXPECT_NE(err_.str().find("left out model lost"), std::string::npos) << err_.str();
  EXPECT_NE(out_.str().find("RGI"), std::string::npos);

  const auto artifact = scoring::cluster::Artifact::load(root_ / "artifacts" / "v1.0");
  ASSERT_TRUE(artifact) << artifact.error().message;
  std::vector<Model> models(2);
  models[0].id = "gpt-x";
  models[1].id = "chef";
  Provider provider;
  provider.name = "test";
  std::vector<Binding> bindings(2);
  bindings[1].model = 1;
  const auto catalog = Catalog::build(models, {provider}, bindings);
  ASSERT_TRUE(catalog);
  const scoring::cluster::ClusterScorer scorer(*artifact, *catalog);
  std::vector<scoring::ModelScore> scores;
  scoring::ScoreTrace trace;
  const std::uint32_t both[] = {0, 1};
  ASSERT_TRUE(scorer.score("please compile my function with a pointer", scorer.default_knobs(), both, scores, trace));
  EXPECT_GT(scores[0].quality, scores[1].quality + 0.5f);
  ASSERT_TRUE(
      scorer.score("how much flour and butter, and how hot the oven", scorer.default_knobs(), both, scores, trace));
  EXPECT_GT(scores[1].quality, scores[0].quality + 0.5f);
}

TEST_F(TrainClusterTest, WritesTheSameBytesAgain) {
  ASSERT_TRUE(train_cluster(options("v1.0"), out_, err_));
  const fs::path first = root_ / "first";
  fs::rename(root_ / "artifacts" / "v1.0", first);
  ASSERT_TRUE(train_cluster(options("v1.0"), out_, err_));
  for (const char* const name : {"manifest.json", "weights.npy", "centroids.npy", "quality.npy", "registry.json"}) {
    EXPECT_EQ(bytes(first / name), bytes(root_ / "artifacts" / "v1.0" / name)) << name;
    EXPECT_FALSE(bytes(first / name).empty()) << name;
  }
}

TEST_F(TrainClusterTest, NamesTheSettingThatIsOutOfRange) {
  struct Case {
    const char* says;
    std::function<void(TrainClusterOptions&)> spoil;
  };
  const Case cases[] = {{"clusters: ", [](auto& o) { o.settings.clusters = 0; }},
                        {"dimension: ", [](auto& o) { o.settings.dimension = 257; }},
                        {"buckets: ", [](auto& o) { o.settings.buckets = 1000; }},
                        {"shrinkage: ", [](auto& o) { o.settings.shrinkage = 0; }},
                        {"restarts: ", [](auto& o) { o.settings.restarts = 0; }},
                        {"top_p: ", [](auto& o) { o.top_p = 5; }},
                        {"alpha: ", [](auto& o) { o.alpha = 1.5; }},
                        {"output_cost_ratio: ", [](auto& o) { o.output_cost_ratio = -1; }},
                        {"data: ", [](auto& o) { o.settings.clusters = 1000; }},
                        {"data '", [](auto& o) { o.data = {"/nowhere/at/all.jsonl"}; }},
                        {"proxies '", [](auto& o) { o.proxies = "/nowhere"; }}};
  for (const Case& c : cases) {
    TrainClusterOptions o = options("v1.0");
    c.spoil(o);
    const auto result = train_cluster(o, out_, err_);
    ASSERT_FALSE(result) << c.says;
    EXPECT_EQ(result.error().kind, ErrorKind::kInvalidRequest);
    EXPECT_TRUE(result.error().message.starts_with(c.says)) << result.error().message;
  }
}

}  // namespace
}  // namespace switchyard::cli
