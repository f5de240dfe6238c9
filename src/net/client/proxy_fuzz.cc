// Any text as HTTPS_PROXY, NO_PROXY and a URL, one a line.

#include <cstdint>
#include <cstdlib>

#include "net/client/connector.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::net;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t first = text.find('\n'), second = text.find('\n', first == text.npos ? text.npos : first + 1);
  if (second == text.npos) return 0;
  const auto rules = parse_proxy_rules(text.substr(0, first), text.substr(first + 1, second - first - 1));
  if (!rules) return 0;
  // What goes into the CONNECT head must not be able to end its line.
  if (rules->authorization.find_first_of("\r\n") != std::string::npos) std::abort();
  if (rules->host.empty() != (rules->port == 0)) std::abort();
  const auto url = parse_url(text.substr(second + 1));
  if (!url) return 0;
  const bool applies = rules->applies(url->origin);
  if (applies && (!url->origin.tls || rules->host.empty())) std::abort();
  for (const std::string& item : rules->except) {
    // A leading '.' is no part of the suffix, so "." alone excepts nothing.
    if (applies && (item == "*" || (item == url->origin.host && item.front() != '.'))) std::abort();
  }
  return 0;
}
