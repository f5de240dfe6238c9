#pragma once
/// \file
/// Times as issuers write them: "2026-01-02T03:04:05Z", with fractions of a second or an offset. Source: RFC 3339.

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace switchyard::credentials {

/// The time to the second, or nullopt if `text` is not one between the years 1970 and 2261.
std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace switchyard::credentials
