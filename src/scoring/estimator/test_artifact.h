#pragma once
/// \file
/// A small artifact on disk for tests: two pools, "left" with columns a and b, "right" with column c. A text with a
/// question mark at its end belongs to "left", others to "right"; a is good at short texts and b at long ones.

#include <unistd.h>

#include <bit>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "scoring/cluster/artifact.h"
#include "scoring/estimator/artifact.h"
#include "scoring/npy.h"

namespace switchyard::scoring::estimator {

class TestArtifact {
 public:
  static constexpr std::size_t kBuckets = 256, kDimension = 64;

  explicit TestArtifact(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() / ("switchyard-" + name + "-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    std::vector<std::int8_t> weights(kBuckets * kDimension);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<std::int8_t>(i * 37 % 251 - 125);
    files["weights.npy"] = write_npy_i1(kBuckets, kDimension, weights);
    files["forest.bin"] = forest().write();
    files["pools.json"] =
        R"([{"name":"left","columns":[{"name":"a","mean_score":0.5,"mean_output_tokens":100},)"
        R"({"name":"b","mean_score":0.5,"mean_output_tokens":300}],"calibration":[[0,0],[1,1]]},)"
        R"({"name":"right","columns":[{"name":"c","mean_score":0.6,"mean_output_tokens":0}],"calibration":[[0,0],[1,1]]}])";
    files["registry.json"] =
        R"({"columns":["a","b","c"],"models":[{"model":"alpha","column":"a"},)"
        R"({"model":"beta","column":"b","proxy":true,"note":"measured on an older beta","prior":0.5},)"
        R"({"model":"gamma","column":"c"}]})";
    identity = cluster::embedder_identity(files["weights.npy"]);
  }
  ~TestArtifact() { std::filesystem::remove_all(folder_); }
  TestArtifact(const TestArtifact&) = delete;
  TestArtifact& operator=(const TestArtifact&) = delete;

  static Forest forest() {
    Forest f;
    f.features = kDimension + kTextFeatures;
    const auto leaf = [](std::uint32_t row) { return Node{std::bit_cast<float>(row), 0, 0}; };
    // Left: by the text's length (its logarithm), 0.9 and 0.2 below, 0.1 and 0.8 above; answers twice as long above.
    f.nodes = {{6.0f, kDimension, 1}, leaf(0), leaf(1), leaf(0), {0.5f, 0, 1}, leaf(0), leaf(1)};
    f.nodes[4].feature = static_cast<std::uint16_t>(f.features - 1);
    f.leaves = {90, 20, 0, 0, 10, 80, 100, 100, 60, 0, 0, 100, 100, 0};
    f.trees = {{0, 0}, {3, 8}, {4, 10}};
    f.base = {0, 0, 1, 1, 0, 1, 0, 0};
    f.unit.assign(8, 0.01f);
    f.groups = {{0, 4, 0, 1}, {4, 2, 1, 1}, {6, 2, 2, 1}};
    return f;
  }

  /// Writes what the members say, with hashes to match.
  const std::filesystem::path& write() const {
    std::string hashes;
    for (const auto& [name, bytes] : files) {
      std::ofstream(folder_ / name, std::ios::binary) << bytes;
      hashes += (hashes.empty() ? "\"" : ",\"") + name + "\":\"" + sha256_hex(bytes) + "\"";
    }
    std::ofstream(folder_ / "manifest.json")
        << R"({"format":)" << format << R"(,"version":"v9.3","strategy":")" << strategy << R"(","text_features":)"
        << text_features << R"(,"embedder":{"identity":")" << identity << R"("},"alpha":)" << alpha
        << R"(,"output_cost_ratio":0.25,"files":{)" << hashes << "}}";
    return folder_;
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  std::map<std::string, std::string> files;
  std::string identity, format = "1", strategy = "estimator", alpha = "0.5";
  std::string text_features = std::to_string(kTextFeaturesVersion);

 private:
  std::filesystem::path folder_;
};

}  // namespace switchyard::scoring::estimator
