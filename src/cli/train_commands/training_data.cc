#include "cli/train_commands/training_data.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/json_writer.h"
#include "base/sha256.h"

namespace switchyard::cli {
namespace {

/// The folder's own data, else that of the folders in it, by name: the order decides the artifact's bytes.
std::vector<std::filesystem::path> data_files(const std::filesystem::path& folder) {
  for (const char* const name : {"train.jsonl", "train.jsonl.gz"}) {
    if (std::filesystem::exists(folder / name)) return {folder / name};
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    for (const char* const name : {"train.jsonl", "train.jsonl.gz"}) {
      if (!entry.is_directory() || !std::filesystem::exists(entry.path() / name)) continue;
      files.push_back(entry.path() / name);
      break;
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

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

Result<learning::Outcomes> read_data(const std::vector<std::string>& names, std::ostream& err) {
  learning::Outcomes outcomes;
  for (const std::string& name : names) {
    if (!std::filesystem::is_directory(name)) {
      SY_CHECK(learning::read_outcomes(name, outcomes));
      continue;
    }
    std::vector<std::filesystem::path> files = data_files(name);
    if (files.empty()) {
      return fail(ErrorKind::kInvalidRequest, "data '" + name + "': holds no train.jsonl or train.jsonl.gz");
    }
    for (const std::filesystem::path& file : files) SY_CHECK(learning::read_outcomes(file, outcomes));
  }
  for (const auto& [what, count] : outcomes.errors) err << "left out " << count << " rows: " << what << "\n";
  return outcomes;
}

Result<std::string> registry_json(const std::filesystem::path& proxies, const std::vector<std::string>& columns,
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
  for (const std::string& column : columns) w.string(column);
  w.end_array().key("models").begin_array();
  for (const json::Value entry : document->root().elements()) {
    if (std::ranges::find(columns, entry["column"].string()) == columns.end()) {
      err << "left out model " << entry["model"].string() << ": column " << entry["column"].string()
          << " was not measured\n";
      continue;
    }
    w.raw(entry.raw());
  }
  w.end_array().end_object();
  return out;
}

learning::Progress progress_bar(bool shown, std::ostream& err) {
  if (!shown) return {};
  return [&err](std::string_view step, double done) {
    constexpr int kWidth = 40;
    const int filled = static_cast<int>(done * kWidth);
    err << "\r" << step << " [" << std::string(static_cast<std::size_t>(filled), '#')
        << std::string(static_cast<std::size_t>(kWidth - filled), '.') << "] " << static_cast<int>(done * 100) << " %"
        << (done >= 1 ? "\n" : "") << std::flush;
  };
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

}  // namespace switchyard::cli
