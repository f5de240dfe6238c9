#pragma once
/// \file
/// Accounts for every request. An entry goes, on one thread each: into a buffer in memory (the request's thread), to
/// the journal within `write_interval` and to the disk within `sync_interval` (the ledger's thread), and from the
/// journal to the store in batches (the storer's). A killed process loses nothing that was journalled; a store that is
/// away or locked loses nothing and delays nobody: the journal keeps the entries, up to its limit, until it is back.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "service/ledger/entry.h"
#include "service/ledger/journal.h"
#include "service/ledger/store.h"
#include "service/ledger/storer.h"
#include "service/ledger/watcher.h"

namespace switchyard::ledger {

struct LedgerOptions {
  std::filesystem::path folder;
  std::chrono::milliseconds write_interval{5}, sync_interval{50}, store_interval{200};
  /// What may wait for the store. Beyond it entries are held in memory, then dropped.
  std::uint64_t journal_bytes_max = 1u << 30;
  /// A segment ends at this size or age, and is removed when the store has all of it.
  std::uint64_t segment_bytes_max = 4u << 20;
  std::chrono::milliseconds segment_age_max{60'000};
  /// Entries that the journal cannot take (a full disk, its limit) wait in memory up to this: some 50,000.
  std::uint64_t held_bytes_max = 16u << 20;
  /// What the threads of requests may leave while the disk stalls, some 200,000 entries; then entries are dropped.
  std::uint64_t buffer_bytes_max = 64u << 20;
  /// What an observer that is stuck may leave; then it misses entries.
  std::uint64_t observer_bytes_max = 16u << 20;
};

struct LedgerStats {
  std::uint64_t recorded = 0, journalled = 0;
  std::uint64_t stored = 0;         ///< Replays of earlier processes' entries count too.
  std::uint64_t dropped = 0;        ///< Neither journalled nor stored, ever.
  std::uint64_t unobserved = 0;     ///< Not shown to the observer, which was stuck.
  std::uint64_t journal_bytes = 0;  ///< Waiting for the store, or for their segment's end.
  bool store_available = true;
};

class Ledger {
 public:
  /// Takes over what the journal still holds, and starts the ledger's threads. `store` outlives the ledger. `observe`
  /// sees each new entry on a thread of its own; `log` takes what an operator should know, from any thread of the
  /// ledger, and may call the ledger. Errors: kUnavailable.
  static Result<std::unique_ptr<Ledger>> open(LedgerOptions options, LedgerStore& store, Observer observe, Log log);
  /// Writes everything down, and stores what the store takes within a few seconds.
  ~Ledger();

  /// From any thread; copies the entry's bytes and returns. Costs some 500 instructions and no allocation.
  void record(const Entry& entry);
  /// Waits until every entry whose `record` had returned before this call is on the journal's disk, or cannot be
  /// brought there, and until the store was offered all of it. True if all that was not dropped is in the store.
  bool flush();
  [[nodiscard]] LedgerStats stats() const;

 private:
  Ledger(LedgerOptions options, LedgerStore& store, Observer observe, Log log, Journal journal);
  void run();
  [[nodiscard]] std::chrono::steady_clock::time_point next_turn() const;
  void take_over(std::uint64_t overflowed);
  bool write_held();
  Result<void> write_some();
  void sync_or_rotate(bool now);

  const LedgerOptions options_;
  const Log log_;

  mutable std::mutex mutex_;
  std::condition_variable wake_, turn_done_;
  std::string buffer_;            ///< Records not yet taken by the thread.
  std::uint64_t overflowed_ = 0;  ///< Dropped since the thread last looked, because the buffer was full.
  bool stop_ = false, flush_ = false;
  std::uint64_t turns_begun_ = 0, turns_done_ = 0;
  bool holding_ = false;  ///< After the last turn entries were left that the journal could not take.
  LedgerStats stats_;

  // The thread's own. The buffers keep their capacity: taking and writing allocate nothing.
  Journal journal_;
  std::string taken_;
  std::string held_;  ///< Sealed records that are to be journalled.
  std::uint64_t held_count_ = 0;
  std::uint64_t dropped_since_ = 0;  ///< Since the journal last took something.
  bool refused_ = false;             ///< The journal did not take what it was last given.
  bool unsynced_ = false;
  std::chrono::steady_clock::time_point last_sync_, segment_begun_;

  Watcher watcher_;
  Storer storer_;
  std::thread thread_;
};

}  // namespace switchyard::ledger
