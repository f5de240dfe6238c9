#pragma once
/// \file
/// The parts of a text that say what it is about, as row numbers of a table: words, the first letters of long words, and
/// pairs of neighbours. One pass, no allocation. Letters lose their case and digits their value, so that "In 1987" and
/// "in 2024" are the same; a run of punctuation is a word of its own, and so is every character of three or four UTF-8
/// bytes, since Chinese or Japanese sets no blanks.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace switchyard::scoring {

/// Only this many last bytes of a text are read: recent words say most about what is asked now.
constexpr std::size_t kTextBytesMax = 2048;

/// Reads texts into a buffer of its own; reuse it. One thread.
class TextFeatures {
 public:
  /// Row 0 belongs to every text. Word rows fill the first half of the table, pairs the second half.
  static constexpr std::uint32_t kEveryText = 0;

  /// The rows of the tail of `text` in a table of `rows` rows (a power of two, at least 4), with repetitions, in order.
  /// Valid until the next call.
  std::span<const std::uint32_t> read(std::string_view text, std::uint32_t rows);

 private:
  static constexpr std::size_t kBlock = 64;
  /// A word gives up to three rows and no word is shorter than one byte.
  std::array<std::uint32_t, 3 * kTextBytesMax + 1> found_;
  /// The lowered text; words are loaded eight bytes at a time, so some bytes behind the end are readable.
  std::array<char, kTextBytesMax + 2 * kBlock> lowered_;
};

}  // namespace switchyard::scoring
