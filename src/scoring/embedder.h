#pragma once
/// \file
/// A text as a direction in space: the seam between whoever makes vectors and the scorers that compare them.

#include <cstddef>
#include <span>
#include <string_view>

namespace switchyard::scoring {

/// Implementations are immutable and safe to call from any thread.
class Embedder {
 public:
  virtual ~Embedder() = default;

  /// How many numbers a vector has.
  [[nodiscard]] virtual std::size_t dimension() const = 0;

  /// Writes the vector of `text` (UTF-8) to `out`, which has `dimension()` elements. The vector has length 1, or is all
  /// zero if nothing in the text says anything. The same text gives the same bits on every machine.
  virtual void embed(std::string_view text, std::span<float> out) const = 0;

  /// Names the method and its shape. Vectors are comparable only if their identities are equal.
  [[nodiscard]] virtual std::string_view identity() const = 0;
};

}  // namespace switchyard::scoring
