#pragma once
/// \file
/// Time as a constructor argument, so that a test can move it by hand.

#include <chrono>

namespace switchyard {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

/// Source of both times. Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual SteadyTime now() const = 0;  ///< For durations and deadlines.
  [[nodiscard]] virtual WallTime wall() const = 0;   ///< For records; may jump.
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] WallTime wall() const override { return std::chrono::system_clock::now(); }
};

/// A clock that stands still until a test moves it. Not thread-safe.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime now() const override { return SteadyTime{} + std::chrono::hours(1) + elapsed_; }
  [[nodiscard]] WallTime wall() const override { return WallTime{} + std::chrono::hours(24 * 365 * 56) + elapsed_; }
  void advance(std::chrono::nanoseconds by) { elapsed_ += std::chrono::duration_cast<WallTime::duration>(by); }

 private:
  WallTime::duration elapsed_{};
};

/// The one point in time by which a request must be done; travels by value through every layer.
class Deadline {
 public:
  explicit Deadline(SteadyTime at) : at_(at) {}
  static Deadline never() { return Deadline(SteadyTime::max()); }
  [[nodiscard]] SteadyTime at() const { return at_; }
  [[nodiscard]] bool reached(SteadyTime now) const { return now >= at_; }

 private:
  SteadyTime at_;
};

}  // namespace switchyard
