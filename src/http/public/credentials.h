#pragma once
/// \file
/// Which of a client's credentials may travel to a provider: never a key of this gateway.

#include <string_view>

namespace switchyard::http {

/// Whether any word of a header's value has the form of a gateway key ("rk_..."), whatever scheme stands before it and
/// whether or not the key is valid: a revoked or mistyped one is still no business of a provider.
bool holds_gateway_key(std::string_view value);

/// `value`, or nothing if it holds a gateway key.
inline std::string_view forwardable(std::string_view value) {
  return holds_gateway_key(value) ? std::string_view() : value;
}

}  // namespace switchyard::http
