#pragma once
/// \file
/// Entries, folders and a store for the ledger's tests.

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "service/ledger/store.h"

namespace switchyard::ledger {

inline std::filesystem::path fresh_folder() {
  static int number = 0;
  const auto folder = std::filesystem::path(testing::TempDir()) /
                      ("ledger" + std::to_string(::getpid()) + "_" + std::to_string(++number));
  std::filesystem::remove_all(folder);
  return folder;
}

inline Entry entry(std::string id) {
  Entry e;
  e.id = std::move(id);
  e.decision_id = "dec";
  e.model = "gpt-5.5";
  e.attempts = "openai/gpt-5.5:200";
  e.started_us = 123;
  e.stream = StreamMode::kStreamed;
  e.outcome = Outcome::kClientDisconnect;
  e.status = 499;
  e.usage = {1, 2, 3, 4, 5};
  e.cost = Usd::from_pico(-7);
  e.total_us = 99;
  return e;
}

/// Waits for what another thread does; the time is generous because machines stall.
inline bool eventually(const std::function<bool()>& check) {
  for (int i = 0; i < 2'000; ++i) {
    if (check()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

/// Keeps the ids of what arrived, in their order; can be away, or stuck inside of an insert as a locked database is.
class FakeStore final : public LedgerStore {
 public:
  Result<void> insert(std::span<const Entry> entries) override {
    ++inserts;
    while (stuck) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (away) return fail(ErrorKind::kUnavailable, "the fake store is away");
    const std::lock_guard lock(mutex_);
    for (const Entry& e : entries) ids_.push_back(e.id);
    return {};
  }
  [[nodiscard]] std::vector<std::string> ids() const {
    const std::lock_guard lock(mutex_);
    return ids_;
  }
  std::atomic<int> inserts = 0;
  std::atomic<bool> away = false, stuck = false;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> ids_;
};

/// "req_<from>" up to, not including, "req_<to>".
inline std::vector<std::string> ids_between(int from, int to) {
  std::vector<std::string> ids;
  for (int i = from; i < to; ++i) ids.push_back("req_" + std::to_string(i));
  return ids;
}

}  // namespace switchyard::ledger
