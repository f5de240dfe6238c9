#include "wire/jwt/jwt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/jwt/test_vectors.h"

namespace switchyard::jwt {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const WallTime kNow{1'700'000'010s};  // Ten seconds after the tokens were issued; they live an hour.

std::string verdict(std::string_view token, WallTime now = kNow, std::string_view key = vectors::kPublic) {
  const auto claims = verify_rs256(token, *RsaKey::public_key(key), now);
  if (!claims) EXPECT_EQ(claims.error().kind, ErrorKind::kUnauthenticated);
  return claims ? *claims : claims.error().message;
}

// RS256 has no randomness in its result, so equal claims give equal bytes in every implementation.
TEST(Jwt, SignsTheBytesThatPyJwtSigns) {
  for (const std::string_view pem : {vectors::kPkcs8, vectors::kPkcs1}) {
    const RsaKey key = *RsaKey::private_key(pem);
    EXPECT_EQ(sign_rs256(vectors::kClaims, "", key).value_or("refused"), vectors::kToken);
    const auto with_id = sign_rs256(vectors::kClaims, "key-1", key);
    ASSERT_TRUE(with_id);
    EXPECT_EQ(verdict(*with_id), vectors::kClaims);
  }
}

TEST(Jwt, ReadsTokensOfPyJwt) {
  EXPECT_EQ(verdict(vectors::kToken), vectors::kClaims);
  EXPECT_EQ(verdict(vectors::kTokenWithKeyId), vectors::kClaims);
}

TEST(Jwt, RefusesTokensOutsideTheirTime) {
  const WallTime issued{1'700'000'000s};
  EXPECT_EQ(verdict(vectors::kToken, issued - 10s), vectors::kClaims) << "within the leeway";
  EXPECT_EQ(verdict(vectors::kToken, issued - 11s), "JWT: issued in the future");
  EXPECT_EQ(verdict(vectors::kToken, issued + 1h + 9s), vectors::kClaims) << "within the leeway";
  EXPECT_EQ(verdict(vectors::kToken, issued + 1h + 10s), "JWT: expired");
  EXPECT_EQ(verdict(vectors::kTokenWithNbf, issued + 89s), "JWT: not yet valid");
  EXPECT_THAT(verdict(vectors::kTokenWithNbf, issued + 90s), HasSubstr("\"nbf\""));
  EXPECT_EQ(verdict(vectors::kTokenWithoutExp), "JWT: expected exp");
}

TEST(Jwt, RefusesEveryOtherAlgorithmWhateverTheTokenSays) {
  EXPECT_EQ(verdict(vectors::kTokenNone), "JWT: expected RS256");
  EXPECT_EQ(verdict(vectors::kTokenHs256), "JWT: expected RS256") << "the public key is no shared secret";
  EXPECT_EQ(verdict(vectors::kTokenRs512), "JWT: expected RS256");
  EXPECT_EQ(verdict(vectors::kTokenCritical), "JWT: expected no critical extensions");
}

TEST(Jwt, RefusesOtherKeysAndEveryChangedCharacter) {
  EXPECT_EQ(verdict(vectors::kToken, kNow, vectors::kOtherPublic), "JWT: wrong signature");
  for (std::size_t i = 0; i < vectors::kToken.size(); ++i) {
    std::string changed(vectors::kToken);
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(verdict(changed), testing::StartsWith("JWT: ")) << "character " << i;
  }
}

TEST(Jwt, RefusesMalformedTokens) {
  const std::string token(vectors::kToken);
  EXPECT_EQ(verdict(""), "JWT: expected three parts");
  EXPECT_EQ(verdict("a.b"), "JWT: expected three parts");
  EXPECT_EQ(verdict(token + "."), "JWT: expected three parts in base64url");
  EXPECT_EQ(verdict(token + "="), "JWT: expected three parts in base64url");
  EXPECT_EQ(verdict("e30.e30." + token.substr(token.rfind('.') + 1)), "JWT: expected RS256");
  EXPECT_EQ(verdict("Zm9v." + token.substr(token.find('.') + 1)), "JWT: expected a JSON header");
  EXPECT_EQ(verdict(std::string(kTokenBytesMax + 1, 'a')), "JWT: too long");
}

TEST(Jwt, RefusesKeysThatAreNotRsaOf2048BitsWithoutRepeatingThem) {
  for (const std::string_view pem : {vectors::kEncrypted, vectors::kSmall, vectors::kElliptic, vectors::kPublic,
                                     std::string_view("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n"), std::string_view()}) {
    const auto key = RsaKey::private_key(pem);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().kind, ErrorKind::kInvalidRequest);
    EXPECT_THAT(key.error().message, testing::StartsWith("expected a private key"));
    EXPECT_THAT(key.error().message + key.error().detail, Not(HasSubstr("BEGIN")));
  }
  EXPECT_FALSE(RsaKey::public_key(vectors::kPkcs8));
}

}  // namespace
}  // namespace switchyard::jwt
