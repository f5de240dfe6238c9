#include "scoring/estimator/artifact.h"

#include <bit>
#include <cmath>

#include "base/json_writer.h"
#include "scoring/cluster/artifact.h"

namespace switchyard::scoring::estimator {
namespace {

std::unexpected<Error> bad_pools(const std::string& what) { return bad_artifact("pools.json", what); }

Result<Column> read_column(json::Value value, const std::string& pool) {
  const auto score = value["mean_score"].number(), tokens = value["mean_output_tokens"].number();
  Column column{value["name"].string(), static_cast<float>(score.value_or(-1)),
                static_cast<float>(tokens.value_or(-1))};
  if (column.name.empty() || !(column.mean_score >= 0 && column.mean_score <= 1) || !(column.mean_output_tokens >= 0) ||
      !std::isfinite(column.mean_output_tokens)) {
    return bad_pools("pool '" + pool +
                     "': expected columns with a name, a mean_score from 0 to 1 and mean_output_tokens");
  }
  return column;
}

Result<Pool> read_pool(json::Value value) {
  Pool pool{value["name"].string(), {}, {}};
  for (const json::Value column : value["columns"].elements()) {
    SY_TRY(pool.columns.emplace_back(), read_column(column, pool.name));
  }
  for (const json::Value pair : value["calibration"].elements()) {
    CalibrationPoint point{-1, -1};
    std::size_t count = 0;
    for (const json::Value number : pair.elements()) {
      (count++ == 0 ? point.expected : point.observed) = static_cast<float>(number.number().value_or(std::nan("")));
    }
    const bool rises = pool.calibration.empty() || (point.expected > pool.calibration.back().expected &&
                                                    point.observed >= pool.calibration.back().observed);
    if (count != 2 || !std::isfinite(point.expected) || !(point.observed >= 0 && point.observed <= 1) || !rises) {
      return bad_pools("pool '" + pool.name + "': expected calibration pairs that rise, to scores from 0 to 1");
    }
    pool.calibration.push_back(point);
  }
  if (pool.name.empty()) return bad_pools("expected pools with a name");
  return pool;
}

}  // namespace

Result<std::vector<Pool>> read_pools(std::string_view text) {
  const auto document = json::Document::parse(text);
  if (!document) return bad_pools(document.error().message);
  std::vector<Pool> pools;
  for (const json::Value value : document->root().elements()) {
    SY_TRY(pools.emplace_back(), read_pool(value));
  }
  return pools;
}

std::string write_pools(const std::vector<Pool>& pools) {
  std::string out;
  json::Writer w(out);
  w.begin_array();
  for (const Pool& pool : pools) {
    w.begin_object().key("name").string(pool.name).key("columns").begin_array();
    for (const Column& column : pool.columns) {
      w.begin_object().key("name").string(column.name).field("mean_score", static_cast<double>(column.mean_score));
      w.field("mean_output_tokens", static_cast<double>(column.mean_output_tokens)).end_object();
    }
    w.end_array().key("calibration").begin_array();
    for (const CalibrationPoint point : pool.calibration) {
      w.begin_array()
          .number(static_cast<double>(point.expected))
          .number(static_cast<double>(point.observed))
          .end_array();
    }
    w.end_array().end_object();
  }
  w.end_array();
  return out;
}

Result<void> Artifact::read_manifest(const std::filesystem::path& folder) {
  const std::string name = (folder / "manifest.json").string();
  SY_TRY(manifest_, read_text(name));
  const auto document = json::Document::parse(manifest_);
  if (!document) return bad_artifact(name, document.error().message);
  const json::Value root = document->root();
  if (!root["strategy"].equals(kStrategy)) return bad_artifact(name, "strategy: expected 'estimator'");
  if (root["format"].integer() != kFormat) return bad_artifact(name, "format: expected " + std::to_string(kFormat));
  if (root["text_features"].integer() != kTextFeaturesVersion) {
    return bad_artifact(name, "text_features: this program reads texts in way " + std::to_string(kTextFeaturesVersion));
  }
  version_ = root["version"].string();
  const auto alpha = root["alpha"].number(), ratio = root["output_cost_ratio"].number();
  if (version_.empty() || !alpha || !(*alpha >= 0 && *alpha <= 1) || !ratio || !(*ratio >= 0 && *ratio <= 10)) {
    return bad_artifact(name, "expected version, alpha from 0 to 1, output_cost_ratio from 0 to 10");
  }
  knobs_ = {*alpha, *ratio, 0};
  SY_TRY(files_, map_files(folder, root["files"]));
  for (const char* const needed : {"weights.npy", "forest.bin", "pools.json", "registry.json"}) {
    if (!files_.contains(needed)) return bad_artifact(name, std::string("files: ") + needed + " is missing");
  }
  return read_files(root["embedder"]["identity"].string());
}

Result<void> Artifact::read_files(const std::string& embedder_identity) {
  const std::string_view weights_file = files_.at("weights.npy")->text();
  const auto weights = read_npy_i1(weights_file);
  if (!weights) return bad_artifact("weights.npy", weights.error().message);
  if (!std::has_single_bit(weights->rows) || weights->columns == 0 ||
      weights->columns > StaticEmbedder::kDimensionMax) {
    return bad_artifact("weights.npy", "expected a power of two rows and at most 256 columns");
  }
  auto embedder = std::make_shared<const StaticEmbedder>(*weights, cluster::embedder_identity(weights_file));
  if (embedder->identity() != embedder_identity) {
    return bad_artifact("manifest.json", "made with embedder '" + embedder_identity +
                                             "', but its weights are embedder '" + std::string(embedder->identity()) +
                                             "'");
  }
  auto forest = Forest::read(files_.at("forest.bin")->text());
  if (!forest) return bad_artifact("forest.bin", forest.error().message);
  SY_TRY(std::vector<Pool> pools, read_pools(files_.at("pools.json")->text()));
  auto made =
      Estimator::make(std::move(embedder), std::make_shared<const Forest>(*std::move(forest)), std::move(pools));
  if (!made) return bad_artifact("pools.json", made.error().message);
  estimator_ = std::make_unique<const Estimator>(*std::move(made));
  SY_TRY(registry_, read_registry(files_.at("registry.json")->text()));
  std::vector<std::string> columns;
  for (const Pool& pool : estimator_->pools()) {
    for (const Column& column : pool.columns) columns.push_back(column.name);
  }
  if (columns != registry_.columns) return bad_artifact("registry.json", "columns: expected those of pools.json");
  return {};
}

Result<std::shared_ptr<const Artifact>> Artifact::load(const std::filesystem::path& folder) {
  auto artifact = std::shared_ptr<Artifact>(new Artifact);
  SY_CHECK(artifact->read_manifest(folder));
  return std::shared_ptr<const Artifact>(std::move(artifact));
}

}  // namespace switchyard::scoring::estimator
