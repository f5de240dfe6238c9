#pragma once
/// \file
/// A handle by which a call can be ended while it waits. Used on one thread; `cancel` may be called at any time, also
/// twice.

#include <functional>
#include <utility>

namespace switchyard {

class CancelToken {
 public:
  void cancel() {
    cancelled_ = true;
    if (callback_) std::exchange(callback_, {})();
  }
  [[nodiscard]] bool cancelled() const { return cancelled_; }
  /// What ends the call that waits now; an empty function when nothing waits.
  void set(std::function<void()> callback) { callback_ = std::move(callback); }

 private:
  std::function<void()> callback_;
  bool cancelled_ = false;
};

}  // namespace switchyard
