#pragma once
/// \file
/// Percent-encoding. Source: RFC 3986, section 2.

#include <cstdint>
#include <string>
#include <string_view>

namespace switchyard {

enum class Slash : std::uint8_t {
  kEncode,  ///< One segment of a path, a query's name or value, a form's field.
  kKeep,    ///< A whole path.
};

/// Appends `text` with every byte but A-Z a-z 0-9 - . _ ~ as %XX.
void uri_encode(std::string_view text, Slash slash, std::string& out);
std::string uri_encode(std::string_view text, Slash slash = Slash::kEncode);

/// Every %XX as its byte; a '%' that two hexadecimal digits do not follow stays as it is.
std::string uri_decode(std::string_view text);

}  // namespace switchyard
