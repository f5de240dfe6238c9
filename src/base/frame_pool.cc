#include "base/frame_pool.h"

namespace switchyard {

FramePool::Closer::~Closer() {
  FramePool& pool = FramePool::here();
  pool.open_ = false;
  pool.closed_ = true;
  for (std::size_t step = 0; step < kSteps; ++step) {
    while (pool.kept_[step] != nullptr) {
      Block* const block = pool.kept_[step];
      pool.kept_[step] = block->next;
      ::operator delete(block, step * kStep);
    }
    pool.counts_[step] = 0;
  }
}

void* FramePool::fresh(std::size_t size) { return ::operator new(size); }

void FramePool::give_first(void* memory, std::size_t step) {
#if !__has_feature(address_sanitizer)  // Which could not tell a frame's use after its end otherwise.
  if (!open_ && !closed_ && step < kSteps) {
    thread_local Closer closer;
    (void)&closer;
    open_ = true;
    return give(memory, step * kStep);
  }
#endif
  ::operator delete(memory, step * kStep);
}

}  // namespace switchyard
