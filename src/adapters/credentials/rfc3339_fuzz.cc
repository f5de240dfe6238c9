// Any text: a time or nothing, within the years that the clock has.

#include <cstdint>
#include <cstdlib>

#include "adapters/credentials/rfc3339.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  const auto time = credentials::parse_rfc3339({reinterpret_cast<const char*>(data), size});
  const WallTime last = std::chrono::sys_days(std::chrono::year(2262) / 1 / 2);
  if (time && (*time < WallTime{} - std::chrono::hours(24) || *time > last)) std::abort();
  return 0;
}
