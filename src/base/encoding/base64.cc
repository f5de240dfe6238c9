#include "base/encoding/base64.h"

#include <array>

namespace switchyard {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::uint8_t kNone = 0xff;

struct Alphabet {
  std::array<char, 64> letters{};
  std::array<std::uint8_t, 256> values{};
  constexpr Alphabet(char sixty_two, char sixty_three) {
    values.fill(kNone);
    for (std::size_t i = 0; i < 62; ++i) letters[i] = kLetters[i];
    letters[62] = sixty_two;
    letters[63] = sixty_three;
    for (std::size_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(letters[i])] = static_cast<std::uint8_t>(i);
  }
};
constexpr Alphabet kStandardAlphabet('+', '/');
constexpr Alphabet kUrlAlphabet('-', '_');

constexpr const Alphabet& of(Base64 alphabet) { return alphabet == Base64::kUrl ? kUrlAlphabet : kStandardAlphabet; }

}  // namespace

std::string base64(std::string_view bytes, Base64 alphabet) {
  const auto& letters = of(alphabet).letters;
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      text.push_back(letters[bits >> count & 63]);
    }
  }
  if (count > 0) text.push_back(letters[bits << (6 - count) & 63]);
  if (alphabet == Base64::kStandard) text.resize((text.size() + 3) / 4 * 4, '=');
  return text;
}

Result<std::string> from_base64(std::string_view text, Base64 alphabet) {
  const auto bad = [] { return fail(ErrorKind::kInvalidRequest, "expected base64"); };
  if (alphabet == Base64::kStandard) {
    if (text.size() % 4 != 0) return bad();
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return bad();
  const auto& values = of(alphabet).values;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == kNone) return bad();
    bits = bits << 6 | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> count & 0xff));
    }
  }
  if ((bits & ((1u << count) - 1)) != 0) return bad();  // Two texts must not mean the same bytes.
  return bytes;
}

}  // namespace switchyard
