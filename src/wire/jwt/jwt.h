#pragma once
/// \file
/// JSON Web Tokens signed with RS256, the only algorithm that Google's token endpoints take from service accounts.
/// Signing takes about a millisecond: done once an hour, it may run on an event loop. Pure but for the randomness with
/// which OpenSSL blinds the key.
/// Source: RFC 7515, RFC 7519; RFC 7518, section 3.3.

#include <openssl/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace switchyard::jwt {

struct FreeKey {
  void operator()(EVP_PKEY* key) const;
};

/// An RSA key of at least 2,048 bits (RFC 7518, section 3.3). May be shared between threads.
class RsaKey {
 public:
  /// PEM, as PKCS#8 or PKCS#1, not encrypted. Errors: kInvalidRequest, without any of the text.
  static Result<RsaKey> private_key(std::string_view pem);
  /// PEM: "PUBLIC KEY". Errors: as above.
  static Result<RsaKey> public_key(std::string_view pem);
  [[nodiscard]] EVP_PKEY* get() const { return key_.get(); }

 private:
  explicit RsaKey(EVP_PKEY* key) : key_(key) {}
  std::unique_ptr<EVP_PKEY, FreeKey> key_;
};

/// The token of `claims`, a JSON object's text. `key_id` goes into the header unless it is empty. Errors: kInternal if
/// OpenSSL cannot sign with the key.
Result<std::string> sign_rs256(std::string_view claims, std::string_view key_id, const RsaKey& private_key);

/// How far the clocks of signer and verifier may differ.
inline constexpr auto kLeeway = std::chrono::seconds(10);
/// Longer tokens are refused unread; Google's have less than 2 KiB.
inline constexpr std::size_t kTokenBytesMax = std::size_t{16} << 10;

/// The claims, as JSON text, of a token whose algorithm is RS256, whose signature is right, and whose "exp" (required),
/// "nbf" and "iat" fit `now`. The caller checks the other claims. Errors: kUnauthenticated, saying what is wrong.
Result<std::string> verify_rs256(std::string_view token, const RsaKey& public_key, WallTime now);

}  // namespace switchyard::jwt
