#include "scoring/cluster/artifact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <limits>

#include "scoring/cluster/test_artifact.h"

namespace switchyard::scoring::cluster {
namespace {

TEST(Artifact, LoadsWhatWasWritten) {
  const TestArtifact files("load");
  const auto loaded = Artifact::load(files.write());
  ASSERT_TRUE(loaded) << loaded.error().message;
  const Artifact& artifact = **loaded;
  EXPECT_EQ(artifact.version(), "v9.1");
  EXPECT_EQ(artifact.knobs(), (Knobs{0.5, 0.25, 2}));
  EXPECT_EQ(artifact.embedder().identity(), files.identity);
  EXPECT_EQ(artifact.embedder().dimension(), TestArtifact::kDimension);
  ASSERT_EQ(artifact.registry().size(), 3u);
  EXPECT_EQ(artifact.registry()[1].model, "beta");
  EXPECT_EQ(artifact.registry()[1].column, 1u);
  EXPECT_TRUE(artifact.registry()[1].proxy);
  EXPECT_EQ(artifact.registry()[1].prior, 0.5);
}

std::string floats(std::size_t rows, std::size_t columns, float value) {
  return write_npy_f4(rows, columns, std::vector<float>(rows * columns, value));
}
std::string unit_rows(std::size_t rows, std::size_t columns) {
  std::vector<float> values(rows * columns, 0.0f);
  for (std::size_t i = 0; i < rows; ++i) values[i * columns] = 1.0f;
  return write_npy_f4(rows, columns, values);
}

struct Refusal {
  std::string name;
  std::function<void(TestArtifact&)> spoil;  ///< Before hashes are taken.
  std::vector<std::string> says;
};
class RefusalTest : public testing::TestWithParam<Refusal> {};
TEST_P(RefusalTest, NamesTheFileAndWhatIsWrong) {
  TestArtifact files("refuse-" + GetParam().name);
  GetParam().spoil(files);
  const auto loaded = Artifact::load(files.write());
  ASSERT_FALSE(loaded);
  for (const std::string& part : GetParam().says) EXPECT_THAT(loaded.error().message, testing::HasSubstr(part));
}
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
INSTANTIATE_TEST_SUITE_P(
    Spoiled, RefusalTest,
    testing::Values(
        Refusal{"OtherEmbedder",
                [](TestArtifact& f) { f.identity = "static:0123456789abcdef"; },
                {"static:0123456789abcdef", "but its weights are embedder 'static:"}},
        Refusal{"OtherFormat", [](TestArtifact& f) { f.format = "2"; }, {"manifest.json", "format"}},
        Refusal{"TopPOverClusters", [](TestArtifact& f) { f.top_p = "5"; }, {"top_p"}},
        Refusal{"TopPZero", [](TestArtifact& f) { f.top_p = "0"; }, {"top_p"}},
        Refusal{"AlphaOverOne", [](TestArtifact& f) { f.alpha = "1.01"; }, {"alpha"}},
        Refusal{"OtherDimension",
                [](TestArtifact& f) { f.files["centroids.npy"] = unit_rows(4, 32); },
                {"centroids.npy", "32", "64"}},
        Refusal{"LongCentroid",
                [](TestArtifact& f) { f.files["centroids.npy"] = floats(4, 64, 1.0f); },
                {"centroids.npy", "length 1"}},
        Refusal{
            "NanCentroid", [](TestArtifact& f) { f.files["centroids.npy"] = floats(4, 64, kNan); }, {"centroids.npy"}},
        Refusal{"NanCell", [](TestArtifact& f) { f.files["quality.npy"] = floats(4, 3, kNan); }, {"quality.npy"}},
        Refusal{"CellOverOne", [](TestArtifact& f) { f.files["quality.npy"] = floats(4, 3, 1.5f); }, {"quality.npy"}},
        Refusal{"MissingRow", [](TestArtifact& f) { f.files["quality.npy"] = floats(3, 3, 0.5f); }, {"quality.npy"}},
        Refusal{"MissingColumn", [](TestArtifact& f) { f.files["quality.npy"] = floats(4, 2, 0.5f); }, {"quality.npy"}},
        Refusal{"NotAnArray", [](TestArtifact& f) { f.files["quality.npy"] = "text"; }, {"quality.npy"}},
        Refusal{"RegistryNotJson", [](TestArtifact& f) { f.files["registry.json"] = "{"; }, {"registry.json"}},
        Refusal{"UnmeasuredColumn",
                [](TestArtifact& f) {
                  f.files["registry.json"] = R"({"columns":["a","b","c"],"models":[{"model":"m","column":"d"}]})";
                },
                {"registry.json", "'m'", "'d'"}},
        Refusal{"PriorAsText",
                [](TestArtifact& f) {
                  f.files["registry.json"] =
                      R"({"columns":["a","b","c"],"models":[{"model":"m","column":"a","prior":"1"}]})";
                },
                {"registry.json", "prior that is a number"}},
        Refusal{"TopPBeyond32Bits", [](TestArtifact& f) { f.top_p = "4294967297"; }, {"top_p"}},
        Refusal{"PriorOverOne",
                [](TestArtifact& f) {
                  f.files["registry.json"] =
                      R"({"columns":["a","b","c"],"models":[{"model":"m","column":"a","prior":2}]})";
                },
                {"registry.json", "prior"}}),
    [](const auto& tested) { return tested.param.name; });

TEST(Artifact, RefusesAFileThatChangedAfterwards) {
  for (const char* const name : {"weights.npy", "centroids.npy", "quality.npy", "registry.json"}) {
    const TestArtifact files("changed");
    const auto folder = files.write();
    std::fstream file(folder / name, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-1, std::ios::end);
    file.put('\x7e');
    file.close();
    const auto loaded = Artifact::load(folder);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().message, testing::AllOf(testing::HasSubstr(name), testing::HasSubstr("SHA-256")));
  }
}

TEST(Artifact, RefusesAMissingFile) {
  const TestArtifact files("missing");
  const auto folder = files.write();
  std::filesystem::remove(folder / "quality.npy");
  const auto loaded = Artifact::load(folder);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, testing::HasSubstr("quality.npy"));
}

// Every cluster version that the repository carries loads, hashes included, and says something for many models.
TEST(CommittedArtifacts, LoadFast) {
  const std::filesystem::path root = std::filesystem::path(SWITCHYARD_SOURCE_DIR) / "artifacts";
  const auto served = artifact_folder(root, "");
  ASSERT_TRUE(served) << served.error().message;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (!entry.is_directory() || !std::filesystem::exists(entry.path() / "centroids.npy")) continue;  // Of others.
    const auto loaded = Artifact::load(entry.path());
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ((*loaded)->version(), entry.path().filename().string());
    EXPECT_GE((*loaded)->registry().size(), 50u);
  }
}

TEST(ArtifactFolder, TakesNoPath) {
  const std::filesystem::path root = std::filesystem::path(SWITCHYARD_SOURCE_DIR) / "artifacts";
  for (const char* const version : {"../artifacts", "v0.1/..", "/etc", "v99.9", ".."}) {
    EXPECT_FALSE(artifact_folder(root, version)) << version;
  }
}

}  // namespace
}  // namespace switchyard::scoring::cluster
