#pragma once
/// \file
/// Points in time as a person writes them on a command line. Pure: no clock, no time zone of the machine's.
/// Source: RFC 3339, section 5.6.

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace switchyard::cli {

/// Microseconds since the Unix epoch of "2026-11-21" (its beginning in UTC) or "2026-11-21T08:00:00.5+01:00".
/// Digits beyond microseconds are cut; a leap second is the second after it. Errors: kInvalidRequest.
Result<std::int64_t> parse_instant(std::string_view text);

}  // namespace switchyard::cli
