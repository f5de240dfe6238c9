#pragma once
/// \file
/// switchyard.yaml: settings by readable names, and catalog entries. Strict: unknown keys, keys that stand twice and
/// documents that grow beyond bounds are errors with their line.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::config {

/// Aliases count as often as they are used, so that a few lines cannot become gigabytes ("billion laughs").
struct YamlLimits {
  std::size_t file_bytes_max = 1 << 20;     ///< A person writes this file; the largest catalogs are a tenth of it.
  std::size_t nodes_max = 100'000;          ///< Values in all, aliases resolved.
  std::size_t catalog_bytes_max = 4 << 20;  ///< The catalog sections as JSON.
  std::size_t depth_max = 32;               ///< The deepest valid entry is 5 deep.
};

struct YamlSetting {
  std::string variable;  ///< Under `environment` the name as written, registered or not.
  std::string value;
  std::size_t line = 0;  ///< From 1.
};
struct YamlFile {
  std::vector<YamlSetting> settings;
  std::string catalog;  ///< providers, models and bindings as JSON, each value on the line it has in the file; empty if
                        ///< there are none.
};

/// Errors: kInvalidRequest "FILE:LINE: ...".
Result<YamlFile> parse_yaml_file(const std::string& text, const std::string& file_name, const YamlLimits& limits = {});

}  // namespace switchyard::config
