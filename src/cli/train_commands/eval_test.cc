#include "cli/train_commands/eval.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "base/json.h"
#include "cli/train_commands/train_cluster.h"
#include "cli/train_commands/train_estimator.h"

namespace switchyard::cli {
namespace {

namespace fs = std::filesystem;

class EvalTest : public testing::Test {
 protected:
  void SetUp() override {
    write("train", 0, 700);
    write("held", 700, 1400);
    std::ofstream(root_ / "proxies.json") << R"([{"model":"gpt-x","column":"coder"},{"model":"chef","column":"cook"}])";
    TrainEstimatorOptions estimator;
    estimator.data = {(root_ / "train").string()};
    estimator.out = root_ / "artifacts" / "v2";
    estimator.proxies = root_ / "proxies.json";
    estimator.settings.dimension = 16;
    estimator.settings.buckets = 256;
    estimator.settings.pool_trees = estimator.settings.gate_trees = 8;
    const auto trained = train_estimator(estimator, out_, err_);
    ASSERT_TRUE(trained) << trained.error().message;
    TrainClusterOptions cluster;
    cluster.data = estimator.data;
    cluster.out = root_ / "artifacts" / "v1";
    cluster.proxies = estimator.proxies;
    cluster.settings.clusters = 4;
    cluster.settings.buckets = 256;
    const auto grouped = train_cluster(cluster, out_, err_);
    ASSERT_TRUE(grouped) << grouped.error().message;
    out_.str("");
    options_.artifacts = {(root_ / "artifacts" / "v1").string(), (root_ / "artifacts" / "v2").string()};
    options_.data = {(root_ / "held").string()};
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& folder, int begin, int end) const {
    fs::create_directories(root_ / folder);
    std::ofstream rows(root_ / folder / "train.jsonl");
    for (int i = begin; i < end; ++i) {
      const bool code = i % 2 == 0;
      rows << R"({"query_id":"x","query":")"
           << (code ? "compile the pointer loop in function " : "bake butter and flour in oven ") << i
           << R"(","task":")" << (code ? "<code>" : "kitchen") << R"(","outcomes":{"coder":{"score":)" << (code ? 1 : 0)
           << R"(,"cost":2},"cook":{"score":)" << (code ? 0 : 1) << R"(,"cost":1},"newcomer":{"score":0,"cost":3}}})"
           << "\n";
    }
  }

  fs::path root_ = fs::temp_directory_path() / ("switchyard-eval-" + std::to_string(getpid()));
  std::ostringstream out_, err_;
  EvalOptions options_;
};

TEST_F(EvalTest, ComparesArtifactsOfBothKindsInJson) {
  options_.json = true;
  const auto done = eval(options_, out_, err_);
  ASSERT_TRUE(done) << done.error().message;
  const std::string text = out_.str();
  const auto document = json::Document::parse(text);
  ASSERT_TRUE(document) << text;
  std::vector<std::string> names;
  for (const json::Value report : document->root().elements()) {
    names.push_back(report["artifact"].string());
    EXPECT_GT(report["rgi"]["value"].number().value(), 0.9) << text;
    EXPECT_GT(report["decision_us"]["p99"].number().value(), 0);
    EXPECT_GE(report["decision_us"]["p99"].number().value(), report["decision_us"]["p50"].number().value());
    EXPECT_EQ(report["pools"].size(), 1u);
    for (const json::Value pool : report["pools"].elements()) {
      EXPECT_EQ(pool["rows"].integer(), 700);
      EXPECT_EQ(pool["tasks"].size(), 2u);
      EXPECT_EQ(pool["reliability"].size(), 10u);
    }
  }
  EXPECT_EQ(names, (std::vector<std::string>{"v1", "v2"}));
}

TEST_F(EvalTest, PrintsATableAndWritesAPageWithNothingFromElsewhere) {
  options_.html = root_ / "page.html";
  ASSERT_TRUE(eval(options_, out_, err_));
  EXPECT_NE(out_.str().find("ahead of the first by"), std::string::npos) << out_.str();
  std::ifstream file(options_.html, std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const char* const part : {"<svg", "Calibration", "Regret", "&lt;code&gt;", "v1", "v2"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  for (const char* const part : {"http", "<script", "<code>", "nan", "inf"})
    EXPECT_EQ(page.find(part), std::string::npos) << part;
}

TEST_F(EvalTest, SaysWhatCannotBeUsed) {
  EvalOptions none = options_;
  none.artifacts.clear();
  EXPECT_TRUE(eval(none, out_, err_).error().message.starts_with("artifact: "));
  EvalOptions missing = options_;
  missing.artifacts[1] = "/nowhere";
  EXPECT_TRUE(eval(missing, out_, err_).error().message.starts_with("artifact /nowhere"));
  EvalOptions lost = options_;
  lost.data = {"/nowhere.jsonl"};
  EXPECT_TRUE(eval(lost, out_, err_).error().message.starts_with("data '"));
  // A tampered estimator says so, and not that it is no cluster artifact.
  std::ofstream(root_ / "artifacts" / "v2" / "forest.bin", std::ios::app) << "x";
  EXPECT_NE(eval(options_, out_, err_).error().message.find("SHA-256"), std::string::npos);
}

}  // namespace
}  // namespace switchyard::cli
