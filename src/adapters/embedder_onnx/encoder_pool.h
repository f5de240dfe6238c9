#pragma once
/// \file
/// Serves an encoder to many callers at once: threads of its own, a bounded queue, a deadline for every text, what
/// waits together is encoded together, and vectors of recent texts are kept.

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "scoring/encoder.h"

namespace switchyard::embedder_onnx {

struct PoolSettings {
  std::size_t threads = 1;
  /// Texts that may wait. At 8 ms each the last of 64 has waited half a second: more would only time out.
  std::size_t queue_max = 64;
  std::size_t batch_max = 8;    ///< Texts taken from the queue at once.
  std::size_t kept_max = 4096;  ///< Vectors of recent texts: 6 MiB at 384 dimensions.
};

struct PoolCounts {
  std::uint64_t kept = 0;     ///< Answered from what was kept.
  std::uint64_t encoded = 0;  ///< Encoded, in `batches` runs.
  std::uint64_t batches = 0;
  std::uint64_t refused = 0;  ///< The queue was full.
  std::uint64_t late = 0;     ///< Not begun before the deadline.
};

/// Safe to call from several threads. Its end waits for the run that is under way; texts that wait then fail.
class EncoderPool {
 public:
  using Vector = std::vector<float>;
  /// Called once, on the caller's thread or on one of the pool's.
  using Done = std::function<void(Result<Vector>)>;

  /// `encoder` and `clock` outlive the pool.
  EncoderPool(const scoring::Encoder& encoder, const Clock& clock, PoolSettings settings = {});
  ~EncoderPool();
  EncoderPool(const EncoderPool&) = delete;
  EncoderPool& operator=(const EncoderPool&) = delete;

  /// Errors (given to `done`): kUnavailable if the queue is full, the deadline passes before the text's turn, or the
  /// encoder fails.
  void submit(std::string text, Deadline deadline, Done done);
  /// Waits, at most until the deadline.
  Result<Vector> embed(std::string text, Deadline deadline);
  [[nodiscard]] PoolCounts counts() const;

 private:
  using Key = std::array<std::uint8_t, 32>;  ///< SHA-256 of the text.
  struct Job {
    std::string text;
    Key key;
    Deadline deadline;
    Done done;
  };
  void work();
  void encode(std::vector<Job>& batch);
  void keep(const Key& key, const Vector& vector);

  const scoring::Encoder& encoder_;
  const Clock& clock_;
  const PoolSettings settings_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  bool stopping_ = false;
  std::deque<Job> queue_;
  std::list<std::pair<Key, Vector>> kept_;  ///< Latest use first.
  std::map<Key, std::list<std::pair<Key, Vector>>::iterator> places_;
  PoolCounts counts_;
  std::vector<std::jthread> threads_;
};

}  // namespace switchyard::embedder_onnx
