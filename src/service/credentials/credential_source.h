#pragma once
/// \file
/// Credentials of a cloud that expire and are renewed, as a use case sees them.

#include <memory>
#include <optional>
#include <string>

#include "base/cancel_token.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "wire/sigv4/request.h"

namespace switchyard {

/// Either a bearer token or keys that sign. Both hold only characters that a header may hold.
struct Credentials {
  std::string bearer;               ///< Sent as "Authorization: Bearer ..."; empty if the keys are to be used.
  sigv4::Keys keys;                 ///< Sign each request.
  std::optional<WallTime> expires;  ///< Nothing: never.
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

/// Used on one thread.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  /// The credentials that are good now: at once, but for the first call and after long failures. `token` ends the wait.
  /// Errors: kUpstreamUnavailable (they cannot be had; the reason is in `detail`), kUpstreamTimeout at `deadline`,
  /// kCancelled.
  virtual Task<Result<std::shared_ptr<const Credentials>>> get(Deadline deadline, CancelToken& token) = 0;
};

}  // namespace switchyard
