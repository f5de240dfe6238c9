#include "scoring/estimator/artifact.h"

#include <gtest/gtest.h>

#include <functional>

#include "scoring/estimator/test_artifact.h"
#include "scoring/strategy.h"

namespace switchyard::scoring::estimator {
namespace {

TEST(EstimatorArtifact, LoadsWhatWasWritten) {
  TestArtifact files("estimator-load");
  const auto loaded = Artifact::load(files.write());
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ((*loaded)->version(), "v9.3");
  EXPECT_EQ((*loaded)->registry().models.size(), 3u);
  EXPECT_EQ((*loaded)->estimator().columns(), 3u);
  EXPECT_EQ(write_pools((*loaded)->estimator().pools()),
            write_pools(*read_pools(write_pools((*loaded)->estimator().pools()))));
}

TEST(EstimatorArtifact, SaysWhatIsWrongWithAFile) {
  const auto replace = [](std::string& text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    text.replace(at, what.size(), by);
  };
  struct Case {
    const char* says;
    std::function<void(TestArtifact&)> spoil;
  };
  const Case cases[] = {
      {"format: ", [](auto& f) { f.format = "2"; }},
      {"strategy: ", [](auto& f) { f.strategy = "cluster"; }},
      {"text_features: ", [](auto& f) { f.text_features = "0"; }},
      {"made with embedder", [](auto& f) { f.identity = "static:0"; }},
      {"alpha", [](auto& f) { f.alpha = "2"; }},
      {"forest.bin is missing", [](auto& f) { f.files.erase("forest.bin"); }},
      {"forest.bin: expected", [](auto& f) { f.files["forest.bin"].pop_back(); }},
      {"forest.bin: not a forest", [](auto& f) { f.files["forest.bin"] = "x"; }},
      {"weights.npy: ", [](auto& f) { f.files["weights.npy"].resize(40); }},
      {"the forest reads",
       [](auto& f) {
         f.files["weights.npy"] = write_npy_i1(2, 32, std::vector<std::int8_t>(64));
         f.identity = cluster::embedder_identity(f.files["weights.npy"]);
       }},
      {"pools.json: ", [](auto& f) { f.files["pools.json"] = "["; }},
      {"two for each column",
       [&](auto& f) {
         replace(f.files["pools.json"], R"({"name":"a","mean_score":0.5,"mean_output_tokens":100},)", "");
       }},
      {"mean_score", [&](auto& f) { replace(f.files["pools.json"], "0.6", "1.6"); }},
      {"mean_output_tokens", [&](auto& f) { replace(f.files["pools.json"], "300", "-3"); }},
      {"mean_output_tokens", [&](auto& f) { replace(f.files["pools.json"], "300", "1e300"); }},
      {"calibration pairs", [&](auto& f) { replace(f.files["pools.json"], "[1,1]", "[0,1]"); }},
      {"calibration pairs", [&](auto& f) { replace(f.files["pools.json"], "[1,1]", "[1,2]"); }},
      {"calibration pairs", [&](auto& f) { replace(f.files["pools.json"], "[1,1]", "[1]"); }},
      {"calibration points", [&](auto& f) { replace(f.files["pools.json"], "[0,0],[1,1]", ""); }},
      {"those of pools.json",
       [&](auto& f) { replace(f.files["registry.json"], R"(["a","b","c"])", R"(["b","a","c"])"); }},
      {"is not measured", [&](auto& f) { replace(f.files["registry.json"], R"("column":"c")", R"("column":"z")"); }}};
  for (const Case& c : cases) {
    TestArtifact files("estimator-bad");
    c.spoil(files);
    const auto loaded = Artifact::load(files.write());
    ASSERT_FALSE(loaded) << c.says;
    EXPECT_EQ(loaded.error().kind, ErrorKind::kInvalidRequest);
    EXPECT_NE(loaded.error().message.find(c.says), std::string::npos) << loaded.error().message << " / " << c.says;
  }
}

TEST(EstimatorArtifact, RefusesAFileThatWasTamperedWith) {
  for (const char* const name : {"weights.npy", "forest.bin", "pools.json", "registry.json"}) {
    TestArtifact files("estimator-tampered");
    std::ofstream(files.write() / name, std::ios::app) << " ";
    const auto loaded = Artifact::load(files.folder());
    ASSERT_FALSE(loaded) << name;
    EXPECT_NE(loaded.error().message.find(name), std::string::npos) << loaded.error().message;
    EXPECT_NE(loaded.error().message.find("SHA-256"), std::string::npos) << loaded.error().message;
  }
}

TEST(Strategy, IsTheOneThatTheManifestNames) {
  TestArtifact files("estimator-strategy");
  const auto scorer = load_scorer(files.write(), Catalog());
  ASSERT_TRUE(scorer) << scorer.error().message;
  EXPECT_EQ((*scorer)->name(), "estimator");
  EXPECT_TRUE(checked_manifest(files.folder()));
  files.strategy = "magic";
  const auto unknown = load_scorer(files.write(), Catalog());
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("'magic' is not known"), std::string::npos);
}

}  // namespace
}  // namespace switchyard::scoring::estimator
