#pragma once
/// \file
/// Reads what Google's token endpoint and metadata server answer. Pure. No error repeats any part of an answer but the
/// plain name of an error. Source: RFC 6749, sections 5.1 and 5.2.

#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "service/credentials/credential_source.h"

namespace switchyard::google {

/// Tokens live an hour; a longer life than this is nonsense.
inline constexpr auto kLifeMax = std::chrono::hours(24 * 366);

/// The bearer token in an answer that came at `now`. `what` names who answered. Errors: kUpstreamUnavailable.
Result<Credentials> parse_token_answer(int status, std::string_view body, std::string_view what, WallTime now);

}  // namespace switchyard::google
