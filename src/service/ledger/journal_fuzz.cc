// Any bytes as a segment's records, and each record as an entry that must write back to the same bytes.

#include <cstdint>
#include <cstdlib>

#include "service/ledger/entry.h"
#include "service/ledger/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::ledger;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (std::string_view rest = bytes;;) {
    const ParsedRecord record = parse_record(rest);
    if (record.state != RecordState::kWhole) break;
    if (record.bytes.empty() || record.bytes.size() + kRecordHeadBytes > rest.size()) std::abort();
    (void)decode(record.bytes);
    rest.remove_prefix(record.bytes.size() + kRecordHeadBytes);
  }
  if (const auto entry = decode(bytes)) {
    std::string again;
    encode(*entry, again);
    if (again.size() != size) std::abort();
  }
  return 0;
}
