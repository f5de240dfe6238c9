#pragma once
/// \file
/// How entries lie in a journal: a segment is [8 bytes magic], then records [u32 length][u32 CRC-32C of the
/// bytes][bytes], little-endian. Pure: bytes in, values out. A record is built in two steps, so that the request path
/// need not pay for the checksum.

#include <cstdint>
#include <string>
#include <string_view>

#include "service/ledger/entry.h"

namespace switchyard::ledger {

constexpr std::string_view kSegmentMagic = "SYLEDG1\n";
constexpr std::size_t kRecordHeadBytes = 8;
/// An entry has eight texts of at most 64 KiB: a longer record is damage, and is not read into memory.
constexpr std::size_t kRecordBytesMax = 1 << 20;

/// Appends the entry as a record whose checksum is still missing.
void frame_entry(const Entry& entry, std::string& out);
/// Length of the record that begins at `at`, its head included. `records` was written by `frame_entry`.
std::size_t framed_size(std::string_view records, std::size_t at);
/// Writes the checksums of records made by `frame_entry`, and returns how many there are.
std::size_t seal_records(std::string& records);

enum class RecordState : std::uint8_t {
  kWhole,
  kCut,      ///< The beginning of a record: what a killed process leaves at a segment's end.
  kDamaged,  ///< Nothing that a record could begin with, or the wrong checksum.
};
struct ParsedRecord {
  RecordState state;
  std::string_view bytes;  ///< The entry's bytes if it is whole.
};
/// The record at the beginning of `rest`, which follows the magic or another record.
ParsedRecord parse_record(std::string_view rest);

}  // namespace switchyard::ledger
