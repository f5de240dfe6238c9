#include "cli/train_commands/train_estimator.h"

#include <bit>

#include "base/json_writer.h"
#include "cli/train_commands/training_data.h"
#include "learning/estimator/cross_validation.h"
#include "scoring/cluster/artifact.h"
#include "scoring/estimator/artifact.h"
#include "scoring/npy.h"

namespace switchyard::cli {
namespace {

namespace le = learning::estimator;
namespace se = scoring::estimator;

Result<void> check(const TrainEstimatorOptions& options) {
  const auto wrong = [](const char* what) { return fail(ErrorKind::kInvalidRequest, what); };
  const le::EstimatorSettings& s = options.settings;
  if (s.dimension < 1 || s.dimension > scoring::StaticEmbedder::kDimensionMax)
    return wrong("dimension: expected 1 to 256");
  if (!std::has_single_bit(s.buckets) || s.buckets < 2 || s.buckets > 1u << 20) {
    return wrong("buckets: expected a power of two from 2 to 1048576");
  }
  if (s.pool_trees < 1 || s.pool_trees > se::kTreesMax || s.gate_trees < 1 || s.gate_trees > se::kTreesMax)
    return wrong("trees: expected 1 to 4096");
  if (options.splits > 100) return wrong("cross-validate: expected at most 100 splits");
  if (!(options.alpha >= 0 && options.alpha <= 1)) return wrong("alpha: expected 0 to 1");
  if (!(options.output_cost_ratio >= 0 && options.output_cost_ratio <= 10))
    return wrong("output_cost_ratio: expected 0 to 10");
  return {};
}

/// Trained on the questions that the first split does not hold out.
Result<std::string> measure(const learning::Outcomes& outcomes, const TrainEstimatorOptions& options,
                            const learning::Progress& progress, std::ostream& out) {
  const le::SplitRows rows = le::split_rows(outcomes, 0);
  if (rows.known.empty() || rows.held.empty()) {
    return fail(ErrorKind::kInvalidRequest, "data: expected enough different questions to hold some out");
  }
  SY_TRY(le::EstimatorModel trained, le::train_estimator(outcomes, rows.known, options.settings, progress));
  const auto model = std::make_shared<const le::EstimatorModel>(std::move(trained));
  SY_TRY(const se::Estimator estimator, le::estimator_of(model));
  const learning::Evaluation evaluation = learning::evaluate(
      outcomes, rows.known, rows.held, le::expectation_of(outcomes, estimator), options.settings.seed, progress);
  if (!options.json) print(evaluation, out);
  return metrics_json(evaluation, rows.held.size());
}

Result<std::string> cross_validation_json(const learning::Outcomes& outcomes, const TrainEstimatorOptions& options,
                                          const learning::Progress& progress, std::ostream& out) {
  SY_TRY(const le::CrossValidation result, le::cross_validate(outcomes, options.settings, options.splits, progress));
  if (!options.json) {
    for (const learning::Evaluation& e : result.splits) print(e, out);
    out << "cross-validated RGI " << result.mean << " over " << result.splits.size() << " splits, deviation "
        << result.deviation << "\n";
  }
  std::string text;
  json::Writer w(text);
  w.begin_object().field("rgi", result.mean).field("deviation", result.deviation).key("splits").begin_array();
  for (const learning::Evaluation& e : result.splits) {
    w.begin_object().field("rgi", e.gain).key("rgi_interval_95").begin_array().number(e.low).number(e.high).end_array();
    w.key("ng").begin_object();
    for (const learning::PoolReport& pool : e.pools) w.key_text(pool.name).number(pool.gain);
    w.end_object().end_object();
  }
  w.end_array().end_object();
  return text;
}

std::vector<std::string> columns_of(const std::vector<se::Pool>& pools) {
  std::vector<std::string> columns;
  for (const se::Pool& pool : pools) {
    for (const se::Column& column : pool.columns) columns.push_back(column.name);
  }
  return columns;
}

void write_settings(json::Writer& w, const le::EstimatorSettings& s) {
  w.key("settings").begin_object().field("pool_trees", s.pool_trees).field("gate_trees", s.gate_trees);
  w.field("candidates", s.candidates).field("leaf_rows_min", s.leaf_rows_min).field("shrinkage", s.shrinkage);
  w.field("class_weight", s.class_weight).field("row_share", s.row_share).field("common_weight", s.common_weight);
  w.end_object();
}

}  // namespace

Result<void> train_estimator(const TrainEstimatorOptions& options, std::ostream& out, std::ostream& err) {
  SY_CHECK(check(options));
  SY_TRY(const learning::Outcomes outcomes, read_data(options.data, err));
  const learning::Progress progress = progress_bar(options.progress, err);
  std::string crossed;
  if (options.splits > 0) {
    SY_TRY(crossed, cross_validation_json(outcomes, options, progress, out));
  }
  SY_TRY(const std::string held_out, measure(outcomes, options, progress, out));

  std::vector<std::size_t> all(outcomes.rows.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  SY_TRY(const le::EstimatorModel model, le::train_estimator(outcomes, all, options.settings, progress));
  SY_TRY(const std::string registry, registry_json(options.proxies, columns_of(model.pools), err));
  const std::string weights = scoring::write_npy_i1(model.buckets, model.dimension, model.weights);
  const std::pair<const char*, std::string> files[] = {{"weights.npy", weights},
                                                       {"forest.bin", model.forest->write()},
                                                       {"pools.json", se::write_pools(model.pools)},
                                                       {"registry.json", registry}};
  std::string manifest;
  json::Writer w(manifest);
  w.begin_object().field("format", se::kFormat).field("version", options.out.filename().string());
  w.field("strategy", se::kStrategy).field("text_features", se::kTextFeaturesVersion).key("embedder").begin_object();
  w.field("identity", scoring::cluster::embedder_identity(weights)).field("dimension", model.dimension);
  w.field("buckets", model.buckets).end_object().field("alpha", options.alpha);
  w.field("output_cost_ratio", options.output_cost_ratio).field("seed", options.settings.seed);
  write_settings(w, options.settings);
  w.key("training_data").begin_object().field("rows", outcomes.rows.size()).field("sha256", outcomes.sha256);
  w.end_object().field("calibration_error", model.calibration_error).key("held_out").raw(held_out);
  if (!crossed.empty()) w.key("cross_validation").raw(crossed);
  w.key("files").begin_object();
  std::error_code code;
  std::filesystem::create_directories(options.out, code);
  for (const auto& [name, bytes] : files) {
    SY_CHECK(write_file(options.out / name, bytes));
    w.field(name, sha256_hex(bytes));
  }
  w.end_object().end_object();
  manifest.push_back('\n');
  SY_CHECK(write_file(options.out / "manifest.json", manifest));
  SY_TRY(const auto loaded, se::Artifact::load(options.out));
  if (options.json) {
    out << loaded->manifest();
  } else {
    out << "wrote " << options.out.string() << " (" << loaded->registry().models.size() << " models)\n";
  }
  return {};
}

}  // namespace switchyard::cli
