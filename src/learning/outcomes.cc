#include "learning/outcomes.h"

#include <zlib.h>

#include <algorithm>

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
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return fail(ErrorKind::kInvalidRequest, "data '" + path.string() + "': cannot be read");
  std::string text;
  char bytes[65536];
  int got = 0;
  while ((got = gzread(file, bytes, sizeof bytes)) > 0) text.append(bytes, static_cast<std::size_t>(got));
  const bool broken = got < 0;
  gzclose(file);
  if (broken) return fail(ErrorKind::kInvalidRequest, "data '" + path.string() + "': not valid gzip");
  return text;
}

/// The row's problem, or empty.
std::string read_row(json::Value root, Outcomes& into) {
  if (!root["query"].is_string()) return "query: expected a string";
  if (!root["outcomes"].is_object()) return "outcomes: expected an object";
  Row row;
  row.query = root["query"].string();
  row.question = question_hash(row.query);
  std::vector<std::pair<std::string, float>> scores;
  for (const json::Member member : root["outcomes"].members()) {
    const auto score = member.value["score"].number();
    if (!score || !(*score >= 0 && *score <= 1)) return "outcomes: expected scores from 0 to 1";
    scores.emplace_back(member.key.string(), static_cast<float>(*score));
  }
  if (scores.empty()) return "outcomes: expected at least one";
  row.task = index_of(into.tasks, root["task"].string());
  for (auto& [model, score] : scores) row.scores.emplace_back(index_of(into.columns, std::move(model)), score);
  into.rows.push_back(std::move(row));
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
  return {};
}

}  // namespace switchyard::learning
