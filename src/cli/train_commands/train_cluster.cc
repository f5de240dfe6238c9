#include "cli/train_commands/train_cluster.h"

#include <algorithm>
#include <bit>
#include <fstream>
#include <sstream>

#include "base/json_writer.h"
#include "base/sha256.h"
#include "learning/evaluation.h"
#include "scoring/cluster/artifact.h"
#include "scoring/npy.h"

namespace switchyard::cli {
namespace {

namespace cluster = scoring::cluster;
constexpr std::uint64_t kHeldOutOf = 5;  ///< One question in five is held out to measure.

std::string sha256_hex(std::string_view bytes) {
  const auto digest = sha256(bytes);
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  if (!file.flush()) return fail(ErrorKind::kUnavailable, "'" + path.string() + "' cannot be written");
  return {};
}

Result<learning::Outcomes> read_data(const TrainClusterOptions& options, std::ostream& err) {
  learning::Outcomes outcomes;
  for (const std::string& name : options.data) {
    std::filesystem::path path = name;
    if (std::filesystem::is_directory(path)) {
      path /= std::filesystem::exists(path / "train.jsonl") ? "train.jsonl" : "train.jsonl.gz";
    }
    SY_CHECK(learning::read_outcomes(path, outcomes));
  }
  for (const auto& [what, count] : outcomes.errors) err << "left out " << count << " rows: " << what << "\n";
  if (outcomes.rows.size() < options.settings.clusters) {
    return fail(ErrorKind::kInvalidRequest, "data: expected at least as many rows as clusters");
  }
  return outcomes;
}

/// The registry file, with only those models whose column was measured.
Result<std::string> registry(const std::filesystem::path& proxies, const learning::Outcomes& outcomes,
                             std::ostream& err) {
  std::ifstream file(proxies, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string bytes = std::move(text).str();
  const auto document = json::Document::parse(bytes);
  if (!file || !document || !document->root().is_array()) {
    return fail(ErrorKind::kInvalidRequest, "proxies '" + proxies.string() + "': expected a JSON array");
  }
  std::string out;
  json::Writer w(out);
  w.begin_object().key("columns").begin_array();
  for (const std::string& column : outcomes.columns) w.string(column);
  w.end_array().key("models").begin_array();
  for (const json::Value entry : document->root().elements()) {
    if (std::ranges::find(outcomes.columns, entry["column"].string()) == outcomes.columns.end()) {
      err << "left out model " << entry["model"].string() << ": column " << entry["column"].string()
          << " was not measured\n";
      continue;
    }
    w.raw(entry.raw());
  }
  w.end_array().end_object();
  return out;
}

void print(const learning::Evaluation& e, std::ostream& out) {
  out << "held-out questions: rows, models, NG, gap closed, accuracy\n";
  for (const learning::PoolReport& pool : e.pools) {
    out << "  " << pool.name << ": " << pool.rows << "  " << pool.models << "  " << pool.gain << "  " << pool.gap_closed
        << "  " << pool.accuracy << (pool.counted ? "" : "  (too few rows to count)") << "\n";
  }
  out << "  RGI " << e.gain << ", 95 % interval " << e.low << " to " << e.high << "\n";
}

std::string metrics_json(const learning::Evaluation& e, std::size_t held) {
  std::string text;
  json::Writer w(text);
  w.begin_object().field("method",
                         "trained anew on the other questions; split by question hash, one question in five held out");
  w.field("rows", held)
      .field("rgi", e.gain)
      .key("rgi_interval_95")
      .begin_array()
      .number(e.low)
      .number(e.high)
      .end_array();
  w.key("pools").begin_array();
  for (const learning::PoolReport& pool : e.pools) {
    w.begin_object()
        .field("name", pool.name)
        .field("rows", pool.rows)
        .field("models", pool.models)
        .field("ng", pool.gain);
    w.field("gap_closed", pool.gap_closed).field("accuracy", pool.accuracy).field("counted", pool.counted).end_object();
  }
  w.end_array().end_object();
  return text;
}

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
  SY_TRY(const learning::Outcomes outcomes, read_data(options, err));
  const learning::Progress progress = [&](std::string_view step, double done) {
    if (!options.progress) return;
    constexpr int kWidth = 40;
    const int filled = static_cast<int>(done * kWidth);
    err << "\r" << step << " [" << std::string(static_cast<std::size_t>(filled), '#')
        << std::string(static_cast<std::size_t>(kWidth - filled), '.') << "] " << static_cast<int>(done * 100) << " %"
        << (done >= 1 ? "\n" : "") << std::flush;
  };
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
      learning::evaluate(outcomes, known, held, measured, options.top_p, options.settings.seed, progress);
  print(evaluation, out);

  const learning::ClusterModel model = learning::train_clusters(outcomes, all, options.settings, progress);
  std::error_code code;
  std::filesystem::create_directories(options.out, code);
  SY_TRY(const std::string registry_text, registry(options.proxies, outcomes, err));
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
