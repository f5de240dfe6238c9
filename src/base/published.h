#pragma once
/// \file
/// One value that is replaced whole now and then and read all the time: configuration, keys. A reader keeps its own
/// reference and looks only at a version number, so reading takes no lock and touches no shared counter.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace switchyard {

template <class T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> first) : value_(std::move(first)) {}

  /// From any thread. Readers see it at their next `get`.
  void publish(std::shared_ptr<const T> next) {
    {
      const std::lock_guard lock(mutex_);
      value_.swap(next);
      version_.fetch_add(1, std::memory_order_release);
    }
  }
  /// A reference of one's own. From any thread; takes the lock.
  [[nodiscard]] std::shared_ptr<const T> current() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

  /// For one thread. Outlived by the Published.
  class Reader {
   public:
    explicit Reader(const Published& source) : source_(&source) {}
    [[nodiscard]] const std::shared_ptr<const T>& get() {
      const std::uint64_t version = source_->version_.load(std::memory_order_acquire);
      if (version != seen_) {
        value_ = source_->current();
        seen_ = version;
      }
      return value_;
    }

   private:
    const Published* source_;
    std::shared_ptr<const T> value_;
    std::uint64_t seen_ = 0;
  };

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
  std::atomic<std::uint64_t> version_ = 1;
};

}  // namespace switchyard
