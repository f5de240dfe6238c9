// No text but our own token is accepted; the claims of a signed text come back as they were, or are refused.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/jwt/jwt.h"
#include "wire/jwt/test_vectors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  static const jwt::RsaKey kPrivate = *jwt::RsaKey::private_key(jwt::vectors::kPkcs8);
  static const jwt::RsaKey kPublic = *jwt::RsaKey::public_key(jwt::vectors::kPublic);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const WallTime now{std::chrono::seconds(1'700'000'010)};
  const std::string_view ours[] = {jwt::vectors::kToken, jwt::vectors::kTokenWithKeyId};
  if (jwt::verify_rs256(bytes, kPublic, now) && bytes != ours[0] && bytes != ours[1]) std::abort();

  if (const auto token = jwt::sign_rs256(bytes, "", kPrivate)) {
    const auto claims = jwt::verify_rs256(*token, kPublic, now);
    if (claims && *claims != bytes) std::abort();
  }
  (void)jwt::RsaKey::private_key(bytes);
  return 0;
}
