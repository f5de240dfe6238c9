#include "http/public/credentials.h"

#include <cstddef>

namespace switchyard::http {
namespace {

constexpr std::string_view kKeyStart = "rk_";

/// What may stand before a token: blanks, and the punctuation of lists, parameters and quotes.
bool is_boundary(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == ',' || c == ';' || c == '=' || c == ':' || c == '"' || c == '\'';
}

bool starts_key(std::string_view text) {
  if (text.size() < kKeyStart.size()) return false;
  for (std::size_t i = 0; i < kKeyStart.size(); ++i) {
    const char lower = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    if (lower != kKeyStart[i]) return false;
  }
  return true;
}

}  // namespace

bool holds_gateway_key(std::string_view value) {
  for (std::size_t at = 0; at < value.size(); ++at) {
    if ((at == 0 || is_boundary(value[at - 1])) && starts_key(value.substr(at))) return true;
  }
  return false;
}

}  // namespace switchyard::http
