#include "adapters/embedder_onnx/encoder_pool.h"

#include <algorithm>
#include <future>

#include "base/sha256.h"

namespace switchyard::embedder_onnx {
namespace {

std::unexpected<Error> unavailable(const char* what) {
  return fail(ErrorKind::kUnavailable, std::string("embedding: ") + what, {}, Retry::kSameUpstreamLater);
}

}  // namespace

EncoderPool::EncoderPool(const scoring::Encoder& encoder, const Clock& clock, PoolSettings settings)
    : encoder_(encoder), clock_(clock), settings_(settings) {
  for (std::size_t i = 0; i < std::max<std::size_t>(settings_.threads, 1); ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

EncoderPool::~EncoderPool() {
  std::deque<Job> left;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    left.swap(queue_);
  }
  arrived_.notify_all();
  for (Job& job : left) job.done(unavailable("shutting down"));
  threads_.clear();
}

void EncoderPool::submit(std::string text, Deadline deadline, Done done) {
  Job job{.text = std::move(text), .key = {}, .deadline = deadline, .done = std::move(done)};
  job.key = sha256(job.text);
  std::optional<Vector> known;
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = places_.find(job.key); at != places_.end()) {
      kept_.splice(kept_.begin(), kept_, at->second);
      known = at->second->second;
      ++counts_.kept;
    } else if (queue_.size() >= settings_.queue_max || stopping_) {
      full = true;
      ++counts_.refused;
    } else {
      queue_.push_back(std::move(job));
    }
  }
  // The callback runs outside the lock: it may submit the next text.
  if (known) return job.done(*std::move(known));
  if (full) return job.done(unavailable("too many texts wait"));
  arrived_.notify_one();
}

Result<EncoderPool::Vector> EncoderPool::embed(std::string text, Deadline deadline) {
  const auto promise = std::make_shared<std::promise<Result<Vector>>>();
  auto answer = promise->get_future();
  submit(std::move(text), deadline, [promise](Result<Vector> vector) { promise->set_value(std::move(vector)); });
  if (deadline.at() == SteadyTime::max()) return answer.get();
  if (answer.wait_for(deadline.at() - clock_.now()) != std::future_status::ready) return unavailable("took too long");
  return answer.get();
}

PoolCounts EncoderPool::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void EncoderPool::work() {
  std::vector<Job> batch;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      while (!queue_.empty() && batch.size() < settings_.batch_max) {
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    encode(batch);
    batch.clear();
  }
}

void EncoderPool::encode(std::vector<Job>& batch) {
  const SteadyTime now = clock_.now();
  std::vector<Job> in_time, late;
  std::vector<std::string_view> texts;
  for (Job& job : batch) (job.deadline.reached(now) ? late : in_time).push_back(std::move(job));
  for (const Job& job : in_time) texts.push_back(job.text);
  auto vectors = texts.empty() ? Result<Vector>() : encoder_.encode(texts);
  {
    const std::lock_guard lock(mutex_);
    counts_.late += late.size();
    if (!texts.empty()) ++counts_.batches;
    counts_.encoded += texts.size();
  }
  const std::size_t dimension = encoder_.dimension();
  for (std::size_t i = 0; i < in_time.size(); ++i) {
    if (!vectors) {
      in_time[i].done(std::unexpected(vectors.error()));
      continue;
    }
    const auto row = vectors->begin() + static_cast<std::ptrdiff_t>(i * dimension);
    Vector vector(row, row + static_cast<std::ptrdiff_t>(dimension));
    keep(in_time[i].key, vector);
    in_time[i].done(std::move(vector));
  }
  for (Job& job : late) job.done(unavailable("took too long"));
}

void EncoderPool::keep(const Key& key, const Vector& vector) {
  const std::lock_guard lock(mutex_);
  if (settings_.kept_max == 0 || places_.contains(key)) return;
  if (kept_.size() >= settings_.kept_max) {
    places_.erase(kept_.back().first);
    kept_.pop_back();
  }
  kept_.emplace_front(key, vector);
  places_.emplace(key, kept_.begin());
}

}  // namespace switchyard::embedder_onnx
