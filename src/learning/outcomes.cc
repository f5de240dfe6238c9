#include "learning/outcomes.h"

#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <memory>
#include <sstream>

#include "base/json.h"
#include "base/sha256.h"

namespace switchyard::learning {
namespace {

std::uint32_t index_of(std::vector<std::string>& names, std::string name) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<std::uint32_t>(found - names.begin());
  names.push_back(std::move(name));
  return static_cast<std::uint32_t>(names.size() - 1);
}

/// gzread reads plain files as they are.
Result<std::string> read_file(const std::filesystem::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) return fail(ErrorKind::kInvalidRequest, "data '" + path.string() + "': cannot be read");
  std::string text;
  char bytes[65536];
  int got = 0;
  while ((got = gzread(file.get(), bytes, sizeof bytes)) > 0) {
    text.append(bytes, static_cast<std::size_t>(got));
    if (text.size() > kOutcomeBytesMax) {
      return fail(ErrorKind::kInvalidRequest, "data '" + path.string() + "': expected at most 1 GiB inflated");
    }
  }
  int code = Z_OK;
  gzerror(file.get(), &code);
  // A file that ends inside its last block reads without a negative count; only the error tells.
  if (got < 0 || code != Z_OK) return fail(ErrorKind::kInvalidRequest, "data '" + path.string() + "': not valid gzip");
  return text;
}

std::uint32_t column_of(Outcomes& into, std::string name) {
  const std::uint32_t column = index_of(into.columns, std::move(name));
  into.facts.resize(into.columns.size());
  return column;
}

/// The row's problem, or empty.
std::string read_row(json::Value root, Outcomes& into) {
  if (!root["query"].is_string()) return "query: expected a string";
  if (!root["outcomes"].is_object()) return "outcomes: expected an object";
  Row row;
  row.query = root["query"].string();
  row.question = question_hash(row.query);
  row.pool = static_cast<std::uint32_t>(into.pools.size() - 1);
  std::vector<std::pair<std::string, float>> scores;
  for (const json::Member member : root["outcomes"].members()) {
    const auto score = member.value["score"].number();
    if (!score || !(*score >= 0 && *score <= 1)) return "outcomes: expected scores from 0 to 1";
    const json::Value cost = member.value["cost"];
    if (cost.has_value() && !(cost.number().value_or(-1) >= 0))
      return "outcomes: expected costs that are null or at least 0";
    const double tokens = member.value["output_tokens"].number().value_or(std::numeric_limits<double>::quiet_NaN());
    if (tokens < 0) return "outcomes: expected output_tokens that are null or at least 0";
    row.output_tokens.push_back(static_cast<float>(tokens));
    scores.emplace_back(member.key.string(), static_cast<float>(*score));
    row.costs_usd.push_back(static_cast<float>(cost.number().value_or(std::numeric_limits<double>::quiet_NaN())));
  }
  if (scores.empty()) return "outcomes: expected at least one";
  row.task = index_of(into.tasks, root["task"].string());
  for (auto& [model, score] : scores) row.scores.emplace_back(column_of(into, std::move(model)), score);
  Pool& pool = into.pools.back();
  if (pool.columns.empty()) {
    for (const auto& [column, score] : row.scores) pool.columns.push_back(column);
  }
  into.rows.push_back(std::move(row));
  return {};
}

/// Prices and kinds of the measured models, if the file is there.
Result<void> read_facts(const std::filesystem::path& path, Outcomes& into) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::ostringstream bytes;
  bytes << file.rdbuf();
  const std::string text = std::move(bytes).str();
  const auto document = json::Document::parse(text);
  if (!document || !document->root().is_object()) {
    return fail(ErrorKind::kInvalidRequest, "data '" + path.string() + "': expected a JSON object");
  }
  for (const json::Member member : document->root().members()) {
    const auto column = std::ranges::find(into.columns, member.key.string());
    if (column == into.columns.end()) continue;
    ColumnFacts& facts = into.facts[static_cast<std::size_t>(column - into.columns.begin())];
    facts.usd_per_million = member.value["in_per_m"].number();
    facts.output_usd_per_million = member.value["out_per_m"].number();
    facts.size = member.value["size"].string();
    facts.chat = !member.value["kind"].equals("base");
  }
  return {};
}

}  // namespace

std::uint64_t question_hash(std::string_view query) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (char c : query) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) continue;
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  // FNV's low bits are weak; the split looks at them.
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccd;
  return h ^ h >> 33;
}

Result<void> read_outcomes(const std::filesystem::path& file, Outcomes& into) {
  SY_TRY(const std::string text, read_file(file));
  const auto digest = sha256(into.sha256 + text);
  into.sha256 = hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
  into.pools.push_back({std::filesystem::absolute(file).parent_path().filename().string(), {}});
  std::string_view rest = text;
  json::Document document;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty()) continue;
    const bool parsed = document.parse_again(line).has_value();
    const std::string problem = parsed ? read_row(document.root(), into) : "not valid JSON";
    if (!problem.empty()) ++into.errors[problem];
  }
  return read_facts(file.parent_path() / "models.json", into);
}

}  // namespace switchyard::learning
