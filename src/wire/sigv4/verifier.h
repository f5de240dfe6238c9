#pragma once
/// \file
/// Checks a signed request as AWS does, so that a mock provider refuses what the real one would. Pure.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "wire/sigv4/request.h"

namespace switchyard::sigv4 {

/// How far a request's time may lie from ours: AWS refuses beyond five minutes.
inline constexpr auto kSkewMax = std::chrono::minutes(5);

/// The keys behind an access key id, or null if nobody has it.
using FindKeys = std::function<const Keys*(std::string_view access_key_id)>;

struct Expected {
  std::string_view region;  ///< Empty: any.
  std::string_view service;
};

/// `request.headers` are all headers that came. Returns the access key id. Errors: kPermissionDenied, beginning with
/// the name that AWS gives the error ("SignatureDoesNotMatch"), without any part of a secret.
[[nodiscard]] Result<std::string> verify(const Request& request, Expected expected, const FindKeys& find_keys,
                                         WallTime now);

}  // namespace switchyard::sigv4
