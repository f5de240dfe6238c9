#include "config/env_file.h"

#include <optional>

namespace switchyard::config {
namespace {

bool is_name_char(char c, bool first) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (!first && c >= '0' && c <= '9');
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

/// The text behind '='; nullopt if a quote is not closed.
std::optional<std::string> value_of(std::string_view text) {
  text = trim(text);
  if (text.empty()) return "";
  const char quote = text.front();
  if (quote != '"' && quote != '\'') {
    const std::size_t comment = text.find(" #");
    return std::string(trim(text.substr(0, comment)));
  }
  std::string value;
  std::size_t at = 1;
  for (; at < text.size() && text[at] != quote; ++at) {
    if (quote == '"' && text[at] == '\\' && at + 1 < text.size()) {
      ++at;
      value.push_back(text[at] == 'n' ? '\n' : text[at]);
    } else {
      value.push_back(text[at]);
    }
  }
  if (at == text.size()) return std::nullopt;
  const std::string_view rest = trim(text.substr(at + 1));
  if (!rest.empty() && rest.front() != '#') return std::nullopt;
  return value;
}

}  // namespace

Result<std::vector<EnvLine>> parse_env_file(std::string_view text, std::string_view file_name) {
  std::vector<EnvLine> lines;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("export ")) line = trim(line.substr(7));
    const auto bad = [&](const char* what) {
      return fail(ErrorKind::kInvalidRequest,
                  std::string(file_name) + ":" + std::to_string(number) + ": expected " + what);
    };
    std::size_t name = 0;
    while (name < line.size() && is_name_char(line[name], name == 0)) ++name;
    if (name == 0 || name == line.size() || line[name] != '=') return bad("NAME=value");
    auto value = value_of(line.substr(name + 1));
    if (!value) return bad("a closing quote at the value's end");
    lines.push_back({std::string(line.substr(0, name)), *std::move(value), number});
  }
  return lines;
}

}  // namespace switchyard::config
