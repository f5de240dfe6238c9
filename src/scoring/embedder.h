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
  /// `weights`: [buckets, dimension] with buckets a power of two. Views what it is given.
  StaticEmbedder(Matrix<std::int8_t> weights, std::string identity);
  [[nodiscard]] std::size_t dimension() const override { return weights_.columns; }
  [[nodiscard]] std::string_view identity() const override { return identity_; }
  void embed(std::string_view text, std::span<float> out) const override;

 private:
  Matrix<std::int8_t> weights_;
  std::uint32_t mask_;
  std::string identity_;
};

namespace detail {
/// What a byte is to the splitter: 0 ends a word, 1 stands alone, else the byte to hash (lower case).
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

/// Calls `see(hash)` for every feature of a text: each word (letters and digits, lower case; every other visible character
/// alone; characters of scripts without blanks singly) and each pair of neighbours.
template <class See>
void for_each_feature(std::string_view text, See&& see) {
  constexpr std::uint32_t kOffset = 0x811c9dc5, kPrime = 0x01000193;  // FNV-1a, 32 bits.
  std::uint32_t before = 0;
  const auto word = [&](std::uint32_t h) {
    see(detail::mixed(h));
    if (before != 0) see(detail::mixed(before * 31 + h + 0x9e3779b9));
    before = h;
  };
  std::uint32_t h = kOffset;
  bool inside = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto raw = static_cast<unsigned char>(text[at]);
    const std::uint8_t byte = detail::kWordBytes[raw];
    if (byte > 1) {
      h = (h ^ byte) * kPrime;
      inside = true;
      // Three bytes of UTF-8 from 0xe3 to 0xed are one character of Chinese, Japanese or Korean.
      if (raw < 0xe3 || raw > 0xed || at + 2 >= text.size()) continue;
      h = (h ^ static_cast<unsigned char>(text[at + 1])) * kPrime;
      h = (h ^ static_cast<unsigned char>(text[at + 2])) * kPrime;
      at += 2;
    }
    if (inside) word(h);
    h = kOffset;
    inside = false;
    if (byte == 1) word((kOffset ^ raw) * kPrime);
  }
  if (inside) word(h);
}

}  // namespace switchyard::scoring
