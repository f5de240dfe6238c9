#include "scoring/vector_artifact.h"

#include <bit>

#include "scoring/cluster/artifact.h"

namespace switchyard::scoring {

Result<void> VectorArtifact::read_embedder(std::string_view weights_file, const std::string& identity) {
  const auto weights = read_npy_i1(weights_file);
  if (!weights) return bad_artifact("weights.npy", weights.error().message);
  if (!std::has_single_bit(weights->rows) || weights->columns == 0 ||
      weights->columns > StaticEmbedder::kDimensionMax) {
    return bad_artifact("weights.npy", "expected a power of two rows and at most 256 columns");
  }
  embedder_ = std::make_unique<StaticEmbedder>(*weights, cluster::embedder_identity(weights_file));
  if (embedder_->identity() != identity) {
    return bad_artifact("manifest.json", "made with embedder '" + identity + "', but its weights are embedder '" +
                                             std::string(embedder_->identity()) + "'");
  }
  return {};
}

Result<void> VectorArtifact::read(const std::filesystem::path& folder) {
  const std::string name = (folder / "manifest.json").string();
  SY_TRY(manifest_, read_text(name));
  const auto document = json::Document::parse(manifest_);
  if (!document) return bad_artifact(name, document.error().message);
  const json::Value root = document->root();
  if (root["format"].integer() != kVectorArtifactFormat) {
    return bad_artifact(name, "format: expected " + std::to_string(kVectorArtifactFormat));
  }
  version_ = root["version"].string();
  strategy_ = root["strategy"].string();
  const HeadKind* const kind = find_head(strategy_);
  if (kind == nullptr) return bad_artifact(name, "strategy: '" + strategy_ + "' is not known");
  const auto alpha = root["alpha"].number(), ratio = root["output_cost_ratio"].number();
  if (version_.empty() || !alpha || !(*alpha >= 0 && *alpha <= 1) || !ratio || !(*ratio >= 0 && *ratio <= 10)) {
    return bad_artifact(name, "expected version, alpha from 0 to 1, output_cost_ratio from 0 to 10");
  }
  knobs_ = {*alpha, *ratio, 0};
  SY_TRY(files_, map_files(folder, root["files"]));
  HeadFiles files;
  for (const auto& [file, mapped] : files_) files[file] = mapped->text();
  if (!files.contains("weights.npy") || !files.contains("registry.json")) {
    return bad_artifact(name, "files: expected weights.npy and registry.json");
  }
  SY_CHECK(read_embedder(files["weights.npy"], root["embedder"]["identity"].string()));
  SY_TRY(registry_, read_registry(files["registry.json"]));
  if (registry_.columns.empty() || registry_.columns.size() > kHeadColumnsMax) {
    return bad_artifact("registry.json", "columns: expected 1 to " + std::to_string(kHeadColumnsMax));
  }
  SY_TRY(head_, kind->make(files, {embedder_->dimension(), registry_.columns.size()}));
  return {};
}

Result<std::shared_ptr<const VectorArtifact>> VectorArtifact::load(const std::filesystem::path& folder) {
  auto artifact = std::shared_ptr<VectorArtifact>(new VectorArtifact);
  SY_CHECK(artifact->read(folder));
  return std::shared_ptr<const VectorArtifact>(std::move(artifact));
}

}  // namespace switchyard::scoring
