#include "wire/jwt/jwt.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <optional>

#include "base/encoding/base64.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace switchyard::jwt {
namespace {

constexpr int kKeyBitsMin = 2048;
/// A time beyond this is nonsense, and would overflow when added to.
constexpr std::int64_t kUnixSecondsMax = 1'000'000'000'000;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

/// An encrypted key is refused rather than asking for its password on a terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) { return -1; }

std::unexpected<Error> refuse(const char* reason) {
  return fail(ErrorKind::kUnauthenticated, std::string("JWT: ") + reason);
}

Result<void> check_rsa(EVP_PKEY* key, const char* what) {
  if (key == nullptr) return fail(ErrorKind::kInvalidRequest, std::string("expected ") + what + " in PEM");
  if (EVP_PKEY_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_bits(key) < kKeyBitsMin) {
    return fail(ErrorKind::kInvalidRequest, std::string("expected ") + what + " of RSA with 2048 bits or more");
  }
  return {};
}

bool signature_is_right(std::string_view signed_part, const std::string& signature, const RsaKey& key) {
  const Digest context(EVP_MD_CTX_new());
  return context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(signed_part.data()), signed_part.size()) == 1;
}

/// Absent is fine; anything but a sensible number of seconds is not.
Result<std::optional<WallTime>> time_claim(const json::Value& claims, const char* name) {
  const json::Value value = claims[name];
  if (!value.exists()) return std::nullopt;
  const auto seconds = value.number();
  if (!seconds || !(*seconds >= 0 && *seconds <= kUnixSecondsMax)) return refuse("expected times as Unix seconds");
  return WallTime(std::chrono::seconds(static_cast<std::int64_t>(*seconds)));
}

Result<void> check_times(const json::Value& claims, WallTime now) {
  SY_TRY(const auto expires, time_claim(claims, "exp"));
  SY_TRY(const auto not_before, time_claim(claims, "nbf"));
  SY_TRY(const auto issued, time_claim(claims, "iat"));
  if (!expires) return refuse("expected exp");
  if (*expires + kLeeway <= now) return refuse("expired");
  if (not_before && *not_before - kLeeway > now) return refuse("not yet valid");
  if (issued && *issued - kLeeway > now) return refuse("issued in the future");
  return {};
}

}  // namespace

void FreeKey::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

Result<RsaKey> RsaKey::private_key(std::string_view pem) {
  const std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  RsaKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  SY_CHECK(check_rsa(key.get(), "a private key"));
  return key;
}

Result<RsaKey> RsaKey::public_key(std::string_view pem) {
  const std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  RsaKey key(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr));
  SY_CHECK(check_rsa(key.get(), "a public key"));
  return key;
}

Result<std::string> sign_rs256(std::string_view claims, std::string_view key_id, const RsaKey& private_key) {
  std::string header;
  json::Writer writer(header);
  writer.begin_object().field("alg", "RS256").field("typ", "JWT");
  if (!key_id.empty()) writer.field("kid", key_id);
  writer.end_object();
  std::string token = base64(header, Base64::kUrl) + "." + base64(claims, Base64::kUrl);

  const Digest context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(token.data());
  std::string signature(static_cast<std::size_t>(EVP_PKEY_size(private_key.get())), '\0');
  std::size_t size = signature.size();
  if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, private_key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, token.size()) !=
          1) {
    return fail(ErrorKind::kInternal, "JWT: cannot sign");
  }
  signature.resize(size);
  return token.append(".").append(base64(signature, Base64::kUrl));
}

Result<std::string> verify_rs256(std::string_view token, const RsaKey& public_key, WallTime now) {
  if (token.size() > kTokenBytesMax) return refuse("too long");
  const std::size_t first = token.find('.'), last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return refuse("expected three parts");
  const auto header_text = from_base64(token.substr(0, first), Base64::kUrl);
  const auto claims_text = from_base64(token.substr(first + 1, last - first - 1), Base64::kUrl);
  const auto signature = from_base64(token.substr(last + 1), Base64::kUrl);
  if (!header_text || !claims_text || !signature) return refuse("expected three parts in base64url");

  const auto header = json::Document::parse(*header_text);
  if (!header) return refuse("expected a JSON header");
  // The key decides the algorithm, never the token: otherwise "none" or HS256 with the public key would pass.
  if (!header->root()["alg"].equals("RS256")) return refuse("expected RS256");
  if (header->root()["crit"].exists()) return refuse("expected no critical extensions");
  if (!signature_is_right(token.substr(0, last), *signature, public_key)) return refuse("wrong signature");

  const auto claims = json::Document::parse(*claims_text);
  if (!claims || !claims->root().is_object()) return refuse("expected an object of claims");
  SY_CHECK(check_times(claims->root(), now));
  return *claims_text;
}

}  // namespace switchyard::jwt
