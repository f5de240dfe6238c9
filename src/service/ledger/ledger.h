#pragma once
/// \file
/// Accounts for every request: entries are handed over in memory, written to the journal within `write_interval`,
/// synced to the disk within `sync_interval`, and reach the store in batches. A killed process loses nothing that was
/// journalled; a store that is away loses nothing and delays nobody: the journal keeps the entries until it is back.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "service/ledger/entry.h"
#include "service/ledger/journal.h"

namespace switchyard::ledger {

/// Where entries end up. Called on the ledger's thread only.
class LedgerStore {
 public:
  virtual ~LedgerStore() = default;
  /// All of them or none; entries that are there already by id are left as they are, so that a replay counts nothing
  /// twice. Errors: kUnavailable.
  virtual Result<void> insert(std::span<const Entry> entries) = 0;
};

struct ReportQuery {
  std::string group_by = "model";  ///< model, provider, key, day or outcome.
  std::int64_t from_us = 0, to_us = INT64_MAX;
};
struct ReportRow {
  std::string group;
  std::int64_t requests = 0, errors = 0;
  Usage usage;
  Usd cost;
  std::int64_t p50_us = 0, p95_us = 0;
};
class LedgerReader {
 public:
  virtual ~LedgerReader() = default;
  /// Rows by descending cost, then by name. Errors: kUnavailable; kInvalidRequest for an unknown group.
  virtual Result<std::vector<ReportRow>> report(const ReportQuery& query) = 0;
};

struct LedgerOptions {
  std::filesystem::path folder;
  std::chrono::milliseconds write_interval{5}, sync_interval{50}, store_interval{200};
  std::uint64_t journal_bytes_max = 1u << 30;
  std::uint64_t segment_bytes_max = 4u << 20;
};

struct LedgerStats {
  std::uint64_t recorded = 0, stored = 0;
  std::uint64_t dropped = 0;  ///< Not even journalled: the disk was full or the journal at its limit.
  bool store_available = true;
};

class Ledger {
 public:
  using Observer = std::function<void(const Entry&)>;
  using Log = std::function<void(const std::string&)>;

  /// Brings what the journal still holds into the store, and starts the ledger's thread. `store` outlives the ledger.
  /// `observe` sees each new entry on that thread; `log` takes what an operator should know. Errors: kUnavailable.
  static Result<std::unique_ptr<Ledger>> open(LedgerOptions options, LedgerStore& store, Observer observe, Log log);
  /// Writes everything down.
  ~Ledger();

  /// From any thread; copies the entry's bytes and returns.
  void record(const Entry& entry);
  /// Waits until all that was recorded is in the journal, and in the store if it is available. For tests and commands.
  void flush();
  [[nodiscard]] LedgerStats stats() const;

 private:
  Ledger(LedgerOptions options, LedgerStore& store, Observer observe, Log log, Journal journal);
  void run();
  void write_down(std::string batch);
  void store_pending();
  void replay();

  LedgerOptions options_;
  LedgerStore& store_;
  Observer observe_;
  Log log_;
  Journal journal_;
  bool journal_broken_ = false;
  std::uint64_t closed_bytes_ = 0;  ///< Of the journal's closed segments, so that a write need not look at the folder.

  mutable std::mutex mutex_;
  std::condition_variable wake_, written_;
  std::string buffer_;  ///< [u32 length][bytes] for each entry not yet taken by the thread.
  std::uint64_t done_ = 0;
  bool stop_ = false, flush_ = false;
  LedgerStats stats_;

  std::vector<Entry> pending_;  ///< Journalled, not in the store yet. The thread's own.
  bool behind_ = false;         ///< More waits in the journal than in `pending_`.
  std::thread thread_;
};

}  // namespace switchyard::ledger
