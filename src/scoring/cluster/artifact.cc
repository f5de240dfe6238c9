#include "scoring/cluster/artifact.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>

#include "base/json.h"

namespace switchyard::scoring::cluster {
namespace {

/// The matrix, or an error that names the file.
template <class T>
Result<T> named(const std::string& file, Result<T> matrix) {
  if (!matrix) return bad_artifact(file, matrix.error().message);
  return matrix;
}

constexpr std::int64_t kTopPMax = 4096;

}  // namespace

Result<void> Artifact::read_manifest(const std::filesystem::path& folder) {
  const std::string name = (folder / "manifest.json").string();
  SY_TRY(manifest_, read_text(name));
  const auto document = json::Document::parse(manifest_);
  if (!document) return bad_artifact(name, document.error().message);
  const json::Value root = document->root();
  if (root["format"].integer() != kFormat) return bad_artifact(name, "format: expected " + std::to_string(kFormat));
  version_ = root["version"].string();
  embedder_identity_ = root["embedder"]["identity"].string();
  const auto alpha = root["alpha"].number(), ratio = root["output_cost_ratio"].number();
  const auto top_p = root["top_p"].integer();
  if (version_.empty() || !alpha || *alpha < 0 || *alpha > 1 || !ratio || *ratio < 0 || *ratio > 10 || !top_p ||
      *top_p < 1 || *top_p > kTopPMax) {
    return bad_artifact(name,
                        "expected version, alpha from 0 to 1, output_cost_ratio from 0 to 10, top_p from 1 to 4096");
  }
  knobs_ = {*alpha, *ratio, static_cast<std::uint32_t>(*top_p)};
  std::string_view registry;
  SY_TRY(files_, map_files(folder, root["files"]));
  for (const auto& [file_name, file] : files_) {
    const std::string_view bytes = file->text();
    if (file_name == "weights.npy") {
      SY_TRY(const Matrix<std::int8_t> weights, named(file_name, read_npy_i1(bytes)));
      if (!std::has_single_bit(weights.rows) || weights.columns == 0 ||
          weights.columns > StaticEmbedder::kDimensionMax) {
        return bad_artifact(file_name, "expected a power of two rows and at most 256 columns");
      }
      embedder_ = std::make_unique<StaticEmbedder>(weights, embedder_identity(bytes));
    } else if (file_name == "centroids.npy") {
      SY_TRY(centroids_, named(file_name, read_npy_f4(bytes)));
    } else if (file_name == "quality.npy") {
      SY_TRY(quality_, named(file_name, read_npy_f4(bytes)));
    } else if (file_name == "registry.json") {
      registry = bytes;
    }
  }
  if (!embedder_ || centroids_.rows == 0 || quality_.rows == 0 || registry.empty()) {
    return bad_artifact(name, "files: expected weights.npy, centroids.npy, quality.npy and registry.json");
  }
  SY_TRY(Registry read, read_registry(registry));
  registry_ = std::move(read.models);
  columns_ = read.columns.size();
  return {};
}

Result<void> Artifact::check() const {
  if (embedder_->identity() != embedder_identity_) {
    return bad_artifact("manifest.json", "made with embedder '" + embedder_identity_ +
                                             "', but its weights are embedder '" + std::string(embedder_->identity()) +
                                             "'");
  }
  if (embedder_->dimension() != centroids_.columns) {
    return bad_artifact("centroids.npy", "has dimension " + std::to_string(centroids_.columns) + ", its embedder " +
                                             std::to_string(embedder_->dimension()));
  }
  if (quality_.rows != centroids_.rows || quality_.columns != columns_) {
    return bad_artifact("quality.npy", "expected a row for each cluster and a column for each measured model");
  }
  if (knobs_.top_p > centroids_.rows)
    return bad_artifact("manifest.json", "top_p: expected at most the number of clusters");
  for (std::size_t k = 0; k < centroids_.rows; ++k) {
    double length = 0;
    for (const float x : centroids_.row(k)) length += static_cast<double>(x) * x;
    if (!(std::abs(length - 1) < 1e-3))
      return bad_artifact("centroids.npy", "row " + std::to_string(k) + ": expected length 1");
    for (const float q : quality_.row(k)) {
      if (!(q >= 0 && q <= 1))
        return bad_artifact("quality.npy", "row " + std::to_string(k) + ": expected values from 0 to 1");
    }
  }
  return {};
}

Result<std::shared_ptr<const Artifact>> Artifact::load(const std::filesystem::path& folder) {
  auto artifact = std::shared_ptr<Artifact>(new Artifact);
  SY_CHECK(artifact->read_manifest(folder));
  SY_CHECK(artifact->check());
  return std::shared_ptr<const Artifact>(std::move(artifact));
}

Result<std::filesystem::path> artifact_folder(const std::filesystem::path& artifacts, const std::string& version) {
  std::string name = version;
  if (name.empty()) {
    std::ifstream latest(artifacts / "latest");
    if (!(latest >> name)) return bad_artifact((artifacts / "latest").string(), "cannot be read");
  }
  if (!is_file_name(name) || !std::filesystem::is_directory(artifacts / name)) {
    return bad_artifact((artifacts / name).string(), "there is no such version");
  }
  return artifacts / name;
}

std::string embedder_identity(std::string_view weights_file) {
  return "static:" + sha256_hex(weights_file).substr(0, 16);
}

}  // namespace switchyard::scoring::cluster
