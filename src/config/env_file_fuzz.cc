// Any bytes as a .env file: every line that is accepted has a name, and a line number inside the file.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/env_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto lines = switchyard::config::parse_env_file(text, "f");
  if (!lines) return 0;
  const auto count = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  for (const auto& line : *lines) {
    if (line.name.empty() || line.line < 1 || line.line > count) std::abort();
  }
  return 0;
}
