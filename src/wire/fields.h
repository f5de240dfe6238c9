#pragma once
/// \file
/// Reading fields of a JSON body with errors that name the field. Shared by all dialects' parsers.

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"

namespace switchyard::wire {

/// 400 "path: expected ...".
inline std::unexpected<Error> expected(std::string_view path, std::string_view what) {
  return fail(ErrorKind::kInvalidRequest, std::string(path) + ": expected " + std::string(what));
}

/// "messages[3]" and the like; built only when an error or an unknown field needs it.
inline std::string at(std::string_view path, std::size_t index) {
  return std::string(path) + "[" + std::to_string(index) + "]";
}
inline std::string at(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : std::string(path) + "." + std::string(key);
}

/// A string's inside; absent and null give an empty text.
inline Result<JsonText> text_field(json::Value value, std::string_view path) {
  if (!value.has_value()) return JsonText{};
  if (!value.is_string()) return expected(path, "a string");
  return JsonText{value.escaped()};
}
inline Result<JsonText> required_text(json::Value value, std::string_view path) {
  if (!value.is_string()) return expected(path, "a string");
  return JsonText{value.escaped()};
}
/// A number verbatim; absent and null give an empty one.
inline Result<JsonRaw> number_field(json::Value value, std::string_view path) {
  if (!value.has_value()) return JsonRaw{};
  if (!value.is_number()) return expected(path, "a number");
  return JsonRaw{value.raw()};
}
inline Result<JsonRaw> count_field(json::Value value, std::string_view path) {
  if (!value.has_value()) return JsonRaw{};
  const auto count = value.integer();
  if (!count || *count < 1) return expected(path, "an integer of at least 1");
  return JsonRaw{value.raw()};
}
inline Result<bool> flag_field(json::Value value, std::string_view path, bool absent = false) {
  if (!value.has_value()) return absent;
  const auto flag = value.boolean();
  if (!flag) return expected(path, "true or false");
  return *flag;
}
/// A key that the gateway acts on must be written plainly: a provider would decode "mod\u0065l" and obey it, while a
/// comparison of the bytes would not see it.
inline Result<void> plain_key(json::Value key) {
  if (!key.has_escapes()) return {};
  const std::string name = key.string();
  for (const std::string_view known :
       {"model", "messages", "stream", "max_tokens", "max_completion_tokens", "tools", "system", "stream_options"}) {
    if (name == known) return expected(name, "a key written without escapes");
  }
  return {};
}
inline JsonRaw raw_field(json::Value value) { return value.has_value() ? JsonRaw{value.raw()} : JsonRaw{}; }

/// Keeps the members of an object that its parser does not know, so that they are refused by name instead of lost.
inline void keep_unknown(json::Value object, std::initializer_list<std::string_view> known, std::string_view path,
                         std::vector<UnknownField>& unknown) {
  for (const json::Member member : object.members()) {
    const std::string_view key = member.key.escaped();
    if (!member.value.has_value() || std::ranges::find(known, key) != known.end()) continue;
    unknown.push_back({at(path, key), {member.value.raw()}});
  }
}

/// Decodes the inside of a JSON string, copying only if it has escapes.
inline std::string_view decoded(JsonText text, TextStorage& storage) {
  if (text.escaped.find('\\') == std::string_view::npos) return text.escaped;
  return storage.emplace_back(json::unescape(text.escaped));
}
inline JsonText stored_text(std::string plain, TextStorage& storage) {
  std::string escaped;
  json::escape(plain, escaped);
  return JsonText{storage.emplace_back(std::move(escaped))};
}

}  // namespace switchyard::wire
