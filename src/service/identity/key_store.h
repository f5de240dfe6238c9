#pragma once
/// \file
/// Where router keys are kept. Calls block; none is made on the request path.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/api_key.h"

namespace switchyard::identity {

/// A key just made: the only moment at which its text is known.
struct NewKey {
  ApiKey record;
  std::string token;
};

/// Safe to call from several threads and processes on one store.
/// Errors of all calls: kUnavailable if the store cannot be used; kNotFound for an unknown id; kConflict for an id
/// prefix that several keys share.
class KeyStore {
 public:
  virtual ~KeyStore() = default;
  virtual Result<NewKey> create(std::string_view name) = 0;
  /// All keys, revoked ones too, oldest first.
  virtual Result<std::vector<ApiKey>> list() = 0;
  /// A new secret for the same key; the old one stops working.
  virtual Result<NewKey> rotate(std::string_view id_or_prefix) = 0;
  virtual Result<ApiKey> revoke(std::string_view id_or_prefix) = 0;
  /// A number that differs after every change, by whichever process; cheap.
  virtual Result<std::int64_t> change_counter() = 0;
};

}  // namespace switchyard::identity
