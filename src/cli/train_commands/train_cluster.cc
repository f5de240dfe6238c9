#include "cli/train_commands/train_cluster.h"

#include <algorithm>
#include <bit>

#include "base/json_writer.h"
#include "cli/train_commands/training_data.h"
#include "learning/evaluation.h"
#include "scoring/cluster/artifact.h"
#include "scoring/npy.h"

namespace switchyard::cli {
namespace {

namespace cluster = scoring::cluster;
constexpr std::uint64_t kHeldOutOf = 5;  ///< One question in five is held out to measure.

Result<void> check(const TrainClusterOptions& options) {
  const auto wrong = [](const char* what) { return fail(ErrorKind::kInvalidRequest, what); };
  const learning::ClusterSettings& s = options.settings;
  if (s.clusters < 1 || s.clusters > 4096) return wrong("clusters: expected 1 to 4096");
  if (s.dimension < 1 || s.dimension > scoring::StaticEmbedder::kDimensionMax)
    return wrong("dimension: expected 1 to 256");
  if (!std::has_single_bit(s.buckets) || s.buckets < 2 || s.buckets > 1u << 20) {
    return wrong("buckets: expected a power of two from 2 to 1048576");
  }
  if (s.restarts < 1 || s.restarts > 100) return wrong("restarts: expected 1 to 100");
  if (!(s.shrinkage > 0)) return wrong("shrinkage: expected more than 0");
  if (options.top_p < 1 || options.top_p > s.clusters) return wrong("top_p: expected 1 to the number of clusters");
  if (!(options.alpha >= 0 && options.alpha <= 1)) return wrong("alpha: expected 0 to 1");
  if (!(options.output_cost_ratio >= 0 && options.output_cost_ratio <= 10))
    return wrong("output_cost_ratio: expected 0 to 10");
  return {};
}

}  // namespace

Result<void> train_cluster(const TrainClusterOptions& options, std::ostream& out, std::ostream& err) {
  SY_CHECK(check(options));
  SY_TRY(const learning::Outcomes outcomes, read_data(options.data, err));
  if (outcomes.rows.size() < options.settings.clusters) {
    return fail(ErrorKind::kInvalidRequest, "data: expected at least as many rows as clusters");
  }
  const learning::Progress progress = progress_bar(options.progress, err);
  std::vector<std::size_t> all, known, held;
  for (std::size_t i = 0; i < outcomes.rows.size(); ++i) {
    all.push_back(i);
    (outcomes.rows[i].question % kHeldOutOf == 0 ? held : known).push_back(i);
  }

  if (known.empty() || held.empty()) {
    return fail(ErrorKind::kInvalidRequest, "data: expected enough different questions to hold some out");
  }
  const learning::ClusterModel measured = learning::train_clusters(outcomes, known, options.settings, progress);
  const learning::Evaluation evaluation =
      learning::evaluate(outcomes, known, held, learning::expectation_of(outcomes, measured, options.top_p),
                         options.settings.seed, progress);
  print(evaluation, out);

  const learning::ClusterModel model = learning::train_clusters(outcomes, all, options.settings, progress);
  std::error_code code;
  std::filesystem::create_directories(options.out, code);
  SY_TRY(const std::string registry_text, registry_json(options.proxies, outcomes.columns, err));
  const std::string weights = scoring::write_npy_i1(model.buckets, model.dimension, model.weights);
  const std::pair<const char*, std::string> files[] = {
      {"weights.npy", weights},
      {"centroids.npy", scoring::write_npy_f4(model.clusters, model.dimension, model.centroids)},
      {"quality.npy", scoring::write_npy_f4(model.clusters, outcomes.columns.size(), model.quality)},
      {"registry.json", registry_text}};
  std::string manifest;
  json::Writer w(manifest);
  w.begin_object()
      .field("format", cluster::kFormat)
      .field("version", options.out.filename().string())
      .field("strategy", "cluster");
  w.key("embedder")
      .begin_object()
      .field("identity", cluster::embedder_identity(weights))
      .field("dimension", model.dimension);
  w.field("buckets", model.buckets).end_object();
  w.field("clusters", model.clusters).field("top_p", options.top_p).field("alpha", options.alpha);
  w.field("output_cost_ratio", options.output_cost_ratio).field("seed", options.settings.seed);
  w.field("shrinkage", options.settings.shrinkage).field("task_weight", options.settings.task_weight);
  w.key("training_data")
      .begin_object()
      .field("rows", outcomes.rows.size())
      .field("sha256", outcomes.sha256)
      .end_object();
  w.key("held_out").raw(metrics_json(evaluation, held.size()));
  w.key("files").begin_object();
  for (const auto& [name, bytes] : files) {
    SY_CHECK(write_file(options.out / name, bytes));
    w.field(name, sha256_hex(bytes));
  }
  w.end_object().end_object();
  manifest.push_back('\n');
  SY_CHECK(write_file(options.out / "manifest.json", manifest));
  SY_TRY(const auto loaded, cluster::Artifact::load(options.out));
  SY_CHECK(write_file(options.out.parent_path() / "latest", options.out.filename().string() + "\n"));
  out << "wrote " << options.out.string() << " (" << loaded->embedder().identity() << ", " << loaded->registry().size()
      << " models)\n";
  return {};
}

}  // namespace switchyard::cli
