#pragma once
/// \file
/// Looking up members of Gemini objects. Google's servers take every key in camelCase and in snake_case, take one
/// value where a list of one is meant, and take whole numbers as "7.0" or as strings: so do we.
/// Source: the Protocol Buffers guide, "ProtoJSON Format".

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"

namespace switchyard::wire::gemini {

/// Whether `key` is `camel` or its snake_case spelling.
bool same_key(std::string_view key, std::string_view camel);

/// The member called `camel` in either spelling; missing if there is none.
json::Value member(json::Value object, std::string_view camel);

/// Keeps what the parser does not know (spelled as the client did), so that it is refused by name instead of lost.
void keep_unknown_members(json::Value object, std::initializer_list<std::string_view> known, std::string_view path,
                          std::vector<UnknownField>& unknown);

/// The first member with a value that is not among `known`, or empty.
std::string_view unknown_member(json::Value object, std::initializer_list<std::string_view> known);

/// No key of `object` may be written with escapes: Google would decode it and obey it, while a comparison of bytes
/// would not see it.
Result<void> plain_keys(json::Value object, std::string_view path);

/// Calls `see(element, index)` for every element of a list, or for a lone value. Stops at the first error.
template <class See>
Result<void> each(json::Value list, See&& see) {
  if (!list.has_value()) return {};
  if (!list.is_array()) return see(list, std::size_t{0});
  std::size_t index = 0;
  for (const json::Value element : list.elements()) SY_CHECK(see(element, index++));
  return {};
}

/// The same without errors: calls `see(element)`.
template <class See>
void visit_each(json::Value list, See&& see) {
  if (list.has_value() && !list.is_array()) see(list);
  for (const json::Value element : list.elements()) see(element);
}

/// A whole number, also written "7.0" or as a string; then rewritten plainly, since other dialects take neither.
/// Absent and null give an empty one.
Result<JsonRaw> whole_number(json::Value value, std::string_view path, std::int64_t least, TextStorage& storage);

}  // namespace switchyard::wire::gemini
