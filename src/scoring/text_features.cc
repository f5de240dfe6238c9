#include "scoring/text_features.h"

#include <emmintrin.h>

#include <bit>
#include <cstring>

namespace switchyard::scoring {
namespace {

/// Which of 64 bytes belong to which class, one bit a byte, the first byte lowest.
struct Classes {
  std::uint64_t word = 0;    ///< ASCII letter, digit or underscore, or any byte of a longer character.
  std::uint64_t blank = 0;   ///< Blank or control character.
  std::uint64_t three = 0;   ///< First byte of a character of three bytes.
  std::uint64_t four = 0;    ///< First byte of a character of four bytes.
};

__m128i between(__m128i bytes, char low, char high) {
  return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(low - 1))),
                       _mm_cmpgt_epi8(_mm_set1_epi8(static_cast<char>(high + 1)), bytes));
}
std::uint64_t bits(__m128i mask) { return static_cast<unsigned>(_mm_movemask_epi8(mask)); }

/// Classifies 64 bytes and writes them lowered, digits as '0'. Comparisons are signed: bytes from 0x80 are negative.
Classes classify(const char* text, char* lowered) {
  Classes all;
  for (int part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 16 * part));
    const __m128i upper = between(bytes, 'A', 'Z');
    const __m128i low = _mm_or_si128(bytes, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
    const __m128i digit = between(bytes, '0', '9');
    const __m128i folded = _mm_or_si128(_mm_andnot_si128(digit, low), _mm_and_si128(digit, _mm_set1_epi8('0')));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(lowered + 16 * part), folded);

    const __m128i ascii_word = _mm_or_si128(_mm_or_si128(between(low, 'a', 'z'), digit),
                                            _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')));
    const std::uint64_t longer = bits(bytes);
    const std::uint64_t from_e0 = bits(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(0xdf)))) & longer;
    const std::uint64_t from_f0 = bits(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(0xef)))) & longer;
    const int shift = 16 * part;
    all.word |= (bits(ascii_word) | longer) << shift;
    all.blank |= (bits(_mm_cmplt_epi8(bytes, _mm_set1_epi8('!'))) & ~longer) << shift;
    all.three |= (from_e0 & ~from_f0) << shift;
    all.four |= from_f0 << shift;
  }
  return all;
}

/// Bits moved up by `count`, filled with the top bits of the block before.
std::uint64_t shifted(std::uint64_t now, std::uint64_t before, int count) {
  return now << count | before >> (64 - count);
}

constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio: spreads neighbouring values.
constexpr std::uint64_t kPrefixSalt = 0xd6e8feb86659fd93;
constexpr std::size_t kPrefixBytes = 5;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * kMultiplier;
  return hash ^ hash >> 32;
}

std::uint64_t load8(const char* p) {
  std::uint64_t value;
  std::memcpy(&value, p, sizeof value);
  return value;
}
std::uint64_t low_bytes(std::uint64_t value, std::size_t count) { return value & ~std::uint64_t{0} >> (64 - 8 * count); }

std::uint64_t hash_word(const char* p, std::size_t length) {
  std::uint64_t hash = length;
  for (; length > 8; length -= 8, p += 8) hash = mix(hash, load8(p));
  return mix(hash, low_bytes(load8(p), length));
}

/// Turns words into rows, remembering the word before for the pairs.
class Rows {
 public:
  Rows(std::uint32_t rows, std::uint32_t* out)
      : shift_(64 - (std::countr_zero(rows) - 1)), pairs_(rows / 2), begin_(out), out_(out) {
    *out_++ = TextFeatures::kEveryText;
  }
  void add(const char* word, std::size_t length) {
    const std::uint64_t hash = hash_word(word, length);
    *out_++ = row(hash);
    if (length > kPrefixBytes) *out_++ = row(mix(kPrefixSalt, low_bytes(load8(word), kPrefixBytes)));
    if (previous_ != 0) *out_++ = pairs_ + row(mix(previous_, hash));
    previous_ = std::rotl(hash, 23);
  }
  [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(out_ - begin_); }

 private:
  [[nodiscard]] std::uint32_t row(std::uint64_t hash) const {
    return static_cast<std::uint32_t>(hash * kMultiplier >> shift_);
  }
  int shift_;
  std::uint32_t pairs_;
  std::uint32_t* begin_;
  std::uint32_t* out_;
  std::uint64_t previous_ = 0;
};

}  // namespace

std::span<const std::uint32_t> TextFeatures::read(std::string_view text, std::uint32_t rows) {
  if (text.size() > kTextBytesMax) text.remove_prefix(text.size() - kTextBytesMax);
  Rows out(rows, found_.data());
  constexpr std::size_t kNone = ~std::size_t{0};
  std::size_t begin = kNone;  // Where the open word begins.
  Classes before;
  std::uint64_t punctuation_before = 0;
  before.blank = ~std::uint64_t{0};
  // One block more than the text fills, all blank, ends the last word.
  for (std::size_t at = 0; at <= text.size(); at += kBlock) {
    Classes now;
    if (at + kBlock <= text.size()) {
      now = classify(text.data() + at, lowered_.data() + at);
    } else {
      char padded[kBlock];
      std::memset(padded, ' ', kBlock);
      std::memcpy(padded, text.data() + at, text.size() - at);
      now = classify(padded, lowered_.data() + at);
    }
    const std::uint64_t punctuation = ~(now.word | now.blank);
    const std::uint64_t behind_wide = shifted(now.three, before.three, 3) | shifted(now.four, before.four, 4);
    const std::uint64_t starts = (now.word & ~shifted(now.word, before.word, 1)) |
                                 (punctuation & ~shifted(punctuation, punctuation_before, 1)) | now.three | now.four |
                                 (now.word & behind_wide);
    std::uint64_t edges = starts | (now.blank & ~shifted(now.blank, before.blank, 1));
    for (; edges != 0; edges &= edges - 1) {
      const int bit = std::countr_zero(edges);
      const std::size_t position = at + static_cast<std::size_t>(bit);
      if (begin != kNone) out.add(lowered_.data() + begin, position - begin);
      begin = starts >> bit & 1 ? position : kNone;
    }
    before = now;
    punctuation_before = punctuation;
  }
  return {found_.data(), out.count()};
}

}  // namespace switchyard::scoring
