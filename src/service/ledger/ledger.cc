#include "service/ledger/ledger.h"

#include <algorithm>
#include <utility>

#include "service/ledger/record.h"

namespace switchyard::ledger {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// A burst's buffer is given back above this; below, keeping it is cheaper than growing it again.
constexpr std::size_t kBufferBytesKept = 1u << 20;
/// Between two attempts to write what the journal refused.
constexpr auto kRefusedPause = std::chrono::milliseconds(100);
/// The segment being written is never removed, so it must be a small part of a small journal.
constexpr std::uint64_t kSegmentsMin = 4;

LedgerOptions checked(LedgerOptions options) {
  options.segment_bytes_max = std::min(options.segment_bytes_max, options.journal_bytes_max / kSegmentsMin);
  return options;
}

void clear_and_keep_some(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kBufferBytesKept) buffer.shrink_to_fit();
}

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(LedgerOptions options, LedgerStore& store, Observer observe, Log log) {
  SY_TRY(Journal journal, Journal::open(options.folder));
  auto ledger = std::unique_ptr<Ledger>(
      new Ledger(checked(std::move(options)), store, std::move(observe), std::move(log), std::move(journal)));
  ledger->thread_ = std::thread([raw = ledger.get()] { raw->run(); });
  return ledger;
}

Ledger::Ledger(LedgerOptions options, LedgerStore& store, Observer observe, Log log, Journal journal)
    : options_(std::move(options)),
      log_(std::move(log)),
      journal_(std::move(journal)),
      last_sync_(SteadyClock::now()),
      segment_begun_(last_sync_),
      watcher_(std::move(observe), options_.observer_bytes_max),
      storer_(options_.folder, options_.store_interval, store, log_, journal_.found()) {}

Ledger::~Ledger() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  storer_.close_last();
}

void Ledger::record(const Entry& entry) {
  // Encoding needs no lock in a buffer of the thread's own, which is bounded as records are.
  thread_local std::string framed;
  framed.clear();
  frame_entry(entry, framed);
  bool is_first = false;
  {
    const std::lock_guard lock(mutex_);
    ++stats_.recorded;
    if (buffer_.size() + framed.size() > options_.buffer_bytes_max) {
      ++stats_.dropped;
      ++overflowed_;
      return;
    }
    is_first = buffer_.empty();
    buffer_.append(framed);
  }
  if (is_first) wake_.notify_one();
}

bool Ledger::flush() {
  bool holding = false;
  {
    std::unique_lock lock(mutex_);
    // A turn that runs already may have taken the buffer before this call, or not sync; the next one takes and syncs.
    const std::uint64_t wanted = turns_begun_ + 1;
    flush_ = true;
    wake_.notify_one();
    turn_done_.wait(lock, [&] { return turns_done_ >= wanted; });
    holding = holding_;
  }
  return storer_.flush() && !holding;
}

LedgerStats Ledger::stats() const {
  const StorerStats storer = storer_.stats();
  const std::lock_guard lock(mutex_);
  LedgerStats all = stats_;
  all.stored = storer.stored;
  all.journal_bytes = storer.journal_bytes;
  all.store_available = storer.available;
  return all;
}

/// When there is something to do although nothing is recorded.
SteadyClock::time_point Ledger::next_turn() const {
  auto next = SteadyClock::time_point::max();
  if (!held_.empty()) next = SteadyClock::now() + kRefusedPause;
  if (unsynced_) next = std::min(next, last_sync_ + options_.sync_interval);
  if (journal_.segment_bytes() > 0) next = std::min(next, segment_begun_ + options_.segment_age_max);
  return next;
}

void Ledger::run() {
  for (bool stop = false; !stop;) {
    bool now = false;
    std::uint64_t overflowed = 0;
    {
      std::unique_lock lock(mutex_);
      const auto urgent = [this] { return stop_ || flush_; };
      const auto ready = [&] { return urgent() || !buffer_.empty(); };
      if (const auto next = next_turn(); next == SteadyClock::time_point::max()) {
        wake_.wait(lock, ready);
      } else {
        wake_.wait_until(lock, next, ready);
      }
      // Entries come in bursts: one write takes all of an interval.
      if (!buffer_.empty()) wake_.wait_for(lock, options_.write_interval, urgent);
      taken_.swap(buffer_);
      overflowed = std::exchange(overflowed_, 0);
      now = urgent();
      stop = stop_;
      flush_ = false;
      ++turns_begun_;
    }
    if (!taken_.empty()) take_over(overflowed);
    const bool all = write_held();
    sync_or_rotate(now);
    const std::lock_guard lock(mutex_);
    holding_ = !all;
    if (stop) stats_.dropped += held_count_;
    turns_done_ = turns_begun_;
    turn_done_.notify_all();
  }
  if (auto ended = journal_.rotate(); !ended) log_(ended.error().message);
  if (held_count_ > 0) log_("ledger: " + std::to_string(held_count_) + " entries could not be journalled and are lost");
}

/// Moves what producers left to `held_`, if it may still grow.
void Ledger::take_over(std::uint64_t overflowed) {
  if (overflowed > 0) {
    log_("ledger: writing the journal was held up; " + std::to_string(overflowed) + " entries were dropped");
  }
  const std::size_t count = seal_records(taken_);
  const bool shown = watcher_.give(taken_);
  if (held_.empty() || held_.size() + taken_.size() <= options_.held_bytes_max) {
    held_.append(taken_);
    held_count_ += count;
  } else {
    if (dropped_since_ == 0) log_("ledger: neither the journal nor memory has room left; entries are dropped");
    dropped_since_ += count;
    const std::lock_guard lock(mutex_);
    stats_.dropped += count;
  }
  if (!shown) {
    const std::lock_guard lock(mutex_);
    stats_.unobserved += count;
  }
  clear_and_keep_some(taken_);
}

/// Journals `held_`; false if the journal did not take all of it.
bool Ledger::write_held() {
  const std::size_t before = held_.size();
  Result<void> written;
  while (!held_.empty() && written) written = write_some();
  if (written && before > 0) clear_and_keep_some(held_);
  const bool refused = !written;
  if (std::exchange(refused_, refused) == refused) return !refused;
  if (refused) {
    log_(written.error().message + "; entries are held in memory");
  } else if (before > 0) {
    log_("ledger: the journal takes entries again; " + std::to_string(dropped_since_) + " were dropped");
    dropped_since_ = 0;
  }
  return !refused;
}

/// Appends as many of `held_`'s records as the segment and the journal have room for, but at least one.
Result<void> Ledger::write_some() {
  const std::uint64_t waiting = storer_.stats().journal_bytes;
  const std::uint64_t room = options_.journal_bytes_max - std::min(options_.journal_bytes_max, waiting);
  std::uint64_t segment_room =
      options_.segment_bytes_max - std::min(options_.segment_bytes_max, journal_.segment_bytes());
  std::size_t end = framed_size(held_, 0);
  if (end + kSegmentMagic.size() > room) {
    return fail(ErrorKind::kUnavailable,
                "ledger: the journal is at its limit of " + std::to_string(options_.journal_bytes_max) + " bytes");
  }
  if (end > segment_room && journal_.segment_bytes() > 0) {
    SY_CHECK(journal_.rotate());
    segment_room = options_.segment_bytes_max;
  }
  std::uint64_t count = 1;
  const std::uint64_t until = std::min<std::uint64_t>({held_.size(), room - kSegmentMagic.size(), segment_room});
  for (; end < until && end + framed_size(held_, end) <= until; ++count) end += framed_size(held_, end);
  if (journal_.segment_bytes() == 0) segment_begun_ = SteadyClock::now();
  SY_CHECK(journal_.append(std::string_view(held_).substr(0, end)));
  storer_.grow(journal_.number(), journal_.segment_bytes(), count);
  held_.erase(0, end);
  held_count_ -= count;
  unsynced_ = true;
  const std::lock_guard lock(mutex_);
  stats_.journalled += count;
  return {};
}

/// Does what is due, or at once if `now`. By size a segment ends when it is written to.
void Ledger::sync_or_rotate(bool now) {
  const auto time = SteadyClock::now();
  if (unsynced_ && (now || time - last_sync_ >= options_.sync_interval)) {
    if (auto synced = journal_.sync(); !synced) log_(synced.error().message);
    unsynced_ = false;
    last_sync_ = time;
  }
  if (journal_.segment_bytes() > 0 && time - segment_begun_ >= options_.segment_age_max) {
    if (auto rotated = journal_.rotate(); !rotated) log_(rotated.error().message);
    storer_.close_last();
  }
}

}  // namespace switchyard::ledger
