#include "config/placeholders.h"

#include <algorithm>

namespace switchyard::config {
namespace {

constexpr std::string_view kModel = "{model}";
/// Regions, projects and resources have short names.
constexpr std::size_t kValueBytesMax = 200;

bool is_name(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// What may stand in a host's name or in one segment of a path. The colon is for projects of a domain.
bool is_value(std::string_view value) {
  return value.size() <= kValueBytesMax && std::ranges::all_of(value, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                  c == '_' || c == ':';
         });
}

std::unexpected<Error> expected(std::string_view what) {
  return fail(ErrorKind::kInvalidRequest, "expected " + std::string(what));
}

/// The inside of one pair of braces.
Result<Placeholder> parse_one(std::string_view inside) {
  Placeholder found;
  const std::size_t equals = inside.find('=');
  if (equals != std::string_view::npos) {
    found.fallback = inside.substr(equals + 1);
    if (found.fallback.empty() || !is_value(found.fallback)) return expected("a plain word behind '=' in braces");
    inside = inside.substr(0, equals);
  }
  while (true) {
    const std::size_t bar = inside.find('|');
    const std::string_view name = inside.substr(0, bar);
    if (!is_name(name)) return expected("{model}, or the names of variables in braces");
    found.names.emplace_back(name);
    if (bar == std::string_view::npos) return found;
    inside.remove_prefix(bar + 1);
  }
}

/// Shows each stretch of plain text, then the placeholder behind it, if any.
template <class Plain, class Named>
Result<void> walk(std::string_view text, Plain plain, Named named) {
  while (true) {
    const std::size_t open = text.find_first_of("{}");
    if (open == std::string_view::npos) break;
    if (text[open] == '}') return expected("a '{' before '}'");
    if (text.substr(open).starts_with(kModel)) {
      plain(text.substr(0, open + kModel.size()));
      text.remove_prefix(open + kModel.size());
      continue;
    }
    const std::size_t close = text.find_first_of("{}", open + 1);
    if (close == std::string_view::npos || text[close] == '{') return expected("a '}' behind '{'");
    SY_TRY(const Placeholder one, parse_one(text.substr(open + 1, close - open - 1)));
    plain(text.substr(0, open));
    SY_CHECK(named(one));
    text.remove_prefix(close + 1);
  }
  plain(text);
  return {};
}

}  // namespace

Result<std::vector<Placeholder>> placeholders(std::string_view text) {
  std::vector<Placeholder> found;
  SY_CHECK(walk(
      text, [](std::string_view) {},
      [&found](const Placeholder& one) -> Result<void> {
        found.push_back(one);
        return {};
      }));
  return found;
}

Result<std::optional<std::string>> fill_placeholders(std::string_view text, const Settings& settings) {
  std::string filled;
  bool whole = true;
  const auto fill = [&](const Placeholder& one) -> Result<void> {
    const auto set =
        std::ranges::find_if(one.names, [&](const std::string& name) { return !settings.text(name).empty(); });
    const std::string& value = set == one.names.end() ? one.fallback : settings.text(*set);
    if (!is_value(value)) {
      return fail(ErrorKind::kInvalidRequest,
                  *set + ": expected letters, digits, '-', '.', '_' or ':', as it becomes part of a URL" +
                      settings.origin_note(*set));
    }
    whole &= !value.empty();
    filled.append(value);
    return {};
  };
  SY_CHECK(walk(text, [&filled](std::string_view plain) { filled.append(plain); }, fill));
  if (!whole) return std::nullopt;
  return filled;
}

}  // namespace switchyard::config
