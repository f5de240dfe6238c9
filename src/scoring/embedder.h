#pragma once
/// \file
/// Text to vectors. The static embedder adds up a learned vector for every hashed word and pair of neighbouring words:
/// no transformer, a few microseconds.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "scoring/npy.h"

namespace switchyard::scoring {

/// Safe to call from several threads.
class Embedder {
 public:
  virtual ~Embedder() = default;
  [[nodiscard]] virtual std::size_t dimension() const = 0;
  /// Names what the vectors mean; an artifact trained with another identity does not fit.
  [[nodiscard]] virtual std::string_view identity() const = 0;
  /// Fills `out` (of `dimension()`) with a vector of length 1, or of zeros if the text says nothing known.
  virtual void embed(std::string_view text, std::span<float> out) const = 0;
};

class StaticEmbedder final : public Embedder {
 public:
  static constexpr std::size_t kDimensionMax = 256;
  /// `weights`: [buckets, dimension] with buckets a power of two and a dimension of at most `kDimensionMax` (multiples
  /// of 64 are summed fastest). Views what it is given.
  StaticEmbedder(Matrix<std::int8_t> weights, std::string identity);
  [[nodiscard]] std::size_t dimension() const override { return weights_.columns; }
  [[nodiscard]] std::string_view identity() const override { return identity_; }
  void embed(std::string_view text, std::span<float> out) const override;

 private:
  using Sum = void (*)(const Matrix<std::int8_t>& weights, std::span<const std::uint32_t> rows, std::int32_t* sums);

  /// Adds up the weights of all features of `text`.
  void sum_features(std::string_view text, std::int32_t* sums) const;

  Matrix<std::int8_t> weights_;
  std::uint32_t mask_;
  std::string identity_;
  Sum sum_;  ///< For this processor and this dimension.
  bool has_blocks_;
};

namespace detail {
constexpr std::uint8_t kEnds = 0;   ///< Ends a word and says nothing.
constexpr std::uint8_t kAlone = 1;  ///< A visible character that is a word of its own.
constexpr std::uint8_t kWide =
    2;  ///< 0xe3 to 0xed: with the next two bytes one character of Chinese, Japanese or Korean.
/// What a byte is to the splitter: one of the above, else the byte to hash (lower case).
extern const std::array<std::uint8_t, 256> kWordBytes;

constexpr std::uint32_t mixed(std::uint32_t h) {
  h ^= h >> 16;
  h *= 0x7feb352d;
  h ^= h >> 15;
  h *= 0x846ca68b;
  h ^= h >> 16;
  return h;
}
}  // namespace detail

/// Calls `see(hash)` for every feature of a text: each word (letters and digits, lower case; every other visible
/// character alone; characters of scripts without blanks singly) and each pair of neighbours. Trained weights depend on
/// every bit of this: a change makes all artifacts void.
template <class See>
void for_each_feature(std::string_view text, See&& see) {
  constexpr std::uint32_t kOffset = 0x811c9dc5, kPrime = 0x01000193;  // FNV-1a, 32 bits.
  std::uint32_t before = 0;
  const auto word = [&](std::uint32_t h) {
    see(detail::mixed(h));
    if (before != 0) see(detail::mixed(before * 31 + h + 0x9e3779b9));
    before = h;
  };
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  const auto* begin = at;  // Of the open word.
  std::uint32_t h = kOffset;
  while (at != end) {
    std::uint8_t byte = detail::kWordBytes[*at];
    // Most bytes are letters of a word: a loop with nothing else in it.
    while (byte > detail::kWide) {
      h = (h ^ byte) * kPrime;
      if (++at == end) return word(h);
      byte = detail::kWordBytes[*at];
    }
    const unsigned char raw = *at++;
    bool inside = at - 1 != begin;
    if (byte == detail::kWide) {
      h = (h ^ raw) * kPrime;
      if (end - at < 2) continue;
      h = (h ^ at[0]) * kPrime;
      h = (h ^ at[1]) * kPrime;
      at += 2;
      inside = true;
    }
    if (inside) word(h);
    h = kOffset;
    begin = at;
    if (byte == detail::kAlone) word((kOffset ^ raw) * kPrime);
  }
  if (begin != end) word(h);
}

}  // namespace switchyard::scoring
