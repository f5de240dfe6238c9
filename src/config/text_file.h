#pragma once
/// \file
/// Reads configuration files whole.

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace switchyard::config {

/// No configuration is this large; a log or a device given by mistake is.
inline constexpr std::size_t kTextFileBytesMax = 16 << 20;

/// nullopt if nothing is there, or a folder (Python keeps its environments in .env/). Errors: kInvalidRequest
/// "'PATH' cannot be read" or "... more than ... bytes".
Result<std::optional<std::string>> text_file(const std::filesystem::path& path);

}  // namespace switchyard::config
