#include "adapters/credentials_aws/profile.h"

#include <algorithm>

namespace switchyard::aws {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// A comment may follow a value behind a blank.
std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i) {
    const bool starts = value[i] == '#' || value[i] == ';';
    if (starts && kBlanks.find(value[i - 1]) != std::string_view::npos) return trimmed(value.substr(0, i));
  }
  return value;
}

/// The profile that a section header names; empty if the section is no profile.
std::string profile_name(std::string_view header, ProfileFile kind) {
  constexpr std::string_view kPrefix = "profile";
  if (kind == ProfileFile::kCredentials || header == "default") return std::string(header);
  const bool named = header.starts_with(kPrefix) && header.size() > kPrefix.size() &&
                     kBlanks.find(header[kPrefix.size()]) != std::string_view::npos;
  return std::string(named ? trimmed(header.substr(kPrefix.size())) : std::string_view());
}

}  // namespace

Result<Profiles> parse_profiles(std::string_view text, ProfileFile kind, std::string_view file_name) {
  Profiles profiles;
  Profile* profile = nullptr;
  bool in_section = false;
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto bad = [&](const char* expected) {
      return fail(ErrorKind::kInvalidRequest,
                  std::string(file_name) + ":" + std::to_string(line_number) + ": expected " + expected);
    };
    const std::string_view content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (content.front() == '[') {
      const std::size_t bracket = content.find(']');
      if (bracket == std::string_view::npos) return bad("']' behind a section's name");
      const std::string name = profile_name(trimmed(content.substr(1, bracket - 1)), kind);
      profile = name.empty() ? nullptr : &profiles[name];
      in_section = true;
      continue;
    }
    if (!in_section) return bad("a section such as [default] first");
    if (line.front() == ' ' || line.front() == '\t') continue;  // Nested under the setting above.
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos || trimmed(content.substr(0, equals)).empty()) return bad("name = value");
    if (profile == nullptr) continue;
    std::string name(trimmed(content.substr(0, equals)));
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    (*profile)[name] = without_comment(trimmed(content.substr(equals + 1)));
  }
  return profiles;
}

}  // namespace switchyard::aws
