#pragma once
/// \file
/// switchyard.yaml: settings by readable names, and catalog entries. Strict: unknown keys are errors with line and nearest name.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::config {

struct YamlSetting {
  std::string variable;  ///< The registered variable it stands for.
  std::string value;
  std::size_t line = 0;  ///< From 1.
};
struct YamlFile {
  std::vector<YamlSetting> settings;
  std::string catalog;  ///< providers, models and bindings as JSON; empty if there are none.
};

/// Errors: kInvalidRequest "FILE:LINE: ...".
Result<YamlFile> parse_yaml_file(const std::string& text, const std::string& file_name);

}  // namespace switchyard::config
