#pragma once
/// \file
/// One thread's loop over file descriptors, timers and posted functions (Linux epoll, edge-triggered). Everything that
/// belongs to a loop is used on its thread only, except `post` and `stop`. Nothing is shared between loops, so nothing
/// locks but the queue of posted functions. Chosen over an Asio io_context for its cost; docs/architecture.md has the
/// figures.

#include <array>
#include <atomic>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "base/clock.h"

namespace switchyard::net {

class EventLoop;

/// What hears about a descriptor. The owner removes itself from the loop before it dies.
class FdWatcher {
 public:
  virtual void on_events(std::uint32_t epoll_events) = 0;

 protected:
  ~FdWatcher() = default;
};

/// Calls `callback` once when `deadline` has passed, within 2 ms. Moving a deadline later costs one store.
/// Must be cancelled or destroyed on the loop's thread, which is always safe, also from inside the callback.
class Timer {
 public:
  using Callback = std::function<void()>;
  Timer(EventLoop& loop, Callback callback) : loop_(loop), callback_(std::move(callback)) {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void arm(SteadyTime deadline);
  void arm_after(std::chrono::nanoseconds delay);
  void cancel() {
    armed_ = false;
    unlink();
  }
  /// Stops the timer but leaves it in its slot: cheaper when it will be armed again soon.
  void disarm() { armed_ = false; }
  [[nodiscard]] bool armed() const { return armed_; }

 private:
  friend class EventLoop;
  void unlink();

  EventLoop& loop_;
  Callback callback_;
  SteadyTime deadline_{};
  std::int64_t visit_tick_ = 0;  ///< When the slot that holds this timer is next looked at; within one round from now.
  Timer** home_ = nullptr;       ///< The pointer that points to this timer, or null while it is in no list.
  Timer* next_ = nullptr;
  bool armed_ = false;
};

class EventLoop {
 public:
  /// `clock` outlives the loop. Throws std::system_error if the kernel gives no epoll or event descriptor.
  explicit EventLoop(const Clock& clock);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Runs until `stop`.
  void run();
  /// Waits at most `wait` for something to do, does it, and returns. For tests and for embedding.
  void run_once(std::chrono::milliseconds wait);
  /// From any thread.
  void stop();
  /// Runs `function` on the loop's thread soon. From any thread.
  void post(std::move_only_function<void()> function);
  /// Runs `function` at the end of this turn of the loop. From the loop's thread only; takes no lock.
  void defer(std::move_only_function<void()> function) { deferred_.push_back(std::move(function)); }

  /// Edge-triggered for reading, writing and hang-up. Throws std::system_error.
  void add(int fd, FdWatcher& watcher);
  /// Tells the watcher once more of what is ready.
  void rearm(int fd, FdWatcher& watcher);
  /// Level-triggered for reading: for listening sockets.
  void add_listener(int fd, FdWatcher& watcher);
  /// No event reaches the watcher after this, not even one already fetched.
  void remove(int fd, FdWatcher& watcher);

  /// The time at the beginning of this turn.
  [[nodiscard]] SteadyTime now() const { return now_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

  /// `co_await loop.sleep(5ms)`.
  auto sleep(std::chrono::nanoseconds delay) {
    struct Awaiter {
      Timer timer;
      std::chrono::nanoseconds delay;
      std::coroutine_handle<> waiting = {};
      Awaiter(EventLoop& loop, std::chrono::nanoseconds by) : timer(loop, [this] { waiting.resume(); }), delay(by) {}
      [[nodiscard]] bool await_ready() const noexcept { return delay.count() <= 0; }
      void await_suspend(std::coroutine_handle<> handle) {
        waiting = handle;
        timer.arm_after(delay);
      }
      void await_resume() const noexcept {}
    };
    return Awaiter(*this, delay);
  }

 private:
  friend class Timer;
  static constexpr std::size_t kSlots = 4096;  ///< Of one millisecond; later deadlines wait for another round.
  static constexpr int kEventsMax = 256;

  void link(Timer& timer, std::int64_t due_tick);
  void run_timers();
  void sort_out(std::size_t slot, std::int64_t now_tick);
  void dispatch(int wait_ms);
  void run_posted();
  [[nodiscard]] int wait_ms(std::chrono::milliseconds most) const;
  static void push(Timer*& head, Timer& timer);

  const Clock& clock_;
  int epoll_fd_ = -1, wake_fd_ = -1;
  SteadyTime now_;
  std::int64_t done_tick_ = 0;        ///< Timers of this tick and before have run.
  std::int64_t next_visit_tick_ = 0;  ///< No occupied slot comes before it; valid while there are timers.
  std::array<Timer*, kSlots> slots_{};
  Timer* due_ = nullptr;             ///< Timers about to run in this turn.
  std::size_t timers_ = 0;           ///< How many are in slots.
  std::vector<FdWatcher*> current_;  ///< Watchers of the fetched events, so that `remove` can blank them.
  std::vector<std::move_only_function<void()>> deferred_, deferring_;
  std::mutex posted_mutex_;
  std::vector<std::move_only_function<void()>> posted_;
  std::atomic<bool> stop_ = false, woken_ = false;
};

}  // namespace switchyard::net
