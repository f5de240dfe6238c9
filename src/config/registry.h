#pragma once
/// \file
/// Every environment variable there is: one table from which reading, checking, help and the reference page are made.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::config {

enum class VariableType : std::uint8_t { kString, kSecret, kInteger, kNumber, kBoolean, kChoice, kUrl, kPath, kList };

struct Variable {
  std::string_view name;
  std::string_view group;
  VariableType type;
  std::string_view fallback;      ///< The default as text; empty: none.
  std::string_view doc;           ///< One sentence.
  std::string_view choices = {};  ///< With kChoice: the allowed values, separated by blanks.
  double least = 0, most = 0;     ///< With kInteger and kNumber: the range, ends included.
};

/// All variables, grouped, in the order of the reference page.
std::span<const Variable> variables();
const Variable* find_variable(std::string_view name);
/// The registered name that resembles `name` most, or empty.
std::string_view nearest_variable(std::string_view name);

/// Whether `value` is allowed. Errors: kInvalidRequest "NAME: 'value' ...; expected ...". Secrets are not repeated.
Result<void> check_value(const Variable& variable, std::string_view value);

std::string_view type_text(VariableType type);
/// docs/reference/environment.md.
std::string environment_page();

}  // namespace switchyard::config
