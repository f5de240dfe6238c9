#include "scoring/tokenizer/byte_level.h"

#include <array>

#include "scoring/tokenizer/unicode.h"

namespace switchyard::scoring::tokenizer {
namespace {

constexpr std::uint8_t kKinds = kSpace | kLetter | kNumber;

/// White space, letter, number or (0) anything else.
std::uint8_t kind_of(char32_t c) { return code_point(c).flags & kKinds; }

/// The bytes at the beginning of `text` whose characters are all of `kind`.
std::size_t run(std::string_view text, std::uint8_t kind) {
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view after = rest;
    if (kind_of(take_character(after)) != kind) break;
    rest = after;
  }
  return text.size() - rest.size();
}

std::size_t contraction(std::string_view text) {
  for (const std::string_view ending : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}) {
    if (text.starts_with(ending)) return ending.size();
  }
  return 0;
}

/// White space with no word to belong to. If a word follows, the last character is left: as a space it belongs to the
/// word, else it is a word of its own.
std::size_t blanks(std::string_view text) {
  const std::size_t all = run(text, kSpace);
  if (all == text.size()) return all;
  std::size_t last = all - 1;
  while ((text[last] & 0xc0) == 0x80) --last;
  return last > 0 ? last : all;
}

std::size_t word_bytes(std::string_view text) {
  if (const std::size_t bytes = contraction(text); bytes > 0) return bytes;
  const std::size_t lead = text.front() == ' ' ? 1 : 0;
  std::string_view rest = text.substr(lead);
  if (rest.empty()) return lead;
  std::string_view probe = rest;
  const std::uint8_t kind = kind_of(take_character(probe));
  return kind == kSpace ? blanks(text) : lead + run(rest, kind);
}

constexpr auto kByteNames = [] {
  std::array<char32_t, 256> names{};
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable =
        (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
    names[byte] = printable ? byte : next++;
  }
  return names;
}();

}  // namespace

void for_each_byte_level_word(std::string_view text, const std::function<bool(std::string_view)>& see) {
  while (!text.empty()) {
    const std::size_t bytes = word_bytes(text);
    if (!see(text.substr(0, bytes))) return;
    text.remove_prefix(bytes);
  }
}

char32_t byte_name(unsigned char byte) { return kByteNames[byte]; }

}  // namespace switchyard::scoring::tokenizer
