// What is written reads back as itself, and what can be read is what would have been written.

#include <cstdint>
#include <cstdlib>

#include "base/encoding/base64.h"
#include "base/encoding/uri.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const Base64 alphabet : {Base64::kStandard, Base64::kUrl}) {
    if (from_base64(base64(bytes, alphabet), alphabet).value_or("refused") != bytes) std::abort();
    const auto decoded = from_base64(bytes, alphabet);
    if (decoded && base64(*decoded, alphabet) != bytes) std::abort();
  }
  if (uri_decode(uri_encode(bytes)) != bytes) std::abort();
  return 0;
}
