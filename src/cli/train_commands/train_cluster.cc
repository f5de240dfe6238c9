#include "cli/train_commands/train_cluster.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/json_writer.h"
#include "base/sha256.h"
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
Result<std::string> registry(const std::filesystem::path& proxies, const learning::Outcomes& outcomes, std::ostream& err) {
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
      err << "left out model " << entry["model"].string() << ": column " << entry["column"].string() << " was not measured\n";
      continue;
    }
    w.raw(entry.raw());
  }
  w.end_array().end_object();
  return out;
}

/// The columns of the data set with most rows among `rows`, for measuring.
std::vector<std::vector<std::uint32_t>> column_sets(const learning::Outcomes& outcomes) {
  std::vector<std::vector<std::uint32_t>> sets;
  for (const learning::Row& row : outcomes.rows) {
    std::vector<std::uint32_t> columns;
    for (const auto& [column, score] : row.scores) columns.push_back(column);
    std::ranges::sort(columns);
    if (std::ranges::find(sets, columns) == sets.end()) sets.push_back(std::move(columns));
  }
  return sets;
}

}  // namespace

Result<void> train_cluster(const TrainClusterOptions& options, std::ostream& out, std::ostream& err) {
  SY_TRY(const learning::Outcomes outcomes, read_data(options, err));
  const learning::Progress progress = [&](const char* step, double done) {
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

  std::string metrics;
  json::Writer m(metrics);
  m.begin_array();
  const learning::ClusterModel measured = learning::train_clusters(outcomes, known, options.settings, progress);
  out << "held-out questions, quality only:   rows   routed   best single   oracle\n";
  for (const auto& columns : column_sets(outcomes)) {
    const learning::HeldOut h = learning::evaluate(outcomes, held, columns, measured, options.top_p);
    if (h.rows == 0) continue;
    out << "  " << columns.size() << " models, first " << outcomes.columns[columns.front()] << ": " << h.rows << "  " << h.routed
        << "  " << h.best_single << "  " << h.oracle << "\n";
    m.begin_object().field("models", columns.size()).field("rows", h.rows).field("routed", h.routed);
    m.field("best_single", h.best_single).field("oracle", h.oracle).end_object();
  }
  m.end_array();

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
  w.begin_object().field("format", cluster::kFormat).field("version", options.out.filename().string()).field("strategy", "cluster");
  w.key("embedder").begin_object().field("identity", cluster::embedder_identity(weights)).field("dimension", model.dimension);
  w.field("buckets", model.buckets).end_object();
  w.field("clusters", model.clusters).field("top_p", options.top_p).field("alpha", options.alpha);
  w.field("output_cost_ratio", options.output_cost_ratio).field("seed", options.settings.seed);
  w.field("shrinkage", options.settings.shrinkage).field("task_weight", options.settings.task_weight);
  w.key("training_data").begin_object().field("rows", outcomes.rows.size()).field("sha256", outcomes.sha256).end_object();
  w.key("held_out").raw(metrics);
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
  out << "wrote " << options.out.string() << " (" << loaded->embedder().identity() << ", " << loaded->registry().size() << " models)\n";
  return {};
}

}  // namespace switchyard::cli
