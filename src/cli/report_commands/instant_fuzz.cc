// Any text as a point in time: no crash, and what is taken lies in the years that four digits can say.

#include <cstdint>
#include <cstdlib>

#include "cli/report_commands/instant.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t kYear10000Us = 253'402'300'800'000'000, kDayUs = 86'400'000'000;
  const auto at = switchyard::cli::parse_instant({reinterpret_cast<const char*>(data), size});
  if (at && (*at > kYear10000Us + kDayUs || *at < -kYear10000Us)) std::abort();
  return 0;
}
