#pragma once
/// \file
/// The environment and the small files in which credentials lie, as values and functions that a test can replace.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace switchyard::credentials {

using Environment = std::map<std::string, std::string>;
/// The variable's value; an empty one counts as not set.
std::optional<std::string> variable(const Environment& environment, const std::string& name);

/// No file of credentials is longer; a longer one is something else.
inline constexpr std::size_t kFileBytesMax = std::size_t{1} << 20;

/// The file's bytes, or nullopt if there is none. Errors: kInvalidRequest, naming the path.
using ReadFile = std::function<Result<std::optional<std::string>>(const std::string& path)>;
/// Reads from the disk; blocking, for small files once in an hour.
Result<std::optional<std::string>> read_file(const std::string& path);

/// A token in a file of its own: line ends behind it are cut. Errors: kUpstreamUnavailable, as `not_available` gives,
/// naming `what` and not the token.
Result<std::string> read_token_file(const ReadFile& read, const std::string& path, std::string_view what);

}  // namespace switchyard::credentials
