#include "net/event_loop.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace switchyard::net {
namespace {

std::int64_t floor_tick(SteadyTime t) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count();
}
std::int64_t ceil_tick(SteadyTime t) {
  return std::chrono::ceil<std::chrono::milliseconds>(t.time_since_epoch()).count();
}

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

void Timer::arm(SteadyTime deadline) {
  armed_ = true;
  deadline_ = deadline;
  // The slot that holds the timer is looked at soon enough: the timer moves on then. One store for a timeout that is
  // pushed back by every request.
  if (home_ != nullptr && visit_tick_ <= ceil_tick(deadline)) return;
  unlink();
  loop_.link(*this, ceil_tick(deadline));
}

void Timer::arm_after(std::chrono::nanoseconds delay) {
  arm(loop_.now() + std::chrono::duration_cast<SteadyTime::duration>(delay));
}

void Timer::unlink() {
  if (home_ == nullptr) return;
  *home_ = next_;
  if (next_ != nullptr) next_->home_ = home_;
  home_ = nullptr;
  next_ = nullptr;
  --loop_.timers_;
}

EventLoop::EventLoop(const Clock& clock) : clock_(clock), now_(clock.now()), done_tick_(floor_tick(now_)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes with write(2); a peer that left must be an error, not a signal.
  epoll_fd_ = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd_ < 0) throw_errno("epoll_create1");
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd_ < 0) throw_errno("eventfd");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event) != 0) throw_errno("epoll_ctl");
}

EventLoop::~EventLoop() {
  ::close(wake_fd_);
  ::close(epoll_fd_);
}

void EventLoop::run() {
  while (!stop_.load(std::memory_order_relaxed)) run_once(std::chrono::hours(1));
  stop_.store(false, std::memory_order_relaxed);
}

void EventLoop::run_once(std::chrono::milliseconds wait) {
  dispatch(wait_ms(wait));
  run_timers();
  run_posted();
  while (!deferred_.empty()) {
    deferring_.swap(deferred_);
    for (auto& function : deferring_) function();
    deferring_.clear();
  }
}

void EventLoop::dispatch(int wait_ms) {
  epoll_event events[kEventsMax];
  const int count = epoll_wait(epoll_fd_, events, kEventsMax, wait_ms);
  now_ = clock_.now();
  if (count <= 0) return;
  current_.clear();
  for (int i = 0; i < count; ++i) current_.push_back(static_cast<FdWatcher*>(events[i].data.ptr));
  for (int i = 0; i < count; ++i) {
    if (events[i].data.ptr == nullptr) {
      std::uint64_t ignored = 0;
      [[maybe_unused]] const auto got = ::read(wake_fd_, &ignored, sizeof ignored);
    } else if (FdWatcher* const watcher = current_[static_cast<std::size_t>(i)]) {
      watcher->on_events(events[i].events);
    }
  }
  current_.clear();
}

int EventLoop::wait_ms(std::chrono::milliseconds most) const {
  if (!deferred_.empty() || woken_.load(std::memory_order_acquire)) return 0;
  std::int64_t wait = std::max<std::int64_t>(most.count(), 0);
  if (timers_ > 0) wait = std::clamp<std::int64_t>(next_visit_tick_ - floor_tick(clock_.now()), 0, wait);
  return static_cast<int>(std::min<std::int64_t>(wait, 3'600'000));
}

void EventLoop::push(Timer*& head, Timer& timer) {
  timer.next_ = head;
  timer.home_ = &head;
  if (head != nullptr) head->home_ = &timer.next_;
  head = &timer;
}

void EventLoop::link(Timer& timer, std::int64_t due_tick) {
  due_tick = std::max(due_tick, done_tick_ + 1);
  const std::int64_t ahead = (due_tick - done_tick_ - 1) % static_cast<std::int64_t>(kSlots) + 1;
  timer.visit_tick_ = done_tick_ + ahead;
  push(slots_[static_cast<std::size_t>(timer.visit_tick_) % kSlots], timer);
  next_visit_tick_ = timers_ == 0 ? timer.visit_tick_ : std::min(next_visit_tick_, timer.visit_tick_);
  ++timers_;
}

void EventLoop::sort_out(std::size_t slot, std::int64_t now_tick) {
  for (Timer* timer = slots_[slot]; timer != nullptr;) {
    Timer* const next = timer->next_;
    const std::int64_t due_tick = ceil_tick(timer->deadline_);
    if (!timer->armed_) {
      timer->unlink();
    } else if (due_tick <= now_tick) {
      timer->unlink();
      push(due_, *timer);
      ++timers_;
    } else {
      timer->unlink();
      link(*timer, due_tick);
    }
    timer = next;
  }
}

void EventLoop::run_timers() {
  const std::int64_t now_tick = floor_tick(now_);
  if (timers_ == 0) {
    done_tick_ = std::max(done_tick_, now_tick);
    return;
  }
  if (now_tick < next_visit_tick_) return;
  // After a jump of more than a round each slot is looked at once. `link` counts from done_tick_, so it moves first: a
  // timer that is not due yet lands in a later slot, or in a slot of this pass where it is sorted out again.
  const std::int64_t from = std::max(done_tick_ + 1, now_tick - static_cast<std::int64_t>(kSlots) + 1);
  done_tick_ = now_tick;
  for (std::int64_t tick = from; tick <= now_tick; ++tick) sort_out(static_cast<std::size_t>(tick) % kSlots, now_tick);
  while (due_ != nullptr) {
    Timer& timer = *due_;
    timer.unlink();
    if (!timer.armed_) continue;
    if (ceil_tick(timer.deadline_) > now_tick) {  // An earlier callback of this turn pushed it back.
      link(timer, ceil_tick(timer.deadline_));
      continue;
    }
    timer.armed_ = false;
    timer.callback_();
  }
  next_visit_tick_ = done_tick_ + 1;
  const std::int64_t round_end = done_tick_ + static_cast<std::int64_t>(kSlots);
  while (next_visit_tick_ < round_end && slots_[static_cast<std::size_t>(next_visit_tick_) % kSlots] == nullptr) {
    ++next_visit_tick_;
  }
}

void EventLoop::run_posted() {
  if (!woken_.exchange(false, std::memory_order_acq_rel)) return;
  std::vector<std::move_only_function<void()>> functions;
  {
    const std::lock_guard lock(posted_mutex_);
    functions.swap(posted_);
  }
  for (auto& function : functions) function();
}

void EventLoop::post(std::move_only_function<void()> function) {
  {
    const std::lock_guard lock(posted_mutex_);
    posted_.push_back(std::move(function));
  }
  if (woken_.exchange(true, std::memory_order_acq_rel)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto put = ::write(wake_fd_, &one, sizeof one);
}

void EventLoop::stop() {
  stop_.store(true, std::memory_order_relaxed);
  post([] {});
}

void EventLoop::add(int fd, FdWatcher& watcher) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watcher;
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0) throw_errno("epoll_ctl");
}

void EventLoop::rearm(int fd, FdWatcher& watcher) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watcher;
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &event) != 0) throw_errno("epoll_ctl");
}

void EventLoop::add_listener(int fd, FdWatcher& watcher) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &watcher;
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0) throw_errno("epoll_ctl");
}

void EventLoop::remove(int fd, FdWatcher& watcher) {
  epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
  std::ranges::replace(current_, &watcher, nullptr);
}

}  // namespace switchyard::net
