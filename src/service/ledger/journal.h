#pragma once
/// \file
/// The ledger's journal, the writing end: numbered segment files of checksummed records. A record is safe from a killed
/// process once `append` has returned, since its bytes are then the kernel's, and from a power cut once `sync` has.

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/ledger/segment.h"

namespace switchyard::ledger {

/// One writer; not thread-safe. Holds a lock on its folder, so that two processes never write to one journal.
class Journal {
 public:
  /// Opens the folder, making it if need be; never writes to segments that are there already.
  /// Errors: kUnavailable with the system's reason.
  static Result<Journal> open(std::filesystem::path folder);
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&&) = delete;
  ~Journal();

  /// What earlier processes left, oldest first.
  [[nodiscard]] const std::vector<SegmentFile>& found() const { return found_; }

  /// Hands sealed records to the kernel; begins a segment if none is open. After a failure none of them is in the
  /// journal, and the next call may succeed.
  Result<void> append(std::string_view records);
  /// Brings all that was appended to the disk. After a failure the segment is ended: what the kernel could not write it
  /// may have forgotten, and a second call would report success for it.
  Result<void> sync();
  /// Syncs and ends the segment; the next `append` begins another one.
  Result<void> rotate();

  /// The segment being written, or the last one.
  [[nodiscard]] std::uint64_t number() const { return number_; }
  /// Its bytes, or 0 if none is open.
  [[nodiscard]] std::uint64_t segment_bytes() const { return bytes_; }

 private:
  Journal(std::filesystem::path folder, int folder_fd);
  Result<void> begin_segment();
  Result<void> write_all(std::string_view bytes);
  void end_segment();

  std::filesystem::path folder_;
  int folder_fd_;  ///< Carries the lock, and syncs the names.
  std::vector<SegmentFile> found_;
  std::uint64_t number_;
  int fd_ = -1;
  std::uint64_t bytes_ = 0;
  bool bytes_unsynced_ = false, name_unsynced_ = false;
};

}  // namespace switchyard::ledger
