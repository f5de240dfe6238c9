#pragma once
/// \file
/// Signs requests to AWS in their headers, with Signature Version 4. Pure: the time is an argument.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "wire/sigv4/canonical.h"
#include "wire/sigv4/request.h"

namespace switchyard::sigv4 {

/// Signs for one region and service. Keeps the day's signing key, four HMACs that do not depend on the request. Not
/// thread-safe.
class Signer {
 public:
  Signer(std::string region, std::string service) : region_(std::move(region)), service_(std::move(service)) {}

  /// The lines to send with `request`: X-Amz-Date, X-Amz-Security-Token if there is a token, Authorization; each ends
  /// with CRLF. All of `request.headers` are signed and must be sent with these values; "host" is among them and no
  /// name comes twice.
  [[nodiscard]] std::string sign(const Request& request, const Keys& keys, WallTime now);

 private:
  const Digest& key_for(const Keys& keys, std::string_view date);

  std::string region_, service_;
  std::string key_date_, key_secret_;  ///< What `key_` was made from.
  Digest key_{};
};

}  // namespace switchyard::sigv4
