#include "adapters/credentials/refreshing.h"

#include <algorithm>
#include <atomic>
#include <coroutine>
#include <mutex>
#include <utility>
#include <vector>

namespace switchyard::credentials {
namespace {

using namespace std::chrono_literals;
using Shared = std::shared_ptr<const Credentials>;

/// Not used in their last moments: a request that leaves now reaches the provider later.
constexpr auto kLastMoments = 10s;
/// Between two fetches in the background, whatever the credentials say of their life.
constexpr auto kPauseMin = 10s;
/// Background fetches after failures: doubled from the first to the last pause.
constexpr auto kRetryFirst = 1s, kRetryLast = 60s;
/// For so long a failure is the answer to everybody, so that a burst of requests does not become a burst of fetches.
constexpr auto kFailureKept = 1s;

Error cancelled() { return {ErrorKind::kCancelled, Retry::kNever, "the request was cancelled", {}, std::nullopt}; }

/// Someone who waits for credentials, on the thread of `here`.
struct Waiter {
  explicit Waiter(net::EventLoop& loop) : here(loop) {}
  /// On the thread of `here`. The first outcome counts.
  void finish(Result<Shared> with) {
    if (std::exchange(done, true)) return;
    outcome = std::move(with);
    if (handle) handle.resume();
  }
  /// `co_await waiter`.
  [[nodiscard]] bool await_ready() const noexcept { return done; }
  void await_suspend(std::coroutine_handle<> waiting) noexcept { handle = waiting; }
  void await_resume() const noexcept {}

  net::EventLoop& here;
  Result<Shared> outcome = nullptr;
  std::coroutine_handle<> handle;
  bool done = false;
};

}  // namespace

struct Refreshing::State : std::enable_shared_from_this<State> {
  State(net::EventLoop& loop, Fetch how, RefreshRules given)
      : home(loop), fetch(std::move(how)), rules(std::move(given)), timer(loop, [this] { refresh(); }) {}

  /// On home's thread: fetches, unless a fetch is running.
  void refresh() {
    if (closed || std::exchange(fetching, true)) return;
    spawn(run(shared_from_this()));
  }
  static Task<void> run(std::shared_ptr<State> self) {
    auto got = co_await self->fetch(self->token);
    self->fetching = false;
    self->settle(std::move(got));
  }

  void settle(Result<Credentials> got) {
    const SteadyTime now = home.now();
    if (got && got->expires && *got->expires <= home.clock().wall()) {
      got = fail(ErrorKind::kUpstreamUnavailable, "credentials for the provider are not available",
                 "they had expired when they came", Retry::kOtherUpstream);
    }
    if (closed) {
      release(std::unexpected(cancelled()));
    } else if (got) {
      keep(*std::move(got), now);
    } else {
      note_failure(std::move(got).error(), now);
    }
  }

  void keep(Credentials fresh, SteadyTime now) {
    failures = 0;
    SteadyTime until = SteadyTime::max();
    if (fresh.expires) {
      const auto life = *fresh.expires - home.clock().wall();
      until = now + life - std::min<WallTime::duration>(kLastMoments, life / 2);
      const auto delay = life > 2 * rules.ahead ? life - rules.ahead : life / 2;
      timer.arm(now + std::max<WallTime::duration>(delay, kPauseMin));
    }
    const auto shared = std::make_shared<const Credentials>(std::move(fresh));
    {
      const std::lock_guard lock(mutex);
      value = shared;
      good_until = until;
      version.fetch_add(1, std::memory_order_release);
    }
    release(shared);
  }

  void note_failure(Error error, SteadyTime now) {
    if (rules.on_failure) rules.on_failure(error);
    const auto pause = std::min<std::chrono::seconds>(kRetryFirst * (1 << std::min(failures, 6)), kRetryLast);
    ++failures;
    bool had_any = false;
    {
      const std::lock_guard lock(mutex);
      had_any = value != nullptr;
      failure = error;
      failed_until = now + kFailureKept;
    }
    // Without any credentials so far nobody may need them; the next request fetches again.
    if (had_any) timer.arm(now + pause);
    release(std::unexpected(std::move(error)));
  }

  void release(const Result<Shared>& outcome) {
    std::vector<std::shared_ptr<Waiter>> ready;
    {
      const std::lock_guard lock(mutex);
      ready.swap(waiters);
    }
    for (const auto& waiter : ready) {
      waiter->here.post([waiter, outcome] { waiter->finish(outcome); });
    }
  }

  net::EventLoop& home;
  const Fetch fetch;
  const RefreshRules rules;
  // On home's thread.
  CancelToken token;
  net::Timer timer;
  int failures = 0;  ///< Since the last success.
  bool fetching = false;
  std::atomic<bool> closed = false;
  // From any thread.
  std::atomic<std::uint64_t> version = 0;  ///< Counts what `value` was replaced by.
  std::mutex mutex;
  Shared value;
  SteadyTime good_until{};
  Error failure;
  SteadyTime failed_until{};
  std::vector<std::shared_ptr<Waiter>> waiters;
};

/// Looks only at a version number while nothing changes: no lock on the path of a request.
class Refreshing::Source final : public CredentialSource {
 public:
  Source(std::shared_ptr<State> state, net::EventLoop& here) : state_(std::move(state)), here_(here) {}

  Task<Result<Shared>> get(Deadline deadline, CancelToken& token) override {
    State& state = *state_;
    const std::uint64_t version = state.version.load(std::memory_order_acquire);
    if (version != seen_) {
      const std::lock_guard lock(state.mutex);
      seen_ = state.version.load(std::memory_order_relaxed);
      value_ = state.value;
      good_until_ = state.good_until;
    }
    if (value_ != nullptr && here_.now() < good_until_) co_return value_;
    if (state.closed || token.cancelled()) co_return std::unexpected(cancelled());

    const auto waiter = std::make_shared<Waiter>(here_);
    {
      const std::lock_guard lock(state.mutex);
      if (here_.now() < state.failed_until) co_return std::unexpected(state.failure);
      state.waiters.push_back(waiter);
    }
    state.home.post([shared = state_] { answer_waiters(*shared); });
    net::Timer timer(here_, [&waiter] {
      waiter->finish(fail(ErrorKind::kUpstreamTimeout, "credentials for the provider did not come in time", {},
                          Retry::kOtherUpstream));
    });
    if (deadline.at() != SteadyTime::max()) timer.arm(deadline.at());
    token.set([&waiter] { waiter->finish(std::unexpected(cancelled())); });
    co_await *waiter;
    token.set({});
    co_return std::move(waiter->outcome);
  }

 private:
  /// On home's thread. A fetch may have ended since the waiter looked.
  static void answer_waiters(State& state) {
    if (state.closed) return state.release(std::unexpected(cancelled()));
    Result<Shared> good = nullptr;
    {
      const std::lock_guard lock(state.mutex);
      if (state.waiters.empty()) return;
      if (state.value != nullptr && state.home.now() < state.good_until) good = state.value;
    }
    if (*good != nullptr) return state.release(good);
    state.refresh();
  }

  std::shared_ptr<State> state_;
  net::EventLoop& here_;
  std::uint64_t seen_ = 0;
  Shared value_;
  SteadyTime good_until_{};
};

Refreshing::Refreshing(net::EventLoop& home, Fetch fetch, RefreshRules rules)
    : state_(std::make_shared<State>(home, std::move(fetch), std::move(rules))) {}

Refreshing::~Refreshing() {
  state_->closed = true;
  state_->timer.cancel();
  state_->release(std::unexpected(cancelled()));
  state_->token.cancel();
}

void Refreshing::warm() {
  state_->home.post([state = state_] { state->refresh(); });
}

std::unique_ptr<CredentialSource> Refreshing::on(net::EventLoop& here) {
  return std::make_unique<Source>(state_, here);
}

}  // namespace switchyard::credentials
