#pragma once
/// \file
/// Settings that a provider's URL and paths name in braces, such as a cloud's region: "{AWS_REGION|AWS_DEFAULT_REGION}"
/// takes the first that is set, "{GOOGLE_CLOUD_LOCATION=global}" has a default. "{model}" is filled in for each call.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings.h"

namespace switchyard::config {

/// One of a text: the variables, first wins, and what stands for them if none is set.
struct Placeholder {
  std::vector<std::string> names;
  std::string fallback;
  friend bool operator==(const Placeholder&, const Placeholder&) = default;
};

/// All of `text` but "{model}", in order. Errors: kInvalidRequest "expected ...".
Result<std::vector<Placeholder>> placeholders(std::string_view text);

/// `text` with values, or nullopt if one has none. Errors: kInvalidRequest, naming the variable, for a value that could
/// leave its place in a URL.
Result<std::optional<std::string>> fill_placeholders(std::string_view text, const Settings& settings);

}  // namespace switchyard::config
