#pragma once
/// \file
/// A model that turns texts into vectors in milliseconds rather than microseconds, several at a time, and that can fail:
/// a transformer in this process or a server's. (The static embedder, which does neither, is `Embedder`.)

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::scoring {

/// Safe to call from several threads.
class Encoder {
 public:
  virtual ~Encoder() = default;
  [[nodiscard]] virtual std::size_t dimension() const = 0;
  /// Names what the vectors mean; an artifact trained with another identity does not fit.
  [[nodiscard]] virtual std::string_view identity() const = 0;
  /// One row of `dimension()` a text, one behind the other, each of length 1 or of zeros if the text has no token.
  [[nodiscard]] virtual Result<std::vector<float>> encode(std::span<const std::string_view> texts) const = 0;
};

}  // namespace switchyard::scoring
