#include "scoring/vector_artifact.h"

#include <gtest/gtest.h>

#include <fstream>

#include "scoring/cluster/test_artifact.h"
#include "scoring/strategy.h"
#include "scoring/vector_scorer.h"

namespace switchyard::scoring {
namespace {

/// The cluster test's embedder and registry with a linear head: columns score sigmoid(2), sigmoid(0), sigmoid(-2)
/// whatever the text.
class VectorArtifactTest : public testing::Test {
 protected:
  VectorArtifactTest() {
    std::vector<float> rows(3 * 65, 0.0f);
    rows[64] = 2.0f;
    rows[2 * 65 + 64] = -2.0f;
    files_.files.erase("centroids.npy");
    files_.files.erase("quality.npy");
    files_.files["linear.npy"] = write_npy_f4(3, 65, rows);
  }
  std::filesystem::path write(const std::string& strategy) {
    const auto folder = files_.write();
    std::ifstream in(folder / "manifest.json");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    text.insert(1, "\"strategy\":\"" + strategy + "\",");
    std::ofstream(folder / "manifest.json") << text;
    return folder;
  }
  static std::string message(const std::filesystem::path& folder) {
    const auto loaded = VectorArtifact::load(folder);
    return loaded ? "loaded" : loaded.error().message;
  }
  cluster::TestArtifact files_{"vector-artifact"};
};

TEST_F(VectorArtifactTest, IsServedByTheStrategyThatItsManifestNames) {
  std::vector<Model> models(3);
  models[0].id = "alpha";
  models[1].id = "beta";
  models[2].id = "stranger";
  Provider provider;
  provider.name = "test";
  std::vector<Binding> bindings(3);
  bindings[1].model = 1;
  bindings[2].model = 2;
  const auto catalog = Catalog::build(models, {provider}, bindings);
  ASSERT_TRUE(catalog);
  const auto scorer = load_scorer(write("mf"), *catalog);
  ASSERT_TRUE(scorer) << scorer.error().message;
  EXPECT_EQ((*scorer)->name(), "mf");
  EXPECT_EQ((*scorer)->version(), "v9.1");
  EXPECT_FALSE((*scorer)->knows(2));
  EXPECT_EQ((*scorer)->note(1), "measured on an older beta");
  std::vector<ModelScore> scores;
  ScoreTrace trace;
  const std::uint32_t both[] = {0, 1};
  ASSERT_TRUE((*scorer)->score("any text", (*scorer)->default_knobs(), both, scores, trace));
  EXPECT_NEAR(scores[0].quality, 0.880797f, 1e-6f);  // sigmoid(2)
  EXPECT_NEAR(scores[1].quality, 0.75f, 1e-6f);      // sigmoid(0), half the way to 1 by its prior
}

TEST_F(VectorArtifactTest, SaysWhatIsWrong) {
  EXPECT_EQ(message(write("svm")), "loaded");
  EXPECT_NE(message(write("oracle")).find("strategy: 'oracle' is not known"), std::string::npos);
  EXPECT_NE(message(write("mlp")).find("layer0.npy"), std::string::npos) << "the files of another strategy";
  const auto folder = write("svm");
  std::ofstream(folder / "linear.npy", std::ios::binary | std::ios::app) << "x";
  EXPECT_NE(message(folder).find("SHA-256"), std::string::npos) << "tampered with";
  std::filesystem::resize_file(folder / "linear.npy", 100);
  EXPECT_NE(message(folder).find("SHA-256"), std::string::npos) << "truncated";
  files_.files["linear.npy"] = write_npy_f4(3, 33, std::vector<float>(99));
  EXPECT_NE(message(write("svm")).find("expected the shape (3, 65)"), std::string::npos) << "another dimension";
  files_.identity = "static:0000000000000000";
  EXPECT_NE(message(write("svm")).find("made with embedder 'static:0000000000000000'"), std::string::npos);
}

}  // namespace
}  // namespace switchyard::scoring
