#include "scoring/tokenizer/unicode.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace switchyard::scoring::tokenizer {
namespace {

struct ClassStep {
  std::uint32_t first;  ///< Holds from here to the next step.
  std::uint8_t flags, combining_class;
};
struct LowerRange {
  std::uint32_t first, last;
  std::uint8_t step;
  std::int32_t difference;
};
struct Decomposition {
  std::uint32_t from;
  std::uint16_t offset;
  std::uint8_t length;
};
#include "scoring/tokenizer/unicode_tables.inc"

constexpr char32_t kReplacement = 0xfffd;
constexpr char32_t kDottedCapitalI = 0x130;

constexpr ClassStep find_class(char32_t c) {
  return *std::prev(std::ranges::upper_bound(kClasses, c, {}, &ClassStep::first));
}

// Most text is ASCII.
constexpr auto kAscii = [] {
  std::array<CodePoint, 128> table{};
  for (char32_t c = 0; c < 128; ++c) table[c] = {find_class(c).flags, 0};
  return table;
}();

// Hangul syllables, by the arithmetic of the Unicode standard, chapter 3.12.
constexpr char32_t kHangul = 0xac00, kLeading = 0x1100, kVowel = 0x1161, kTrailing = 0x11a7;
constexpr char32_t kHangulCount = 11'172, kVowelCount = 21, kTrailingCount = 28;

/// How many bytes the sequence has that `lead` begins, and the range of its second byte; 0 if it begins none.
struct Sequence {
  int bytes;
  unsigned char low, high;
};
constexpr Sequence sequence(unsigned char lead) {
  if (lead >= 0xc2 && lead <= 0xdf) return {2, 0x80, 0xbf};
  if (lead == 0xe0) return {3, 0xa0, 0xbf};
  if (lead == 0xed) return {3, 0x80, 0x9f};
  if (lead >= 0xe1 && lead <= 0xef) return {3, 0x80, 0xbf};
  if (lead == 0xf0) return {4, 0x90, 0xbf};
  if (lead >= 0xf1 && lead <= 0xf3) return {4, 0x80, 0xbf};
  if (lead == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

CodePoint code_point(char32_t c) {
  if (c < kAscii.size()) return kAscii[c];
  const ClassStep step = find_class(c);
  return {step.flags, step.combining_class};
}

void append_lower(char32_t c, std::u32string& out) {
  if (c == kDottedCapitalI) {
    out.append(U"i\u0307");
    return;
  }
  const auto* const after = std::ranges::upper_bound(kLower, c, {}, &LowerRange::first);
  if (after != std::begin(kLower)) {
    const LowerRange& range = *std::prev(after);
    if (c <= range.last && (c - range.first) % range.step == 0) {
      c = static_cast<char32_t>(static_cast<std::int32_t>(c) + range.difference);
    }
  }
  out.push_back(c);
}

void append_decomposed(char32_t c, std::u32string& out) {
  if (c >= kHangul && c - kHangul < kHangulCount) {
    const char32_t index = c - kHangul, trailing = index % kTrailingCount;
    out.push_back(kLeading + index / (kVowelCount * kTrailingCount));
    out.push_back(kVowel + index / kTrailingCount % kVowelCount);
    if (trailing != 0) out.push_back(kTrailing + trailing);
    return;
  }
  const auto* const at = std::ranges::lower_bound(kDecompositions, c, {}, &Decomposition::from);
  if (at == std::end(kDecompositions) || at->from != c) {
    out.push_back(c);
    return;
  }
  out.append(kDecomposed + at->offset, at->length);
}

char32_t take_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) {
    text.remove_prefix(1);
    return lead;
  }
  const Sequence s = sequence(lead);
  char32_t c = lead & (0xffu >> (s.bytes + 1));
  unsigned char low = s.low, high = s.high;
  int taken = 1;
  for (; taken < s.bytes; ++taken) {
    const auto byte = static_cast<std::size_t>(taken) < text.size()
                          ? static_cast<unsigned char>(text[static_cast<std::size_t>(taken)])
                          : std::uint8_t{0};
    if (byte < low || byte > high) break;
    c = c << 6 | (byte & 0x3f);
    low = 0x80;
    high = 0xbf;
  }
  text.remove_prefix(static_cast<std::size_t>(taken));
  return s.bytes == taken ? c : kReplacement;
}

void append_utf8(char32_t c, std::string& out) {
  const auto tail = [&](int shift) { out.push_back(static_cast<char>(0x80 | (c >> shift & 0x3f))); };
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xc0 | c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | c >> 12));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xf0 | c >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace switchyard::scoring::tokenizer
