#pragma once
/// \file
/// The journal's segment files as a reader sees them. Reading takes no lock and changes nothing, so that a report may
/// look at the journal of a running gateway.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service/ledger/record.h"

namespace switchyard::ledger {

struct SegmentFile {
  std::uint64_t number = 0;  ///< From 1, in the order of writing.
  std::filesystem::path path;
  std::uint64_t bytes = 0;
};

std::filesystem::path segment_path(const std::filesystem::path& folder, std::uint64_t number);
/// The folder's segments, oldest first; none if there is no such folder.
std::vector<SegmentFile> list_segments(const std::filesystem::path& folder);
/// The highest number in use, by segments that were set aside too.
std::uint64_t last_segment_number(const std::filesystem::path& folder);
/// Makes file names that were added or removed last over a power cut. Errors: kUnavailable.
Result<void> sync_folder(const std::filesystem::path& folder);
Result<void> sync_folder(int fd);

/// Reads one segment from its beginning in pieces of bounded size; not thread-safe.
class SegmentReader {
 public:
  enum class State : std::uint8_t { kRecord, kEnd, kCut, kDamaged, kFailed };

  /// Errors: kUnavailable; with Retry::kSameUpstreamLater if the process has no file descriptor left, which passes.
  static Result<SegmentReader> open(const std::filesystem::path& path);
  SegmentReader(SegmentReader&& other) noexcept;
  SegmentReader& operator=(SegmentReader&& other) noexcept;
  ~SegmentReader();

  /// The next record before `end`, a count of the file's bytes up to which it may be read; `record` is valid until the
  /// next call. In any state but kRecord the reader stays where it is; after kEnd a greater `end` goes on from there.
  State next(std::uint64_t end, std::string_view& record);
  /// How many bytes of the file were good.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  explicit SegmentReader(int fd) : fd_(fd) {}
  /// The bytes from `offset_` on that are in memory and before `end`.
  [[nodiscard]] std::string_view ahead(std::uint64_t end) const;
  /// Reads one more piece; false if there is none or it cannot be read.
  bool fill();

  int fd_;
  std::string buffer_;
  std::uint64_t buffer_at_ = 0;  ///< The place of the buffer's first byte in the file.
  std::uint64_t offset_ = 0;
};

/// Hands over every whole entry that the journal of `folder` holds, in batches and in order. A gateway may be writing
/// to it, and its store may have some of these entries already. Errors: those of `see`.
Result<void> read_journal(const std::filesystem::path& folder,
                          const std::function<Result<void>(std::span<const Entry>)>& see);

}  // namespace switchyard::ledger
