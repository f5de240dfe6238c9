#pragma once
/// \file
/// An artifact of any strategy that has a head (head.h): the static embedder, the registry, the head's own files.
/// Loaded whole, checked whole.
///
///     manifest.json  format, version, strategy, embedder, alpha, output_cost_ratio, hashes of the other files, metrics
///     weights.npy    int8 [buckets, dimension]
///     registry.json  {"columns": [...], "models": [{"model","column","proxy","note","prior"}]}
///     and what the strategy's head says

#include <filesystem>
#include <memory>
#include <string>

#include "scoring/artifact_files.h"
#include "scoring/embedder.h"
#include "scoring/head.h"

namespace switchyard::scoring {

constexpr int kVectorArtifactFormat = 1;
constexpr std::size_t kHeadColumnsMax = 4096;  ///< Measured models of one artifact.

/// Immutable; keeps its files mapped.
class VectorArtifact {
 public:
  /// Errors: kInvalidRequest, naming the file and what is wrong.
  static Result<std::shared_ptr<const VectorArtifact>> load(const std::filesystem::path& folder);

  [[nodiscard]] const std::string& strategy() const { return strategy_; }
  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] const StaticEmbedder& embedder() const { return *embedder_; }
  [[nodiscard]] const Registry& registry() const { return registry_; }
  [[nodiscard]] const Head& head() const { return *head_; }
  [[nodiscard]] const Knobs& knobs() const { return knobs_; }
  [[nodiscard]] const std::string& manifest() const { return manifest_; }

 private:
  VectorArtifact() = default;
  Result<void> read(const std::filesystem::path& folder);
  Result<void> read_embedder(std::string_view weights, const std::string& identity);

  std::string strategy_, version_, manifest_;
  ArtifactFiles files_;
  std::unique_ptr<StaticEmbedder> embedder_;
  Registry registry_;
  std::unique_ptr<const Head> head_;
  Knobs knobs_;
};

}  // namespace switchyard::scoring
