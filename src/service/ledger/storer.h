#pragma once
/// \file
/// Brings the journal's entries to the store on a thread of its own, and removes segments that have arrived. It reads
/// the segment files, those of earlier processes first: the journal is the queue, so that a store that is away costs
/// disk and no memory, and so that start-up and normal service are one path.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "service/ledger/segment.h"
#include "service/ledger/store.h"

namespace switchyard::ledger {

using Log = std::function<void(const std::string&)>;

struct StorerStats {
  std::uint64_t stored = 0;         ///< Entries that the store took.
  std::uint64_t journal_bytes = 0;  ///< Of segments that are not removed yet.
  bool available = true;            ///< Whether the last insert succeeded.
};

class Storer {
 public:
  /// Waits `interval` for entries to gather before an insert. `store` outlives the storer; `log` may be called on its
  /// thread, never under a lock. Starts with the segments in `found`, which nobody writes to.
  Storer(std::filesystem::path folder, std::chrono::milliseconds interval, LedgerStore& store, Log log,
         std::vector<SegmentFile> found);
  /// Tries once to store the rest; what the store does not take within a few seconds stays for the next start.
  ~Storer();

  /// The segment `number` now has `bytes` good bytes, the last of which hold `entries` new entries. Segments before it
  /// are complete. Called by the journal's one writer.
  void grow(std::uint64_t number, std::uint64_t bytes, std::uint64_t entries);
  /// The last segment is complete.
  void close_last();
  /// Waits for a pass over everything that `grow` has told so far; true if all of it is in the store.
  bool flush();
  [[nodiscard]] StorerStats stats() const;

 private:
  struct Segment {
    SegmentFile file;
    bool closed;
  };
  void run();
  bool store_all(std::chrono::steady_clock::time_point until);
  bool store_batch();
  bool open_front(const Segment& front);
  SegmentReader::State read_batch(const Segment& front);
  void finish(const Segment& front, SegmentReader::State end);
  void set_available(const Result<void>& inserted);

  const std::filesystem::path folder_;
  const std::chrono::milliseconds interval_;
  LedgerStore& store_;
  const Log log_;

  mutable std::mutex mutex_;
  std::condition_variable wake_, pass_done_;
  std::deque<Segment> queue_;   ///< Oldest first.
  std::uint64_t gathered_ = 0;  ///< Entries told of since the last pass.
  bool work_ = false, flush_ = false, stop_ = false;
  std::uint64_t passes_begun_ = 0, passes_done_ = 0;
  bool pass_stored_all_ = true;
  StorerStats stats_;

  // The thread's own: where it stands in the first segment.
  std::optional<SegmentReader> reader_;
  std::vector<Entry> batch_;  ///< Read, not yet in the store.
  bool undecodable_ = false;  ///< A record of the segment was whole and yet no entry.
  std::thread thread_;
};

}  // namespace switchyard::ledger
