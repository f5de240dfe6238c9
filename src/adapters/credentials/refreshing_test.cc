#include "adapters/credentials/refreshing.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "adapters/credentials/fetch.h"

namespace switchyard::credentials {
namespace {

using namespace std::chrono_literals;

/// An issuer whose next outcomes a test sets; a fetch takes `takes` of the manual clock.
class RefreshingTest : public testing::Test {
 protected:
  Task<Result<Credentials>> issue(CancelToken& token) {
    ++running_;
    most_running_ = std::max(most_running_, running_);
    ++fetches_;
    if (takes_ > 0s) co_await loop_.sleep(takes_);
    --running_;
    if (token.cancelled()) co_return fail(ErrorKind::kCancelled, "cancelled");
    if (broken_) co_return not_available("broken");
    co_return Credentials{.bearer = "token " + std::to_string(fetches_),
                          .keys = {},
                          .expires = life_ ? std::optional(clock_.wall() + *life_) : std::nullopt};
  }
  void make(std::chrono::seconds ahead = 600s) {
    refreshing_.emplace(
        loop_, [this](CancelToken& token) { return issue(token); },
        RefreshRules{ahead, [this](const Error& error) { logged_ = error.detail; }});
    source_ = refreshing_->on(loop_);
  }

  Task<void> run(Deadline deadline, CancelToken& token, std::optional<std::string>& out) {
    const auto got = co_await source_->get(deadline, token);
    out = got ? (*got)->bearer : std::string(error_kind_name(got.error().kind)) + " " + got.error().detail;
  }
  /// What a request gets that does not have to wait for a fetch.
  std::string now() {
    std::optional<std::string> got;
    spawn(run(Deadline::never(), token_, got));
    for (int i = 0; i < 5 && !got; ++i) loop_.run_once(0ms);
    return got.value_or("waits");
  }
  /// Moves the clock in small steps, as the loop would see it.
  void pass(std::chrono::milliseconds time) {
    const auto step = std::max<std::chrono::milliseconds>(time / 100, 1ms);
    for (std::chrono::milliseconds done{0}; done < time; done += step) {
      clock_.advance(step);
      loop_.run_once(0ms);
    }
    clock_.advance(10ms);  // A timer may be two milliseconds late.
    loop_.run_once(0ms);
  }

  ManualClock clock_;
  net::EventLoop loop_{clock_};
  int fetches_ = 0, running_ = 0, most_running_ = 0;
  bool broken_ = false;
  std::chrono::seconds takes_{0};
  std::optional<std::chrono::seconds> life_ = 3600s;
  std::string logged_;
  CancelToken token_;
  std::optional<Refreshing> refreshing_;
  std::unique_ptr<CredentialSource> source_;
};

TEST_F(RefreshingTest, FetchesOnceForEverybodyWhoWaits) {
  make();
  takes_ = 2s;
  std::optional<std::string> got[5];
  for (auto& each : got) spawn(run(Deadline::never(), token_, each));
  pass(1s);
  for (const auto& each : got) EXPECT_FALSE(each);
  pass(1s);
  for (const auto& each : got) EXPECT_EQ(each, "token 1");
  EXPECT_EQ(now(), "token 1");
  EXPECT_EQ(fetches_, 1);
}

TEST_F(RefreshingTest, RenewsBeforeExpiryWhileRequestsGoOnWithTheOldOnes) {
  make(600s);
  EXPECT_EQ(now(), "token 1");
  takes_ = 5s;
  pass(2999s);
  EXPECT_EQ(fetches_, 1);
  pass(3s);
  EXPECT_EQ(fetches_, 2) << "ten minutes before the end of the hour";
  EXPECT_EQ(now(), "token 1") << "nobody waits for the fetch that runs";
  pass(5s);
  EXPECT_EQ(now(), "token 2");
  EXPECT_EQ(most_running_, 1);
}

TEST_F(RefreshingTest, RenewsShortLivedOnesAtHalfTheirLife) {
  make(600s);
  life_ = 100s;
  EXPECT_EQ(now(), "token 1");
  pass(49s);
  EXPECT_EQ(fetches_, 1);
  pass(2s);
  EXPECT_EQ(fetches_, 2);
}

TEST_F(RefreshingTest, DoesNotFetchWithoutPauseWhenTheIssuerKeepsGivingTheSameShortRest) {
  make(600s);
  life_ = 4s;
  EXPECT_EQ(now(), "token 1");
  pass(9s);
  EXPECT_EQ(fetches_, 1);
}

TEST_F(RefreshingTest, KeepsThoseWithoutExpiryForever) {
  make();
  life_ = std::nullopt;
  EXPECT_EQ(now(), "token 1");
  pass(24h);
  EXPECT_EQ(now(), "token 1");
  EXPECT_EQ(fetches_, 1);
}

TEST_F(RefreshingTest, AnIssuerThatFailsForAWhileIsNotNoticedByRequests) {
  make(600s);
  EXPECT_EQ(now(), "token 1");
  broken_ = true;
  pass(3010s);
  EXPECT_EQ(logged_, "broken");
  EXPECT_EQ(now(), "token 1");
  broken_ = false;
  pass(61s);
  EXPECT_EQ(now(), "token " + std::to_string(fetches_));
  EXPECT_GT(fetches_, 2);
  EXPECT_LT(fetches_, 10) << "with growing pauses";
}

TEST_F(RefreshingTest, ExpiredOnesAreNotGivenOutAndAFailureIsTheAnswerForASecond) {
  make(600s);
  EXPECT_EQ(now(), "token 1");
  broken_ = true;
  pass(3595s);
  const int before = fetches_;
  pass(1500ms);
  EXPECT_EQ(now(), "upstream_unavailable broken");
  const int asked = fetches_;
  EXPECT_LE(asked, before + 2);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(now(), "upstream_unavailable broken");
  EXPECT_EQ(fetches_, asked) << "a burst of requests is not a burst of fetches";
  broken_ = false;
  pass(1100ms);
  EXPECT_EQ(now(), "token " + std::to_string(fetches_));
}

TEST_F(RefreshingTest, RefusesCredentialsThatComeExpired) {
  make();
  life_ = -1s;
  EXPECT_EQ(now(), "upstream_unavailable they had expired when they came");
}

TEST_F(RefreshingTest, WaitsNoLongerThanTheDeadlineOrTheToken) {
  make();
  takes_ = 60s;
  std::optional<std::string> late, left;
  CancelToken token;
  spawn(run(Deadline(loop_.now() + 1s), token_, late));
  spawn(run(Deadline::never(), token, left));
  pass(500ms);
  EXPECT_FALSE(late || left);
  token.cancel();
  EXPECT_EQ(left, "cancelled ");
  std::optional<std::string> gone;
  spawn(run(Deadline::never(), token, gone));
  EXPECT_EQ(gone, "cancelled ") << "a request whose client has left does not begin to wait";
  pass(600ms);
  EXPECT_EQ(late, "upstream_timeout ");
  pass(60s);
  EXPECT_EQ(now(), "token 1") << "the fetch went on for later requests";
}

TEST_F(RefreshingTest, WarmingFetchesBeforeAnybodyAsks) {
  make();
  refreshing_->warm();
  pass(1s);
  EXPECT_EQ(fetches_, 1);
  EXPECT_EQ(now(), "token 1");
  EXPECT_EQ(fetches_, 1);
}

TEST_F(RefreshingTest, DestroyingItReleasesThoseWhoWait) {
  make();
  takes_ = 60s;
  std::optional<std::string> got;
  spawn(run(Deadline::never(), token_, got));
  pass(1s);
  refreshing_.reset();
  pass(1s);
  EXPECT_EQ(got, "cancelled ");
  EXPECT_EQ(now(), "cancelled ") << "and nothing starts anew";
  pass(60s);
  EXPECT_EQ(running_, 0);
}

TEST(Refreshing, ServesLoopsOnOtherThreadsFromOneFetch) {
  const SystemClock clock;
  net::EventLoop home(clock);
  std::atomic<int> fetches = 0;
  const auto issue = [&](CancelToken&) -> Task<Result<Credentials>> {
    ++fetches;
    co_await home.sleep(20ms);
    co_return Credentials{.bearer = "token", .keys = {}, .expires = clock.wall() + 1h};
  };
  Refreshing refreshing(home, issue, {});
  std::atomic<int> good = 0, done = 0;
  const auto user = [&] {
    net::EventLoop here(clock);
    const auto source = refreshing.on(here);
    std::atomic<bool> finished = false;
    const auto ask = [](CredentialSource& from, std::atomic<int>& count, std::atomic<bool>& end) -> Task<void> {
      CancelToken token;
      for (int i = 0; i < 100; ++i) {
        const auto got = co_await from.get(Deadline::never(), token);
        if (got && (*got)->bearer == "token") ++count;
      }
      end = true;
    };
    spawn(ask(*source, good, finished));
    while (!finished) here.run_once(1ms);
    ++done;
    while (done < 3) here.run_once(1ms);
  };
  {
    std::jthread threads[] = {std::jthread(user), std::jthread(user), std::jthread(user)};
    while (done < 3) home.run_once(1ms);
  }
  EXPECT_EQ(good, 300);
  EXPECT_EQ(fetches, 1);
}

}  // namespace
}  // namespace switchyard::credentials
