#pragma once
/// \file
/// An estimator artifact: a versioned folder with the word table, the forest, what each pool measured, and which
/// measured column stands for which model. Loaded whole, checked whole.
///
///     artifacts/v0.3/manifest.json  format, version, strategy, embedder, text features, knobs, hashes, metrics
///                    weights.npy    int8 [buckets, dimension]
///                    forest.bin     see forest.h
///                    pools.json     [{"name","columns":[{"name","mean_score","mean_output_tokens"}],"calibration"}]
///                    registry.json  {"columns": [...], "models": [{"model","column","proxy","note","prior"}]}

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "scoring/artifact_files.h"
#include "scoring/estimator/estimator.h"
#include "scoring/scorer.h"

namespace switchyard::scoring::estimator {

constexpr int kFormat = 1;
constexpr std::string_view kStrategy = "estimator";

/// Immutable; keeps its files mapped.
class Artifact {
 public:
  /// Errors: kInvalidRequest, naming the file and what is wrong: a hash, a shape, features that this program reads
  /// differently, an embedder that is not the one the trees were grown with, a value out of range.
  static Result<std::shared_ptr<const Artifact>> load(const std::filesystem::path& folder);

  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] const std::string& manifest() const { return manifest_; }
  [[nodiscard]] const Knobs& knobs() const { return knobs_; }
  [[nodiscard]] const Estimator& estimator() const { return *estimator_; }
  /// A column's number is its place in the registry's columns, which are the estimator's.
  [[nodiscard]] const Registry& registry() const { return registry_; }

 private:
  Artifact() = default;
  Result<void> read_manifest(const std::filesystem::path& folder);
  Result<void> read_files(const std::string& embedder_identity);

  std::string version_, manifest_;
  ArtifactFiles files_;
  Knobs knobs_;
  std::unique_ptr<const Estimator> estimator_;
  Registry registry_;
};

/// pools.json. Errors: kInvalidRequest.
Result<std::vector<Pool>> read_pools(std::string_view text);
std::string write_pools(const std::vector<Pool>& pools);

}  // namespace switchyard::scoring::estimator
