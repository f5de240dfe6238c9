#pragma once
/// \file
/// What becomes of each OpenAI Chat field on the way to Anthropic Messages: one row a field. The reference page is made
/// from it, and a test covers each row.

#include <cstdint>
#include <span>
#include <string_view>

namespace switchyard::wire::anthropic {

enum class Carriage : std::uint8_t {
  kExact,       ///< The same meaning under another name.
  kEquivalent,  ///< Something else that does the same.
  kHint,        ///< Changes speed or price at its provider only; left out.
  kRefused,     ///< The target is not eligible when the field says more than its default.
};

struct FieldRule {
  std::string_view field;
  Carriage carriage;
  std::string_view note;
  /// JSON values that say no more than leaving the field out, separated by blanks.
  std::string_view defaults = {};
};

/// All top-level fields of a chat completion request.
std::span<const FieldRule> field_rules();

}  // namespace switchyard::wire::anthropic
