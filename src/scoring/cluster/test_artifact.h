#pragma once
/// \file
/// A small artifact on disk for tests: four clusters along the axes of a table whose rows are known, three models.

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "scoring/cluster/artifact.h"
#include "scoring/npy.h"

namespace switchyard::scoring::cluster {

class TestArtifact {
 public:
  static constexpr std::size_t kBuckets = 256, kDimension = 64, kClusters = 4, kColumns = 3;

  explicit TestArtifact(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() / ("switchyard-" + name + "-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    std::vector<std::int8_t> weights(kBuckets * kDimension);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<std::int8_t>(i * 37 % 251 - 125);
    std::vector<float> centroids(kClusters * kDimension, 0.0f);
    for (std::size_t k = 0; k < kClusters; ++k) centroids[k * kDimension + k] = 1.0f;
    const std::vector<float> quality{0.9f, 0.2f, 0.5f, 0.1f, 0.8f, 0.5f, 0.6f, 0.6f, 0.6f, 0.3f, 0.4f, 0.7f};
    files["weights.npy"] = write_npy_i1(kBuckets, kDimension, weights);
    files["centroids.npy"] = write_npy_f4(kClusters, kDimension, centroids);
    files["quality.npy"] = write_npy_f4(kClusters, kColumns, quality);
    files["registry.json"] =
        R"({"columns":["a","b","c"],"models":[{"model":"alpha","column":"a"},)"
        R"({"model":"beta","column":"b","proxy":true,"note":"measured on an older beta","prior":0.5},)"
        R"({"model":"gamma","column":"c"}]})";
    identity = embedder_identity(files["weights.npy"]);
  }
  ~TestArtifact() { std::filesystem::remove_all(folder_); }
  TestArtifact(const TestArtifact&) = delete;
  TestArtifact& operator=(const TestArtifact&) = delete;

  /// Writes what the members say, with hashes to match.
  const std::filesystem::path& write() const {
    std::string hashes;
    for (const auto& [name, bytes] : files) {
      std::ofstream(folder_ / name, std::ios::binary) << bytes;
      const auto digest = sha256(bytes);
      hashes += (hashes.empty() ? "\"" : ",\"") + name + "\":\"" +
                hex({reinterpret_cast<const char*>(digest.data()), digest.size()}) + "\"";
    }
    std::ofstream(folder_ / "manifest.json")
        << R"({"format":)" << format << R"(,"version":"v9.1","embedder":{"identity":")" << identity << R"("},"top_p":)"
        << top_p << R"(,"alpha":)" << alpha << R"(,"output_cost_ratio":0.25,"files":{)" << hashes << "}}";
    return folder_;
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  std::map<std::string, std::string> files;
  std::string identity, format = "1", top_p = "2", alpha = "0.5";

 private:
  std::filesystem::path folder_;
};

}  // namespace switchyard::scoring::cluster
