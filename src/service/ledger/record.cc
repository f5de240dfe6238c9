#include "service/ledger/record.h"

#include <cstring>

#include "base/sha256.h"

namespace switchyard::ledger {
namespace {

std::uint32_t read_u32(const char* from) {
  std::uint32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

void write_u32(char* to, std::uint32_t value) { std::memcpy(to, &value, sizeof value); }

}  // namespace

void frame_entry(const Entry& entry, std::string& out) {
  const std::size_t at = out.size();
  out.append(kRecordHeadBytes, '\0');
  encode(entry, out);
  write_u32(out.data() + at, static_cast<std::uint32_t>(out.size() - at - kRecordHeadBytes));
}

std::size_t framed_size(std::string_view records, std::size_t at) {
  return kRecordHeadBytes + read_u32(records.data() + at);
}

std::size_t seal_records(std::string& records) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < records.size(); ++count) {
    const std::size_t size = framed_size(records, at);
    const std::string_view bytes = std::string_view(records).substr(at + kRecordHeadBytes, size - kRecordHeadBytes);
    write_u32(records.data() + at + 4, crc32c(bytes));
    at += size;
  }
  return count;
}

ParsedRecord parse_record(std::string_view rest) {
  if (rest.size() < kRecordHeadBytes) return {RecordState::kCut, {}};
  const std::uint32_t size = read_u32(rest.begin()), crc = read_u32(rest.begin() + 4);
  // No entry is empty. A power cut can leave zeros where a file had grown before its bytes were written, and eight
  // zeros would otherwise be an empty record with the right checksum.
  if (size == 0 || size > kRecordBytesMax) return {RecordState::kDamaged, {}};
  if (rest.size() - kRecordHeadBytes < size) return {RecordState::kCut, {}};
  const std::string_view bytes = rest.substr(kRecordHeadBytes, size);
  if (crc32c(bytes) != crc) return {RecordState::kDamaged, {}};
  return {RecordState::kWhole, bytes};
}

}  // namespace switchyard::ledger
