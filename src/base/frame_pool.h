#pragma once
/// \file
/// Memory of coroutine frames, and of objects as large. A request makes some fifteen of them, in sizes that the next
/// request asks for again, and many are larger than what malloc hands out quickly: blocks that were given back are
/// kept, for this thread, by size.

#include <array>
#include <cstddef>
#include <new>

namespace switchyard {

class FramePool {
 public:
  constexpr FramePool() = default;
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;
  /// The calling thread's.
  static FramePool& here() { return here_; }

  void* take(std::size_t size) {
    const std::size_t step = (size + kStep - 1) / kStep;
    if (step >= kSteps || kept_[step] == nullptr) return fresh(step * kStep);
    Block* const block = kept_[step];
    kept_[step] = block->next;
    --counts_[step];
    return block;
  }
  /// `size` as it was asked for, on whichever thread.
  void give(void* memory, std::size_t size) {
    const std::size_t step = (size + kStep - 1) / kStep;
    if (step >= kSteps || counts_[step] >= kKeptMax || !open_) return give_first(memory, step);
    ++counts_[step];
    kept_[step] = new (memory) Block{kept_[step]};
  }
  /// Blocks that are kept for frames of `size`.
  [[nodiscard]] std::size_t kept(std::size_t size) const { return counts_[(size + kStep - 1) / kStep]; }

  static constexpr std::size_t kStep = 64;     ///< Sizes are rounded up to multiples of it: a cache line.
  static constexpr std::size_t kSteps = 65;    ///< Frames above 4 KiB are rare.
  static constexpr std::size_t kKeptMax = 16;  ///< Of one size: as many as requests end in one turn of a busy loop.

 private:
  struct Block {
    Block* next;
  };
  /// Gives the kept blocks back when the thread ends.
  struct Closer {
    ~Closer();
  };

  static void* fresh(std::size_t size);
  void give_first(void* memory, std::size_t step);

  // Plain data, so that reaching it costs no check whether it has been made.
  std::array<Block*, kSteps> kept_{};
  std::array<unsigned char, kSteps> counts_{};
  bool open_ = false;  ///< Whether a `Closer` stands behind the thread's end.
  bool closed_ = false;

  static thread_local constinit FramePool here_;
};

inline thread_local constinit FramePool FramePool::here_;

/// Base of objects that a request makes one of, and that are too large for malloc's quick ways.
struct Pooled {
  static void* operator new(std::size_t size) { return FramePool::here().take(size); }
  static void operator delete(void* memory, std::size_t size) { FramePool::here().give(memory, size); }
};

}  // namespace switchyard
