#include "service/identity/token.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/sha256.h"

namespace switchyard::identity {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool is_token_char(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

std::string new_token() {
  std::array<std::uint8_t, 33> random{};  // The last byte stays zero, so that 43 digits of 6 bits come out even.
  if (getrandom(random.data(), 32, 0) != 32) throw std::system_error(errno, std::generic_category(), "getrandom");
  std::string token(kTokenPrefix);
  for (std::size_t i = 0; i < 33; i += 3) {
    const std::uint32_t bits =
        static_cast<std::uint32_t>(random[i]) << 16 | static_cast<std::uint32_t>(random[i + 1]) << 8 | random[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) token.push_back(kAlphabet[bits >> shift & 63]);
  }
  token.resize(kTokenBytes);
  return token;
}

bool is_token(std::string_view text) {
  return text.size() == kTokenBytes && text.starts_with(kTokenPrefix) &&
         std::ranges::all_of(text.substr(kTokenPrefix.size()), is_token_char);
}

Sha256 token_hash(std::string_view token) { return sha256(token); }

void describe(std::string_view token, ApiKey& key) {
  key.hash = token_hash(token);
  key.prefix = token.substr(0, 8);
  key.suffix = token.substr(token.size() - 4);
}

}  // namespace switchyard::identity
