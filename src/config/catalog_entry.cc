#include "config/catalog_entry.h"

#include <algorithm>
#include <set>

#include "config/nearest.h"

namespace switchyard::config {
namespace {

std::string place_of(const CatalogText& file, json::Value value, std::string_view path) {
  std::string place(file.file_name);
  if (value.exists()) {
    const auto before = file.text.substr(0, value.offset());
    place.append(":").append(std::to_string(std::ranges::count(before, '\n') + 1));
  }
  if (!path.empty()) place.append(": ").append(path);
  return place;
}

}  // namespace

std::unexpected<Error> catalog_error(const CatalogText& file, json::Value value, std::string_view path,
                                     std::string_view what) {
  return fail(ErrorKind::kInvalidRequest, place_of(file, value, path).append(": ").append(what));
}

Result<CatalogEntry> CatalogEntry::read(const CatalogText& file, json::Value value, std::string path) {
  if (!value.is_object()) {
    return catalog_error(file, value, path, "expected an object, found " + std::string(json::type_name(value.type())));
  }
  std::set<std::string> seen;
  for (const json::Member member : value.members()) {
    std::string key = member.key.string();
    if (!seen.insert(key).second)
      return catalog_error(file, member.key, path + "." + std::string(shown_name(key)), "stands twice");
  }
  return CatalogEntry(file, value, std::move(path));
}

Result<void> CatalogEntry::only(std::initializer_list<std::string_view> keys) const {
  for (const json::Member member : value_.members()) {
    const std::string key = member.key.string();
    if (std::ranges::find(keys, key) != keys.end()) continue;
    const std::string at = (path_.empty() ? "" : path_ + ".") + std::string(shown_name(key));
    return catalog_error(file_, member.key, at, "unknown key" + suggestion(key, keys));
  }
  return {};
}

std::vector<std::string> CatalogEntry::keys() const {
  std::vector<std::string> names;
  for (const json::Member member : value_.members()) names.push_back(member.key.string());
  return names;
}

Result<std::string> CatalogEntry::text(std::string_view key, std::string fallback) const {
  const json::Value value = value_[key];
  if (!value.exists()) return fallback;
  if (!value.is_string()) return wrong_type(key, "a string");
  return value.string();
}

Result<std::string> CatalogEntry::required(std::string_view key) const {
  SY_TRY(std::string text, this->text(key));
  if (text.empty())
    return bad(key, value_[key].exists() ? "expected a string that is not empty" : "expected a string, found none");
  return text;
}

Result<std::string> CatalogEntry::choice(std::string_view key, std::string fallback,
                                         std::initializer_list<std::string_view> choices) const {
  SY_TRY(std::string chosen, text(key, std::move(fallback)));
  if (std::ranges::find(choices, chosen) != choices.end()) return chosen;
  std::string all;
  for (const std::string_view one : choices)
    all.append(all.empty() ? "" : one == *(choices.end() - 1) ? " or " : ", ").append(one);
  return bad(key, "expected " + all);
}

Result<std::int64_t> CatalogEntry::count(std::string_view key, std::int64_t fallback) const {
  const json::Value value = value_[key];
  if (!value.exists()) return fallback;
  if (!value.is_number()) return wrong_type(key, "an integer of at least 0");
  const auto number = value.integer();
  if (!number || *number < 0) return bad(key, "expected an integer of at least 0");
  return *number;
}

Result<bool> CatalogEntry::flag(std::string_view key, bool fallback) const {
  const json::Value value = value_[key];
  if (!value.exists()) return fallback;
  if (!value.is_bool()) return wrong_type(key, "true or false");
  return *value.boolean();
}

Result<std::optional<Usd>> CatalogEntry::price(std::string_view key) const {
  const json::Value value = value_[key];
  if (!value.exists()) return std::nullopt;
  if (!value.is_string() && !value.is_number()) return wrong_type(key, "USD per million tokens");
  const auto micro = micro_usd(value.is_string() ? value.string() : value.raw());
  if (!micro) return bad(key, "expected USD per million tokens, with at most 6 decimals");
  return Usd::per_token(*micro);
}

Result<json::Value> CatalogEntry::array(std::string_view key) const {
  const json::Value value = value_[key];
  if (value.exists() && !value.is_array()) return wrong_type(key, "an array");
  return value;
}

std::unexpected<Error> CatalogEntry::bad(std::string_view key, std::string_view what) const {
  const json::Value value = value_[key];
  const std::string at = (path_.empty() ? "" : path_ + ".") + std::string(key);
  return catalog_error(file_, value.exists() ? value : value_, at, what);
}

std::unexpected<Error> CatalogEntry::wrong_type(std::string_view key, std::string_view expected) const {
  return bad(key, "expected " + std::string(expected) + ", found " + std::string(json::type_name(value_[key].type())));
}

std::string CatalogEntry::place() const { return place_of(file_, value_, path_); }

Result<std::int64_t> micro_usd(std::string_view decimal) {
  const auto bad = [] { return fail(ErrorKind::kInvalidRequest, "price: expected a decimal"); };
  std::int64_t value = 0;
  int decimals = -1;
  bool any = false;
  for (const char c : decimal) {
    if (c == '.' && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9' || decimals == 6 || value > 100'000'000'000) return bad();
    value = value * 10 + (c - '0');
    any = true;
    if (decimals >= 0) ++decimals;
  }
  if (!any) return bad();
  for (decimals = std::max(decimals, 0); decimals < 6; ++decimals) value *= 10;
  return value;
}

}  // namespace switchyard::config
