// The first byte picks the coding, the second how the rest is cut.

#include <cstdint>
#include <cstdlib>

#include "net/inflate/inflater.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::net;
  if (size < 2) return 0;
  static constexpr const char* kCodings[] = {"gzip", "deflate", "br", "zstd", "gzip, br", "zstd, deflate"};
  constexpr std::size_t kBytesMax = 1 << 16;
  auto inflater = Inflater::create(kCodings[data[0] % 6], kBytesMax);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t piece = data[1] + 1u;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!inflater->feed(bytes.substr(at, piece), out)) return 0;
    if (out.size() > kBytesMax) std::abort();
  }
  (void)inflater->finish();
  return 0;
}
