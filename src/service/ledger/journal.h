#pragma once
/// \file
/// The ledger's journal: numbered segment files of checksummed records. A record is safe from a killed process once
/// `append` has returned, since its bytes are then the kernel's, and from a power cut once `sync` has.
/// A segment is [8 bytes magic] then records [u32 length][u32 CRC-32C of the bytes][bytes], little-endian. Reading
/// stops at the first record that is cut or damaged: what follows it was never reported as written.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::ledger {

constexpr std::size_t kRecordBytesMax = 1 << 20;

/// Frames `bytes` as one record at the end of `out`.
void frame_record(std::string_view bytes, std::string& out);
/// Calls `see` for every whole record of a segment's text; returns how many bytes were good.
std::size_t read_records(std::string_view segment, const std::function<void(std::string_view)>& see);

/// Whether `rest`, which does not begin with a whole good record, is the beginning of one that was cut off: what a
/// killed process leaves. Anything else is damage.
bool is_cut_record(std::string_view rest);

/// One writer; not thread-safe. Holds a lock on its folder, so that two processes never write to one journal.
class Journal {
 public:
  /// Opens the folder, making it if need be; never writes to segments that are there already.
  /// Errors: kUnavailable with the system's reason.
  static Result<Journal> open(std::filesystem::path folder);
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&&) = delete;
  ~Journal();

  /// Hands framed records to the kernel in one write.
  Result<void> append(std::string_view framed);
  Result<void> sync();
  /// Begins a new segment; the closed ones are in `closed()`.
  Result<void> rotate();
  [[nodiscard]] std::uint64_t segment_bytes() const { return bytes_; }

  /// Segments that this journal does not write to, oldest first.
  [[nodiscard]] std::vector<std::filesystem::path> closed() const;
  /// Their bytes.
  [[nodiscard]] std::uint64_t closed_bytes() const;

 private:
  Journal(std::filesystem::path folder, std::uint64_t number) : folder_(std::move(folder)), number_(number) {}
  std::filesystem::path folder_;
  std::uint64_t number_;
  int fd_ = -1, lock_fd_ = -1;
  std::uint64_t bytes_ = 0;
};

}  // namespace switchyard::ledger
