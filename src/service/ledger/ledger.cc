#include "service/ledger/ledger.h"

#include <cstring>
#include <fstream>
#include <sstream>

namespace switchyard::ledger {
namespace {

constexpr std::size_t kPendingMax = 50'000;  ///< Entries held in memory while the store is away.
constexpr std::size_t kBatchMax = 1'000;     ///< Entries of one insert.

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(LedgerOptions options, LedgerStore& store, Observer observe, Log log) {
  SY_TRY(Journal journal, Journal::open(options.folder));
  auto ledger = std::unique_ptr<Ledger>(
      new Ledger(std::move(options), store, std::move(observe), std::move(log), std::move(journal)));
  ledger->replay();
  ledger->thread_ = std::thread([raw = ledger.get()] { raw->run(); });
  return ledger;
}

Ledger::Ledger(LedgerOptions options, LedgerStore& store, Observer observe, Log log, Journal journal)
    : options_(std::move(options)),
      store_(store),
      observe_(std::move(observe)),
      log_(std::move(log)),
      journal_(std::move(journal)) {}

Ledger::~Ledger() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Ledger::record(const Entry& entry) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = buffer_.empty();
    const std::size_t at = buffer_.size();
    buffer_.resize(at + sizeof(std::uint32_t));
    encode(entry, buffer_);
    const auto size = static_cast<std::uint32_t>(buffer_.size() - at - sizeof(std::uint32_t));
    std::memcpy(buffer_.data() + at, &size, sizeof size);
    ++stats_.recorded;
  }
  if (first) wake_.notify_one();
}

void Ledger::flush() {
  std::unique_lock lock(mutex_);
  const std::uint64_t wanted = stats_.recorded;
  flush_ = true;
  wake_.notify_one();
  written_.wait(lock, [&] { return done_ >= wanted || stop_; });
}

LedgerStats Ledger::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

void Ledger::run() {
  auto last_sync = std::chrono::steady_clock::now(), last_store = last_sync;
  bool unsynced = false;
  for (bool stop = false; !stop;) {
    std::string batch;
    std::uint64_t recorded = 0;
    bool flush = false;
    {
      std::unique_lock lock(mutex_);
      const auto ready = [this] { return stop_ || flush_ || !buffer_.empty(); };
      if (unsynced || !pending_.empty() || behind_) {
        wake_.wait_for(lock, options_.sync_interval, ready);
      } else {
        wake_.wait(lock, ready);
      }
      // Entries come in bursts: one write takes all of an interval.
      if (!stop_ && !flush_) wake_.wait_for(lock, options_.write_interval, [this] { return stop_ || flush_; });
      batch.swap(buffer_);
      recorded = stats_.recorded;
      flush = std::exchange(flush_, false);
      stop = stop_;
    }
    if (!batch.empty()) {
      write_down(std::move(batch));
      unsynced = true;
    }
    const auto now = std::chrono::steady_clock::now();
    if (unsynced && (flush || stop || now - last_sync >= options_.sync_interval)) {
      if (auto synced = journal_.sync(); !synced) log_(synced.error().message);
      unsynced = false;
      last_sync = now;
    }
    if (flush || stop || now - last_store >= options_.store_interval || pending_.size() >= kBatchMax) {
      store_pending();
      last_store = now;
    }
    {
      const std::lock_guard lock(mutex_);
      done_ = recorded;
    }
    written_.notify_all();
  }
}

/// Takes what producers left to the journal, and on to `pending_`.
void Ledger::write_down(std::string batch) {
  std::string framed;
  std::vector<Entry> entries;
  for (std::size_t at = 0; at < batch.size();) {
    std::uint32_t size = 0;
    std::memcpy(&size, batch.data() + at, sizeof size);
    const std::string_view bytes = std::string_view(batch).substr(at + sizeof size, size);
    at += sizeof size + size;
    frame_record(bytes, framed);
    if (auto entry = decode(bytes)) entries.push_back(*std::move(entry));
  }
  bool written = false;
  if (closed_bytes_ + journal_.segment_bytes() < options_.journal_bytes_max) {
    // After a failed write the segment may end in half a record; what follows goes into a new one.
    if (journal_broken_) {
      journal_broken_ = !journal_.rotate();
      closed_bytes_ = journal_.closed_bytes();
    }
    if (!journal_broken_) {
      auto appended = journal_.append(framed);
      journal_broken_ = !appended;
      written = appended.has_value();
      if (!appended) log_(appended.error().message);
    }
  }
  if (!written) {
    const std::lock_guard lock(mutex_);
    stats_.dropped += entries.size();
  }
  for (const Entry& entry : entries) {
    if (observe_) observe_(entry);
  }
  if (behind_) return;  // They will be read back from the journal, in their order.
  for (Entry& entry : entries) pending_.push_back(std::move(entry));
  if (pending_.size() > kPendingMax) {
    pending_.clear();
    behind_ = true;
  }
}

void Ledger::store_pending() {
  if (behind_) return replay();
  std::size_t at = 0;
  bool available = true;
  while (at < pending_.size() && available) {
    const std::size_t count = std::min(kBatchMax, pending_.size() - at);
    available = store_.insert(std::span(pending_).subspan(at, count)).has_value();
    if (available) at += count;
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at));
  {
    const std::lock_guard lock(mutex_);
    if (stats_.store_available && !available)
      log_("ledger: the database is not available; entries wait in the journal");
    stats_.stored += at;
    stats_.store_available = available;
  }
  if (available && at > 0 && journal_.segment_bytes() >= options_.segment_bytes_max) {
    if (auto rotated = journal_.rotate(); !rotated) log_(rotated.error().message);
    std::error_code ignored;
    for (const auto& path : journal_.closed()) std::filesystem::remove(path, ignored);
    closed_bytes_ = journal_.closed_bytes();
  }
}

/// Reads every closed segment into the store, and deletes those that arrived.
void Ledger::replay() {
  if (behind_) {
    if (auto rotated = journal_.rotate(); !rotated) return log_(rotated.error().message);
  }
  bool all = true;
  for (const auto& path : journal_.closed()) {
    std::vector<Entry> entries;
    const std::string text = file_text(path);
    if (text.empty()) {  // It holds at least its first bytes: it could not be read, and is not to be deleted.
      log_("ledger: " + path.filename().string() + " cannot be read; it is kept for the next start");
      continue;
    }
    bool damaged = false;
    const std::size_t good = read_records(text, [&](std::string_view bytes) {
      auto entry = decode(bytes);
      damaged |= !entry;
      if (entry) entries.push_back(*std::move(entry));
    });
    damaged |= good == 0 || (good < text.size() && !is_cut_record(std::string_view(text).substr(good)));
    if (good < text.size() && !damaged) {
      log_("ledger: " + path.filename().string() + " ends in " + std::to_string(text.size() - good) +
           " bytes of an unfinished record, which was never reported as written");
    }
    bool stored = true;
    for (std::size_t at = 0; at < entries.size() && stored; at += kBatchMax) {
      stored = store_.insert(std::span(entries).subspan(at, std::min(kBatchMax, entries.size() - at))).has_value();
    }
    all &= stored;
    if (!stored) break;
    std::error_code ignored;
    if (damaged) {
      std::filesystem::rename(path, path.string() + ".damaged", ignored);
      log_("ledger: " + path.filename().string() + " holds damaged records; it is set aside as .damaged");
    } else {
      std::filesystem::remove(path, ignored);
    }
    const std::lock_guard lock(mutex_);
    stats_.stored += entries.size();
  }
  behind_ = !all;
  closed_bytes_ = journal_.closed_bytes();
  const std::lock_guard lock(mutex_);
  stats_.store_available = all;
}

}  // namespace switchyard::ledger
