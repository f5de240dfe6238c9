#include "adapters/embedder_onnx/encoder_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <semaphore>

namespace switchyard::embedder_onnx {
namespace {

using namespace std::chrono_literals;

/// The vector of a text is its length. Waits at a gate, so that a test decides when a run ends.
class LengthEncoder final : public scoring::Encoder {
 public:
  [[nodiscard]] std::size_t dimension() const override { return 1; }
  [[nodiscard]] std::string_view identity() const override { return "length"; }
  [[nodiscard]] Result<std::vector<float>> encode(std::span<const std::string_view> texts) const override {
    ++runs;
    running.release();
    gate.acquire();
    std::vector<float> out;
    for (const std::string_view text : texts) {
      if (text == "bad") return fail(ErrorKind::kUnavailable, "no");
      out.push_back(static_cast<float>(text.size()));
    }
    return out;
  }
  mutable std::atomic<int> runs = 0;
  mutable std::counting_semaphore<1000> running{0}, gate{0};
};

class EncoderPoolTest : public testing::Test {
 protected:
  std::future<Result<std::vector<float>>> submit(EncoderPool& pool, std::string text,
                                                 Deadline deadline = Deadline::never()) {
    auto promise = std::make_shared<std::promise<Result<std::vector<float>>>>();
    auto answer = promise->get_future();
    pool.submit(std::move(text), deadline, [promise](auto vector) { promise->set_value(std::move(vector)); });
    return answer;
  }
  /// Keeps the only thread at the gate.
  std::future<Result<std::vector<float>>> occupy(EncoderPool& pool) {
    auto answer = submit(pool, "first");
    encoder_.running.acquire();
    return answer;
  }

  SystemClock clock_;
  LengthEncoder encoder_;
};

TEST_F(EncoderPoolTest, TextsThatWaitTogetherAreEncodedTogether) {
  EncoderPool pool(encoder_, clock_, {.batch_max = 2});
  auto first = occupy(pool);
  auto a = submit(pool, "a"), bb = submit(pool, "bb"), ccc = submit(pool, "ccc");
  encoder_.gate.release(3);
  EXPECT_EQ(first.get().value(), std::vector<float>{5});
  EXPECT_EQ(a.get().value(), std::vector<float>{1});
  EXPECT_EQ(bb.get().value(), std::vector<float>{2});
  EXPECT_EQ(ccc.get().value(), std::vector<float>{3});
  EXPECT_EQ(pool.counts().batches, 3);
  EXPECT_EQ(pool.counts().encoded, 4);
}

TEST_F(EncoderPoolTest, AKnownTextIsNotEncodedAgainAndTheLeastRecentIsForgotten) {
  EncoderPool pool(encoder_, clock_, {.kept_max = 2});
  encoder_.gate.release(100);
  for (const char* text : {"a", "bb", "a", "ccc", "a", "bb"}) {
    EXPECT_EQ(pool.embed(text, Deadline::never()).value().front(), std::string_view(text).size());
  }
  EXPECT_EQ(encoder_.runs, 4);  // "bb" went when "ccc" came, since "a" had been used after it.
  EXPECT_EQ(pool.counts().kept, 2);
}

TEST_F(EncoderPoolTest, AFullQueueRefusesAtOnce) {
  EncoderPool pool(encoder_, clock_, {.queue_max = 1});
  auto first = occupy(pool), waits = submit(pool, "a");
  const auto refused = submit(pool, "bb").get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  encoder_.gate.release(100);
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(waits.get());
  EXPECT_EQ(pool.counts().refused, 1);
}

TEST_F(EncoderPoolTest, ATextWhoseDeadlinePassedWhileItWaitedIsNotEncoded) {
  EncoderPool pool(encoder_, clock_);
  auto first = occupy(pool), late = submit(pool, "a", Deadline(clock_.now() - 1ms)), next = submit(pool, "bb");
  encoder_.gate.release(100);
  EXPECT_TRUE(first.get());
  EXPECT_FALSE(late.get());
  EXPECT_TRUE(next.get());
  EXPECT_EQ(pool.counts().late, 1);
  EXPECT_EQ(pool.counts().encoded, 2);
}

TEST_F(EncoderPoolTest, AWaitEndsAtTheDeadlineEvenIfTheRunDoesNot) {
  EncoderPool pool(encoder_, clock_);
  const auto answer = pool.embed("a", Deadline(clock_.now() + 20ms));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
  encoder_.gate.release(100);
}

TEST_F(EncoderPoolTest, AFailureReachesEveryTextOfItsRunAndIsNotKept) {
  EncoderPool pool(encoder_, clock_);
  encoder_.gate.release(100);
  EXPECT_FALSE(pool.embed("bad", Deadline::never()));
  EXPECT_FALSE(pool.embed("bad", Deadline::never()));
  EXPECT_EQ(encoder_.runs, 2);
}

TEST_F(EncoderPoolTest, TextsThatStillWaitAtTheEndFail) {
  auto pool = std::make_unique<EncoderPool>(encoder_, clock_);
  auto first = occupy(*pool), waits = submit(*pool, "a");
  std::jthread opener([&] {
    waits.wait();
    encoder_.gate.release(100);
  });
  pool.reset();
  EXPECT_TRUE(first.get());
  opener.join();
  EXPECT_FALSE(waits.get());
}

}  // namespace
}  // namespace switchyard::embedder_onnx
