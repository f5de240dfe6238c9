#include "base/frame_pool.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/task.h"

namespace switchyard {
namespace {

#if __has_feature(address_sanitizer)
constexpr bool kKeeps = false;
#else
constexpr bool kKeeps = true;
#endif

TEST(FramePool, HandsOutWhatWasGivenBackForFramesOfTheSameSize) {
  FramePool& pool = FramePool::here();
  void* const first = pool.take(500);
  pool.give(first, 500);
  EXPECT_EQ(pool.kept(500), kKeeps ? 1u : 0u);
  void* const same = pool.take(512);  // Rounded up, the same size.
  if (kKeeps) EXPECT_EQ(same, first);
  EXPECT_EQ(pool.kept(500), 0u);
  void* const other = pool.take(512);
  EXPECT_NE(other, same);
  pool.give(same, 512);
  pool.give(other, 512);
}

TEST(FramePool, KeepsNoMoreThanABusyLoopNeeds) {
  FramePool& pool = FramePool::here();
  std::vector<void*> frames;
  for (std::size_t i = 0; i < 4 * FramePool::kKeptMax; ++i) frames.push_back(pool.take(1000));
  for (void* const frame : frames) pool.give(frame, 1000);
  EXPECT_EQ(pool.kept(1000), kKeeps ? FramePool::kKeptMax : 0);
  for (const std::size_t size : {FramePool::kStep * FramePool::kSteps, std::size_t{1} << 20}) {
    pool.give(pool.take(size), size);  // Too large to be kept; the sanitizer would see a leak.
  }
}

TEST(FramePool, TakesFramesThatEndOnAnotherThread) {
  void* const frame = FramePool::here().take(200);
  std::thread([frame] {
    FramePool::here().give(frame, 200);
    EXPECT_EQ(FramePool::here().kept(200), kKeeps ? 1u : 0u);
  }).join();  // The thread's pool goes with it; the sanitizer would see a leak.
}

Task<int> deep(int n) { co_return n == 0 ? 0 : 1 + co_await deep(n - 1); }

TEST(FramePool, ServesTasksInsideTasks) {
  for (int round = 0; round < 3; ++round) {
    int depth = 0;
    spawn([](int& out) -> Task<void> { out = co_await deep(100); }(depth));
    EXPECT_EQ(depth, 100);
  }
}

}  // namespace
}  // namespace switchyard
