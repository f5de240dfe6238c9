#pragma once
/// \file
/// Reads .env files: NAME=value lines, optional `export`, single and double quotes, comments. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::config {

struct EnvLine {
  std::string name;
  std::string value;
  std::size_t line = 0;  ///< From 1.
  friend bool operator==(const EnvLine&, const EnvLine&) = default;
};

/// Errors: kInvalidRequest "FILE:LINE: expected ...".
Result<std::vector<EnvLine>> parse_env_file(std::string_view text, std::string_view file_name);

}  // namespace switchyard::config
