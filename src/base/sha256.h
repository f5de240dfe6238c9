#pragma once
/// \file
/// SHA-256 and CRC-32C of bytes, cheap enough for the request path.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace switchyard {

std::array<std::uint8_t, 32> sha256(std::string_view bytes);
std::string hex(std::string_view bytes);
/// CRC-32C (Castagnoli), as in RFC 3720.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace switchyard
