#include "net/event_loop.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/task.h"

namespace switchyard::net {
namespace {

using namespace std::chrono_literals;

class EventLoopTest : public testing::Test {
 protected:
  void advance(std::chrono::milliseconds by) {
    clock_.advance(by);
    loop_.run_once(0ms);
  }
  ManualClock clock_;
  EventLoop loop_{clock_};
};

TEST_F(EventLoopTest, RunsATimerWhenItsDeadlineHasPassedAndNotBefore) {
  int runs = 0;
  Timer timer(loop_, [&] { ++runs; });
  timer.arm_after(100ms);
  advance(99ms);
  EXPECT_EQ(runs, 0);
  advance(2ms);
  EXPECT_EQ(runs, 1);
  advance(500ms);
  EXPECT_EQ(runs, 1);
}

// Timeouts are longer than one round of the wheel and are pushed back with every request.
TEST_F(EventLoopTest, KeepsLongAndPushedBackDeadlines) {
  int runs = 0;
  Timer timer(loop_, [&] { ++runs; });
  timer.arm_after(60s);
  for (int i = 0; i < 20; ++i) {
    advance(5s);
    timer.arm_after(60s);
  }
  advance(59s);
  EXPECT_EQ(runs, 0);
  advance(2s);
  EXPECT_EQ(runs, 1);
}

TEST_F(EventLoopTest, MovesADeadlineForward) {
  int runs = 0;
  Timer timer(loop_, [&] { ++runs; });
  timer.arm_after(60s);
  timer.arm_after(10ms);
  advance(12ms);
  EXPECT_EQ(runs, 1);
}

TEST_F(EventLoopTest, HonoursCancelAndDisarm) {
  int runs = 0;
  Timer cancelled(loop_, [&] { ++runs; }), disarmed(loop_, [&] { ++runs; }), again(loop_, [&] { runs += 10; });
  cancelled.arm_after(5ms);
  disarmed.arm_after(5ms);
  again.arm_after(5ms);
  cancelled.cancel();
  disarmed.disarm();
  again.disarm();
  again.arm_after(8ms);
  advance(20ms);
  EXPECT_EQ(runs, 10);
}

TEST_F(EventLoopTest, LetsACallbackDestroyAnotherDueTimer) {
  int runs = 0;
  auto victim = std::make_unique<Timer>(loop_, [&] { ++runs; });
  Timer killer(loop_, [&] { victim.reset(); });
  killer.arm_after(10ms);  // Armed first, so run first.
  victim->arm_after(10ms);
  advance(15ms);
  EXPECT_EQ(runs, 0);
}

TEST_F(EventLoopTest, LetsACallbackPushBackAnotherDueTimer) {
  int runs = 0;
  Timer late(loop_, [&] { ++runs; });
  Timer pusher(loop_, [&] { late.arm_after(1s); });
  pusher.arm_after(10ms);
  late.arm_after(10ms);
  advance(15ms);
  EXPECT_EQ(runs, 0);
  advance(1100ms);
  EXPECT_EQ(runs, 1);
}

TEST_F(EventLoopTest, SurvivesAJumpOverManyRounds) {
  std::vector<int> order;
  Timer soon(loop_, [&] { order.push_back(1); }), later(loop_, [&] { order.push_back(2); });
  soon.arm_after(3ms);
  later.arm_after(2h);
  advance(1h);
  EXPECT_EQ(order, std::vector<int>{1});
  advance(2h);
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST_F(EventLoopTest, SleepsInCoroutines) {
  bool done = false;
  spawn([](EventLoop& loop, bool& out) -> Task<void> {
    co_await loop.sleep(50ms);
    out = true;
  }(loop_, done));
  advance(40ms);
  EXPECT_FALSE(done);
  advance(12ms);
  EXPECT_TRUE(done);
}

TEST(EventLoop, RunsPostedFunctionsFromOtherThreadsAndStops) {
  const SystemClock clock;
  EventLoop loop(clock);
  int sum = 0;
  std::thread other([&] {
    for (int i = 1; i <= 100; ++i) loop.post([&sum, i] { sum += i; });
    loop.post([&loop] { loop.stop(); });
  });
  loop.run();
  other.join();
  EXPECT_EQ(sum, 5050);
}

}  // namespace
}  // namespace switchyard::net
