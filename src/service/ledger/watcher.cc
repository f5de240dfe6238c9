#include "service/ledger/watcher.h"

#include "service/ledger/record.h"

namespace switchyard::ledger {
Watcher::Watcher(Observer observe, std::uint64_t bytes_max) : observe_(std::move(observe)), bytes_max_(bytes_max) {
  if (observe_) thread_ = std::thread([this] { run(); });
}

Watcher::~Watcher() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool Watcher::give(std::string_view records) {
  if (!observe_) return true;
  {
    const std::lock_guard lock(mutex_);
    if (given_.size() + records.size() > bytes_max_) return false;
    given_.append(records);
  }
  wake_.notify_one();
  return true;
}

void Watcher::run() {
  for (bool stop = false; !stop;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stop_ || !given_.empty(); });
      taken_.swap(given_);
      stop = stop_;
    }
    for (std::size_t at = 0; at < taken_.size();) {
      const std::size_t size = framed_size(taken_, at);
      const auto entry = decode(std::string_view(taken_).substr(at + kRecordHeadBytes, size - kRecordHeadBytes));
      if (entry) observe_(*entry);
      at += size;
    }
    taken_.clear();
  }
}

}  // namespace switchyard::ledger
