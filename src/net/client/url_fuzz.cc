// Any text as a URL: what was accepted must be safe in a request head, and read again must give the same.

#include <cstdint>
#include <cstdlib>

#include "net/http_client.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::net;
  const auto url = parse_url({reinterpret_cast<const char*>(data), size});
  if (!url) return 0;
  const Origin& origin = url->origin;
  if (origin.host.empty() || origin.port == 0) std::abort();
  if (!url->path.empty() && url->path.front() != '/') std::abort();
  for (const char c : origin.authority + url->path) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) std::abort();
  }
  const auto again = parse_url((origin.tls ? "https://" : "http://") + origin.authority + url->path);
  if (!again || again->origin != origin || again->path != url->path) std::abort();
  return 0;
}
