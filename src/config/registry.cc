#include "config/registry.h"

#include <algorithm>
#include <charconv>
#include <ranges>

#include "config/base_url.h"
#include "config/nearest.h"

namespace switchyard::config {
namespace {

std::string plain(double number) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed, 0).ptr};
}

/// "expected an integer from 0 to 65535" and the like.
std::string expectation(const Variable& v) {
  switch (v.type) {
    case VariableType::kInteger:
      return "expected an integer from " + plain(v.least) + " to " + plain(v.most);
    case VariableType::kNumber:
      return "expected a number from " + plain(v.least) + " to " + plain(v.most);
    case VariableType::kBoolean:
      return "expected true or false";
    case VariableType::kChoice: {
      std::string text = "expected " + std::string(v.choices);
      std::ranges::replace(text, ' ', '|');
      text.replace(8, 1, " ");
      for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos;) text.replace(at, 1, " or ");
      return text;
    }
    case VariableType::kSecret:
      return "expected visible ASCII characters only, as a header can carry them";
    default:
      return "expected text";
  }
}

bool is_in_range(const Variable& v, std::string_view value) {
  double number = 0;
  if (v.type == VariableType::kInteger) {
    std::int64_t whole = 0;
    const auto [stop, code] = std::from_chars(value.data(), value.data() + value.size(), whole);
    if (code != std::errc{} || stop != value.data() + value.size()) return false;
    number = static_cast<double>(whole);
  } else {
    const auto [stop, code] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (code != std::errc{} || stop != value.data() + value.size()) return false;
  }
  return number >= v.least && number <= v.most;
}

bool is_choice(const Variable& v, std::string_view value) {
  std::string_view rest = v.choices;
  while (!rest.empty()) {
    const std::size_t blank = rest.find(' ');
    if (rest.substr(0, blank) == value) return true;
    if (blank == std::string_view::npos) return false;
    rest.remove_prefix(blank + 1);
  }
  return false;
}

bool is_allowed(const Variable& v, std::string_view value) {
  switch (v.type) {
    case VariableType::kInteger:
    case VariableType::kNumber:
      return is_in_range(v, value);
    case VariableType::kBoolean:
      return value == "true" || value == "false" || value == "1" || value == "0";
    case VariableType::kChoice:
      return is_choice(v, value);
    case VariableType::kSecret:
      return std::ranges::all_of(value, [](char c) { return c > ' ' && c < 0x7f; });
    default:
      return true;
  }
}

}  // namespace

const Variable* find_variable(std::string_view name) {
  for (const Variable& v : variables()) {
    if (v.name == name) return &v;
  }
  return nullptr;
}

std::string_view nearest_variable(std::string_view name) {
  return nearest(name, variables() | std::views::transform(&Variable::name));
}

Result<void> check_value(const Variable& v, std::string_view value) {
  if (value.empty()) return {};
  std::string expected;
  if (v.type == VariableType::kUrl) {
    if (auto checked = check_base_url(value); !checked) expected = checked.error().message;
  } else if (!is_allowed(v, value)) {
    expected = expectation(v);
  }
  if (expected.empty()) return {};
  const std::string url = v.type == VariableType::kUrl ? masked_url(value) : std::string(value);
  const std::string shown = v.type == VariableType::kSecret ? "the value" : "'" + url.substr(0, 100) + "'";
  return fail(ErrorKind::kInvalidRequest, std::string(v.name) + ": " + shown + " is not allowed; " + expected);
}

std::string_view type_text(VariableType type) {
  switch (type) {
    case VariableType::kString:
      return "text";
    case VariableType::kSecret:
      return "secret";
    case VariableType::kInteger:
      return "integer";
    case VariableType::kNumber:
      return "number";
    case VariableType::kBoolean:
      return "true or false";
    case VariableType::kChoice:
      return "choice";
    case VariableType::kUrl:
      return "URL";
    case VariableType::kPath:
      return "path";
    case VariableType::kList:
      return "list";
  }
  return "text";
}

std::string environment_page() {
  std::string page =
      "# Environment variables\n\n"
      "Written by `switchyard docs environment` from the program's own table. A variable can also stand in "
      "`.env.local` or\n"
      "`.env` in the working folder (the process environment wins, then `.env.local`), or under `environment:` in\n"
      "`switchyard.yaml`. A value that is not allowed stops the start; `switchyard env validate` checks without "
      "starting.\n";
  std::string_view group;
  for (const Variable& v : variables()) {
    if (v.group != group) {
      group = v.group;
      page.append("\n## ").append(group).append("\n\n| Variable | Type | Default | Meaning |\n|---|---|---|---|\n");
    }
    page.append("| `").append(v.name).append("` | ");
    if (v.type == VariableType::kChoice) {
      std::string choices(v.choices);
      for (std::size_t at = 0; (at = choices.find(' ', at)) != std::string::npos; at += 4)
        choices.replace(at, 1, "`, `");
      page.append("`").append(choices).append("`");
    } else {
      page.append(type_text(v.type));
      if (v.most > 0) page.append(" ").append(plain(v.least)).append(" to ").append(plain(v.most));
    }
    page.append(" | ");
    if (!v.fallback.empty()) page.append("`").append(v.fallback).append("`");
    page.append(" | ").append(v.doc).append(" |\n");
  }
  return page;
}

}  // namespace switchyard::config
