#include "base/task.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace switchyard {
namespace {

Task<int> half(int n) { co_return n / 2; }
Task<std::string> joined() {
  const int a = co_await half(10);
  const int b = co_await half(a);
  co_return std::to_string(a) + "," + std::to_string(b);
}
Task<void> thrower() {
  throw std::runtime_error("broken");
  co_return;
}

TEST(Task, ReturnsTheValueOfNestedTasks) {
  std::string got;
  spawn([](std::string& out) -> Task<void> { out = co_await joined(); }(got));
  EXPECT_EQ(got, "5,2");
}

TEST(Task, CarriesAnExceptionToItsAwaiter) {
  std::string got;
  spawn([](std::string& out) -> Task<void> {
    try {
      co_await thrower();
    } catch (const std::runtime_error& e) {
      out = e.what();
    }
  }(got));
  EXPECT_EQ(got, "broken");
}

// A loop that awaits tasks which finish at once must not grow the stack.
TEST(Task, RunsAMillionFinishedTasksInALoop) {
  long sum = 0;
  spawn([](long& out) -> Task<void> {
    for (int i = 0; i < 1'000'000; ++i) out += co_await half(2);
  }(sum));
  EXPECT_EQ(sum, 1'000'000);
}

TEST(Task, DestroysATaskThatWasNeverAwaited) {
  const Task<int> unused = half(4);
  SUCCEED();
}

}  // namespace
}  // namespace switchyard
