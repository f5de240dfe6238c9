#pragma once
/// \file
/// Reads the files ~/.aws/credentials and ~/.aws/config: sections of "name = value" lines. Pure.
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace switchyard::aws {

/// Settings of one profile; names in lower case.
using Profile = std::map<std::string, std::string>;
/// By name. Nested settings (indented lines behind an empty value, as "s3 =" has) are left out.
using Profiles = std::map<std::string, Profile>;

/// How a file names its profiles.
enum class ProfileFile : std::uint8_t {
  kCredentials,  ///< [name]
  kConfig,       ///< [default] and [profile name]; other sections, such as [sso-session x], are left out.
};

/// Errors: kInvalidRequest "FILE:LINE: expected ...", without the line, which may hold a secret.
Result<Profiles> parse_profiles(std::string_view text, ProfileFile kind, std::string_view file_name);

}  // namespace switchyard::aws
