// Any bytes as a path and as a query: what is let through cannot leave the folder it is put into, nor break a head.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/encoding/uri.h"
#include "service/forward/path.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (forward::check_path(text)) {
    if (uri_decode(text) != text || text.find("/../") != std::string::npos || text.ends_with("/..")) std::abort();
    if (text.find_first_of("?#\\\r\n ") != std::string::npos || text.find("//") != std::string::npos) std::abort();
  }
  if (forward::check_query(text) && text.find_first_of("\r\n #") != std::string::npos) std::abort();
  return 0;
}
