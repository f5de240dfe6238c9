#include "learning/outcome_data.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>

#include "base/json.h"
#include "base/sha256.h"

namespace switchyard::learning {
namespace {

std::unexpected<Error> invalid(std::string message) { return fail(ErrorKind::kInvalidRequest, std::move(message)); }

Result<std::string> file_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::kNotFound, path.string() + ": expected a readable file");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// Inflates a gzip file; plain bytes come back as they are.
Result<std::string> inflated(const std::string& path, const DataLimits& limits) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) return fail(ErrorKind::kNotFound, path + ": expected a readable file");
  std::string text;
  constexpr unsigned kChunk = 1 << 16;
  for (;;) {
    const std::size_t before = text.size();
    if (before > limits.file_bytes_max) return invalid(path + ": expected at most " + std::to_string(limits.file_bytes_max) + " bytes");
    text.resize(before + kChunk);
    const int got = gzread(file.get(), text.data() + before, kChunk);
    if (got < 0) return invalid(path + ": expected an intact gzip file");
    text.resize(before + static_cast<std::size_t>(got));
    if (got == 0) break;
  }
  int code = Z_OK;
  gzerror(file.get(), &code);
  if (code != Z_OK) return invalid(path + ": expected an intact gzip file");
  return text;
}

/// A cost in USD: a number of at least 0, or NaN for null or absence. Nullopt for anything else.
std::optional<double> cost_of(json::Value value) {
  if (!value.has_value()) return std::numeric_limits<double>::quiet_NaN();
  const std::optional<double> cost = value.number();
  return cost && *cost >= 0 ? cost : std::nullopt;
}

std::uint32_t task_index(std::vector<std::string>& tasks, const std::string& task) {
  const auto found = std::find(tasks.begin(), tasks.end(), task);
  if (found != tasks.end()) return static_cast<std::uint32_t>(found - tasks.begin());
  tasks.push_back(task);
  return static_cast<std::uint32_t>(tasks.size() - 1);
}

}  // namespace

Result<std::vector<MeasuredModel>> parse_models(std::string_view json) {
  SY_TRY(const json::Document document, json::Document::parse(json));
  std::vector<MeasuredModel> models;
  for (const json::Member member : document.root().members()) {
    MeasuredModel model;
    model.name = member.key.string();
    const auto input = member.value["in_per_m"].number();
    const auto output = member.value["out_per_m"].number();
    model.priced = input && output && *input >= 0 && *output >= 0;
    if (model.priced) {
      model.input_usd_per_million = *input;
      model.output_usd_per_million = *output;
    }
    model.chat = !member.value["kind"].equals("base");
    models.push_back(std::move(model));
  }
  std::sort(models.begin(), models.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  if (models.empty()) return invalid("models.json: expected an object with at least one model");
  const auto twin = std::adjacent_find(models.begin(), models.end(), [](const auto& a, const auto& b) { return a.name == b.name; });
  if (twin != models.end()) return invalid("models.json: expected each model once, got '" + twin->name + "' twice");
  return models;
}

Result<void> parse_row(std::string_view line, DataSet& data) {
  SY_TRY(const json::Document document, json::Document::parse(line));
  const json::Value root = document.root();
  for (const char* field : {"query_id", "query", "task"}) {
    if (!root[field].is_string()) return invalid(std::string(field) + ": expected a string");
  }
  OutcomeRow row;
  row.query_id = root["query_id"].string();
  row.query = root["query"].string();
  if (row.query.empty()) return invalid("query: expected a text");
  const float missing = std::numeric_limits<float>::quiet_NaN();
  row.scores.assign(data.models.size(), missing);
  row.costs_usd.assign(data.models.size(), missing);
  for (const json::Member member : root["outcomes"].members()) {
    const std::string name = member.key.string();
    const auto at = std::lower_bound(data.models.begin(), data.models.end(), name,
                                     [](const MeasuredModel& model, const std::string& wanted) { return model.name < wanted; });
    if (at == data.models.end() || at->name != name) return invalid("outcomes: expected models of models.json, got '" + name + "'");
    const auto index = static_cast<std::size_t>(at - data.models.begin());
    const auto score = member.value["score"].number();
    if (!score || !(*score >= 0 && *score <= 1)) return invalid("outcomes." + name + ".score: expected a number from 0 to 1");
    const auto cost = cost_of(member.value["cost"]);
    if (!cost) return invalid("outcomes." + name + ".cost: expected null or a number of at least 0");
    row.scores[index] = static_cast<float>(*score);
    row.costs_usd[index] = static_cast<float>(*cost);
  }
  if (std::any_of(row.scores.begin(), row.scores.end(), [](float score) { return std::isnan(score); })) {
    return invalid("outcomes: expected one for every model of models.json");
  }
  row.task = task_index(data.tasks, root["task"].string());
  data.rows.push_back(std::move(row));
  return {};
}

Result<DataSet> read_data_set(const std::string& folder, const DataLimits& limits) {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(folder).lexically_normal();
  DataSet data;
  data.name = (root.has_filename() ? root : root.parent_path()).filename().string();
  SY_TRY(const std::string models, file_bytes(root / "models.json"));
  SY_TRY(data.models, parse_models(models));
  if (data.models.size() > limits.models_max) return invalid(data.name + ": expected at most " + std::to_string(limits.models_max) + " models");

  fs::path rows = root / "train.jsonl.gz";
  if (!fs::exists(rows)) rows = root / "train.jsonl";
  SY_TRY(const std::string packed, file_bytes(rows));
  const auto digest = sha256(models + packed);
  data.sha256 = hex({reinterpret_cast<const char*>(digest.data()), digest.size()});

  SY_TRY(const std::string text, inflated(rows.string(), limits));
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto parsed = line.size() > limits.line_bytes_max
                      ? Result<void>(invalid("expected at most " + std::to_string(limits.line_bytes_max) + " bytes"))
                      : parse_row(line, data);
    if (parsed) continue;
    ++data.refused_count;
    if (data.refused.size() < kRefusedShown) data.refused.push_back("line " + std::to_string(number) + ": " + parsed.error().message);
  }
  if (data.rows.empty()) return invalid(data.name + ": expected at least one good row" + (data.refused.empty() ? "" : "; " + data.refused.front()));
  return data;
}

}  // namespace switchyard::learning
