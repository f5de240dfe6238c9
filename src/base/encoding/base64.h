#pragma once
/// \file
/// Base64 in its two alphabets. Source: RFC 4648, sections 4 and 5.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace switchyard {

enum class Base64 : std::uint8_t {
  kStandard,  ///< '+', '/', padded with '='.
  kUrl,       ///< '-', '_', without padding, as JWTs have it (RFC 7515, section 2).
};

std::string base64(std::string_view bytes, Base64 alphabet);

/// Strict: exactly the text that `base64` writes for these bytes, no other alphabet, blanks or stray bits.
/// Errors: kInvalidRequest, without the text, which may be a secret.
Result<std::string> from_base64(std::string_view text, Base64 alphabet);

}  // namespace switchyard
