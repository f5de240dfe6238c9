#include "wire/gemini/keys.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "wire/fields.h"

namespace switchyard::wire::gemini {

bool same_key(std::string_view key, std::string_view camel) {
  if (key == camel) return true;
  for (const char c : camel) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !key.starts_with('_')) return false;
    if (upper) key.remove_prefix(1);
    if (!key.starts_with(upper ? static_cast<char>(c - 'A' + 'a') : c)) return false;
    key.remove_prefix(1);
  }
  return key.empty();
}

json::Value member(json::Value object, std::string_view camel) {
  json::Value found;
  for (const json::Member m : object.members()) {
    if (same_key(m.key.escaped(), camel)) found = m.value;
  }
  return found;
}

std::string_view unknown_member(json::Value object, std::initializer_list<std::string_view> known) {
  for (const json::Member m : object.members()) {
    const std::string_view key = m.key.escaped();
    const bool is_known = std::ranges::any_of(known, [&](std::string_view camel) { return same_key(key, camel); });
    if (m.value.has_value() && !is_known) return key;
  }
  return {};
}

void keep_unknown_members(json::Value object, std::initializer_list<std::string_view> known, std::string_view path,
                          std::vector<UnknownField>& unknown) {
  for (const json::Member m : object.members()) {
    const std::string_view key = m.key.escaped();
    const bool is_known = std::ranges::any_of(known, [&](std::string_view camel) { return same_key(key, camel); });
    if (m.value.has_value() && !is_known) unknown.push_back({at(path, key), {m.value.raw()}});
  }
}

Result<void> plain_keys(json::Value object, std::string_view path) {
  for (const json::Member m : object.members()) {
    if (m.key.has_escapes()) return expected(at(path, m.key.string()), "a key written without escapes");
  }
  return {};
}

Result<JsonRaw> whole_number(json::Value value, std::string_view path, std::int64_t least, TextStorage& storage) {
  if (!value.has_value()) return JsonRaw{};
  std::optional<std::int64_t> number = value.integer();
  if (value.is_string()) {
    const std::string_view digits = value.escaped();
    std::int64_t read = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), read);
    if (error == std::errc{} && end == digits.data() + digits.size() && !digits.empty()) number = read;
  }
  if (!number || *number < least) {
    return expected(path, least == INT64_MIN ? "an integer" : "an integer of at least " + std::to_string(least));
  }
  const std::string plain = std::to_string(*number);
  if (value.raw() == plain) return JsonRaw{value.raw()};
  return JsonRaw{storage.emplace_back(plain)};
}

}  // namespace switchyard::wire::gemini
