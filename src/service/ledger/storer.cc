#include "service/ledger/storer.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace switchyard::ledger {
namespace {

using SteadyClock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t kBatchMax = 1'000;  // Entries of one insert: some 20 ms of SQLite.
constexpr auto kRetryMin = 100ms;         // After a failed insert; doubles up to the longest,
constexpr auto kRetryMax = 5s;            // which is how long the store may be back unnoticed.
constexpr auto kStopTime = 5s;            // A large backlog must not keep a stopping process: the next start goes on.

}  // namespace

Storer::Storer(std::filesystem::path folder, std::chrono::milliseconds interval, LedgerStore& store, Log log,
               std::vector<SegmentFile> found)
    : folder_(std::move(folder)), interval_(interval), store_(store), log_(std::move(log)) {
  for (SegmentFile& file : found) {
    stats_.journal_bytes += file.bytes;
    queue_.push_back({std::move(file), true});
  }
  work_ = flush_ = !queue_.empty();
  thread_ = std::thread([this] { run(); });
}

Storer::~Storer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Storer::grow(std::uint64_t number, std::uint64_t bytes, std::uint64_t entries) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty() || queue_.back().file.number != number) {
      if (!queue_.empty()) queue_.back().closed = true;
      queue_.push_back({{number, segment_path(folder_, number), 0}, false});
    }
    stats_.journal_bytes += bytes - std::exchange(queue_.back().file.bytes, bytes);
    gathered_ += entries;
    work_ = true;
  }
  wake_.notify_one();
}

void Storer::close_last() {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty() || queue_.back().closed) return;
    queue_.back().closed = work_ = true;
  }
  wake_.notify_one();
}

bool Storer::flush() {
  std::unique_lock lock(mutex_);
  // A pass that runs already may have looked at the queue before this call; the next one has not.
  const std::uint64_t wanted = passes_begun_ + 1;
  flush_ = true;
  wake_.notify_one();
  pass_done_.wait(lock, [&] { return passes_done_ >= wanted; });
  return pass_stored_all_;
}

StorerStats Storer::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

void Storer::run() {
  SteadyClock::duration pause = kRetryMin;
  for (bool stop = false; !stop;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return work_ || flush_ || stop_; });
      wake_.wait_for(lock, interval_, [this] { return gathered_ >= kBatchMax || flush_ || stop_; });
      stop = stop_;
      work_ = flush_ = false;
      gathered_ = 0;
      ++passes_begun_;
    }
    const bool all = store_all(stop ? SteadyClock::now() + kStopTime : SteadyClock::time_point::max());
    std::unique_lock lock(mutex_);
    passes_done_ = passes_begun_;
    pass_stored_all_ = all;
    pass_done_.notify_all();
    if (all) {
      pause = kRetryMin;
    } else {
      work_ = true;
      wake_.wait_for(lock, pause, [this] { return flush_ || stop_; });
      pause = std::min<SteadyClock::duration>(2 * pause, kRetryMax);
    }
  }
}

/// Stores what the queue holds; false if something had to be left.
bool Storer::store_all(SteadyClock::time_point until) {
  for (;;) {
    std::optional<Segment> front;
    {
      const std::lock_guard lock(mutex_);
      if (!queue_.empty()) front = queue_.front();
    }
    if (!front) return true;
    if (!reader_ && !open_front(*front)) return false;
    if (!reader_) continue;  // It was not to be read, and is off the queue.
    const SegmentReader::State state = batch_.size() < kBatchMax ? read_batch(*front) : SegmentReader::State::kRecord;
    if (!batch_.empty() && !store_batch()) return false;
    if (state != SegmentReader::State::kRecord) {
      if (!front->closed) return state == SegmentReader::State::kEnd;
      finish(*front, state);
    }
    if (SteadyClock::now() >= until) return false;
  }
}

/// False if it should be tried again later.
bool Storer::open_front(const Segment& front) {
  auto opened = SegmentReader::open(front.file.path);
  if (opened) {
    reader_ = *std::move(opened);
  } else if (opened.error().retry == Retry::kNever) {
    finish(front, SegmentReader::State::kFailed);
  } else {
    log_(opened.error().message);
    return false;
  }
  return true;
}

SegmentReader::State Storer::read_batch(const Segment& front) {
  std::string_view record;
  while (batch_.size() < kBatchMax) {
    const SegmentReader::State state = reader_->next(front.file.bytes, record);
    if (state != SegmentReader::State::kRecord) return state;
    auto entry = decode(record);
    undecodable_ |= !entry;
    if (entry) batch_.push_back(*std::move(entry));
  }
  return SegmentReader::State::kRecord;
}

bool Storer::store_batch() {
  const auto inserted = store_.insert(batch_);
  set_available(inserted);
  if (inserted) batch_.clear();
  return inserted.has_value();
}

void Storer::set_available(const Result<void>& inserted) {
  bool changed = false;
  StorerStats now;
  {
    const std::lock_guard lock(mutex_);
    changed = std::exchange(stats_.available, inserted.has_value()) != inserted.has_value();
    if (inserted) stats_.stored += batch_.size();
    now = stats_;
  }
  if (!changed) return;
  log_(inserted
           ? "ledger: the store takes entries again; " + std::to_string(now.journal_bytes) + " bytes of journal waited"
           : "ledger: entries wait in the journal: " + inserted.error().message);
}

/// The store has what could be read of a complete segment.
void Storer::finish(const Segment& front, SegmentReader::State end) {
  using enum SegmentReader::State;
  const std::string name = front.file.path.filename().string();
  const char* const path = front.file.path.c_str();
  if (end == kFailed) {
    log_("ledger: " + name + " cannot be read; it is kept for the next start");
  } else if (end == kDamaged || undecodable_) {
    (void)std::rename(path, (front.file.path.string() + ".damaged").c_str());
    log_("ledger: " + name + " holds damaged records; it is set aside as .damaged");
  } else {
    if (end == kCut) {
      log_("ledger: " + name + " ends in " + std::to_string(front.file.bytes - reader_->offset()) +
           " bytes of an unfinished record, which was never reported as written");
    }
    // The store's commit is on the disk (see LedgerStore::insert), so the only copy left behind is that one.
    (void)std::remove(path);
  }
  if (auto synced = sync_folder(folder_); !synced) log_(synced.error().message);
  reader_.reset();
  undecodable_ = false;
  const std::lock_guard lock(mutex_);
  stats_.journal_bytes -= queue_.front().file.bytes;
  queue_.pop_front();
}

}  // namespace switchyard::ledger
