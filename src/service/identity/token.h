#pragma once
/// \file
/// The text of a router key: "rk_" and 43 characters of base64url, 256 random bits.

#include <string>
#include <string_view>

#include "domain/api_key.h"

namespace switchyard::identity {

constexpr std::string_view kTokenPrefix = "rk_";
constexpr std::size_t kTokenBytes = 3 + 43;

/// From the operating system's random source. Throws std::system_error if there is none.
std::string new_token();
/// Whether it has a key's form; others are refused without hashing.
bool is_token(std::string_view text);
Sha256 token_hash(std::string_view token);
/// Prefix, suffix and hash of `token`.
void describe(std::string_view token, ApiKey& key);

}  // namespace switchyard::identity
