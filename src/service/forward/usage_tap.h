#pragma once
/// \file
/// Reads the usage out of an answer that passes by, without holding it: what stands near its beginning or its end.
/// Embeddings are megabytes of numbers with the usage behind them; event streams tell it in their last events. Pure.

#include <cstddef>
#include <string>
#include <string_view>

#include "domain/usage.h"

namespace switchyard::forward {

/// One answer; fed with its bytes in order, cut anywhere.
class UsageTap {
 public:
  /// A usage object has some 300 bytes; what follows it (ids, names, an event's end) is shorter than this.
  static constexpr std::size_t kWindowBytes = 4 * 1024;

  void feed(std::string_view bytes);
  /// The last usage that was told: OpenAI's prompt_tokens and completion_tokens, or input_tokens and output_tokens, or
  /// total_tokens alone. False if there was none.
  bool usage(Usage& out) const;

 private:
  std::string head_, tail_;  ///< At most one window, and at most three while it is fed.
  bool gap_ = false;         ///< Something between the two was dropped.
};

}  // namespace switchyard::forward
