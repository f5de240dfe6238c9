// The same events must come out of one chunk and of many.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "wire/sse/decoder.h"

namespace {
std::vector<std::string> decode(std::string_view bytes, std::size_t size) {
  switchyard::sse::Decoder decoder(1 << 20);
  std::vector<std::string> events;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    if (!decoder.feed(bytes.substr(at, size))) std::abort();
    while (const auto event = decoder.next())
      events.push_back(std::string(event->name) + "|" + std::string(event->data));
  }
  return events;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (decode(bytes, data[0] + 1u) != decode(bytes, size)) std::abort();
  return 0;
}
