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
  explicit Watcher(Observer observe);
  /// Shows what it was given.
  ~Watcher();
  /// Records as `frame_entry` writes them. Those beyond what a stuck observer may leave waiting are not shown.
  void give(std::string_view records);

 private:
  void run();

  const Observer observe_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string given_;
  bool stop_ = false;
  std::string taken_;  ///< The thread's own; the two keep their capacity.
  std::thread thread_;
};

}  // namespace switchyard::ledger
