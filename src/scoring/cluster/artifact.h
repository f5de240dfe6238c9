#pragma once
/// \file
/// A cluster artifact: a versioned folder with the static embedder's weights, the clusters' centres, what each measured
/// model scored in each cluster, and which measured column stands for which model. Loaded whole, checked whole.
///
///     artifacts/latest           one line: the version to serve
///     artifacts/v0.1/manifest.json  format, version, embedder, knobs, hashes of the other files, metrics
///                    weights.npy    int8 [buckets, dimension]
///                    centroids.npy  float32 [clusters, dimension], each of length 1
///                    quality.npy    float32 [clusters, columns], 0 to 1
///                    registry.json  {"columns": [...], "models": [{"model","column","proxy","note","prior"}]}

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "scoring/artifact_files.h"
#include "scoring/embedder.h"
#include "scoring/scorer.h"

namespace switchyard::scoring::cluster {

constexpr int kFormat = 1;

/// Immutable; keeps its files mapped.
class Artifact {
 public:
  /// Errors: kInvalidRequest, naming the file and what is wrong: a hash, a shape, an embedder that is not the one the
  /// centres were made with, a missing cell, a value out of range.
  static Result<std::shared_ptr<const Artifact>> load(const std::filesystem::path& folder);

  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] const StaticEmbedder& embedder() const { return *embedder_; }
  [[nodiscard]] const Matrix<float>& centroids() const { return centroids_; }
  [[nodiscard]] const Matrix<float>& quality() const { return quality_; }
  [[nodiscard]] const std::vector<RegistryEntry>& registry() const { return registry_; }
  [[nodiscard]] const Knobs& knobs() const { return knobs_; }
  [[nodiscard]] const std::string& manifest() const { return manifest_; }

 private:
  Artifact() = default;
  Result<void> read_manifest(const std::filesystem::path& folder);
  Result<void> check() const;

  std::string version_, manifest_, embedder_identity_;
  ArtifactFiles files_;
  std::unique_ptr<StaticEmbedder> embedder_;
  Matrix<float> centroids_, quality_;
  std::vector<RegistryEntry> registry_;
  std::size_t columns_ = 0;
  Knobs knobs_;
};

/// The folder to serve: `version` if given, else what `latest` names. Errors: kInvalidRequest.
Result<std::filesystem::path> artifact_folder(const std::filesystem::path& artifacts, const std::string& version);
/// "static:" and the beginning of the weights' hash: embedders with other weights mean other vectors.
std::string embedder_identity(std::string_view weights_file);

}  // namespace switchyard::scoring::cluster
