// Any bytes as a segment, and each of its records as an entry that must write back to the same bytes.

#include <cstdint>
#include <cstdlib>

#include "service/ledger/entry.h"
#include "service/ledger/journal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::ledger;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (read_records(bytes, [](std::string_view record) { (void)decode(record); }) > size) std::abort();
  if (const auto entry = decode(bytes)) {
    std::string again;
    encode(*entry, again);
    if (again.size() != size) std::abort();
  }
  return 0;
}
