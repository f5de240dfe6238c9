#include "base/sha256.h"

#include <gtest/gtest.h>

namespace switchyard {
namespace {

std::string hex_of(std::string_view text) {
  const auto digest = sha256(text);
  return hex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

// FIPS 180-2, appendix B.
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(hex_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// RFC 3720, appendix B.4.
TEST(Crc32c, GivesThePublishedSums) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
}

}  // namespace
}  // namespace switchyard
