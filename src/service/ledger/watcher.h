#pragma once
/// \file
/// Shows each new entry to an observer (counters, the access log) on a thread of its own: a log that nobody reads
/// blocks its writer, and that must not be the journal.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "service/ledger/entry.h"

namespace switchyard::ledger {

using Observer = std::function<void(const Entry&)>;

class Watcher {
 public:
  /// `bytes_max` bounds what a stuck observer may leave waiting.
  Watcher(Observer observe, std::uint64_t bytes_max);
  /// Shows what it was given.
  ~Watcher();
  /// Records as `frame_entry` writes them; false if there is no room for them, and they will not be shown.
  bool give(std::string_view records);

 private:
  void run();

  const Observer observe_;
  const std::uint64_t bytes_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string given_;
  bool stop_ = false;
  std::string taken_;  ///< The thread's own; the two keep their capacity.
  std::thread thread_;
};

}  // namespace switchyard::ledger
