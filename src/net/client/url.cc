#include <algorithm>
#include <charconv>

#include "net/http_client.h"

namespace switchyard::net {
namespace {

/// A URL may hold a password: then it is not repeated.
std::unexpected<Error> bad(std::string_view text, const char* expected) {
  const bool secret = text.find('@') != std::string_view::npos;
  return fail(
      ErrorKind::kInvalidRequest,
      (secret ? std::string("URL") : "URL '" + std::string(text.substr(0, 200)) + "'") + ": expected " + expected);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

/// Takes `scheme`, written in small letters, off the front of `rest`.
bool take_scheme(std::string_view& rest, std::string_view scheme) {
  if (lowered(rest.substr(0, scheme.size())) != scheme) return false;
  rest.remove_prefix(scheme.size());
  return true;
}

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_' || c == ':';
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  Url url;
  std::string_view rest = text;
  if (take_scheme(rest, "https://")) {
    url.origin.tls = true;
  } else if (!take_scheme(rest, "http://")) {
    return bad(text, "http:// or https://");
  }
  for (const char c : rest) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return bad(text, "no blanks or control characters");
  }
  const std::size_t slash = rest.find_first_of("/?#");
  std::string_view authority = rest.substr(0, slash);
  if (slash != std::string_view::npos) url.path = rest.substr(slash);
  if (!url.path.empty() && url.path.front() != '/') return bad(text, "a path without query or fragment");
  if (url.path.find_first_of("?#") != std::string::npos) return bad(text, "a path without query or fragment");
  if (authority.find('@') != std::string_view::npos) return bad(text, "no user name or password");

  std::string_view host = authority, port;
  if (authority.starts_with('[')) {
    const std::size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) return bad(text, "']' behind an IPv6 address");
    host = authority.substr(1, bracket - 1);
    const std::string_view behind = authority.substr(bracket + 1);
    if (!behind.empty() && behind.front() != ':') return bad(text, "':' behind ']'");
    if (behind == ":") return bad(text, "a port behind ':'");
    if (!behind.empty()) port = behind.substr(1);
  } else if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
    if (port.empty()) return bad(text, "a port behind ':'");
  }
  if (host.empty()) return bad(text, "a host");
  for (const char c : host) {
    if (!is_host_char(c)) return bad(text, "a host of letters, digits, '.', '-'");
  }
  url.origin.host = lowered(host);  // RFC 3986, section 3.2.2: upper and lower case name one host.
  url.origin.port = url.origin.tls ? 443 : 80;
  if (!port.empty()) {
    const auto [stop, code] = std::from_chars(port.data(), port.data() + port.size(), url.origin.port);
    if (code != std::errc{} || stop != port.data() + port.size() || url.origin.port == 0) {
      return bad(text, "a port from 1 to 65535");
    }
  }
  url.origin.authority = lowered(authority);
  return url;
}

}  // namespace switchyard::net
