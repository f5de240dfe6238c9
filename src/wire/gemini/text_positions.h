#pragma once
/// \file
/// Places in an answer's text. Gemini counts bytes of UTF-8, the other dialects count characters.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace switchyard::wire::gemini {

/// Grows with the answer. Beyond `kTextBytesMax` it keeps nothing more and no longer answers.
class TextPositions {
 public:
  /// Above any answer that models write today (64 thousand tokens), so that a stream without end holds no more.
  static constexpr std::size_t kTextBytesMax = 4u << 20;

  /// `escaped` is the inside of a JSON string.
  void append(std::string_view escaped);
  [[nodiscard]] std::size_t bytes() const { return text_.size(); }

  /// The character that begins at or holds byte `at`, or -1 if `at` lies outside of the text.
  [[nodiscard]] std::int64_t char_at(std::int64_t byte) const;
  /// The byte at which character `at` begins, or -1.
  [[nodiscard]] std::int64_t byte_at(std::int64_t character) const;
  /// The text between two bytes; empty if they do not lie in it.
  [[nodiscard]] std::string_view between(std::int64_t begin, std::int64_t end) const;

 private:
  std::string text_;
  std::vector<std::size_t> marks_;  ///< Characters before every kStride-th byte.
  std::size_t chars_ = 0;
  bool full_ = false;
};

}  // namespace switchyard::wire::gemini
