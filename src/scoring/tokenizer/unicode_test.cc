#include "scoring/tokenizer/unicode.h"

#include <gtest/gtest.h>

#include <vector>

namespace switchyard::scoring::tokenizer {
namespace {

std::vector<char32_t> characters(std::string_view text) {
  std::vector<char32_t> out;
  while (!text.empty()) out.push_back(take_character(text));
  return out;
}

struct Utf8Case {
  std::string name;
  std::string_view bytes;
  std::vector<char32_t> want;
};
class Utf8Test : public testing::TestWithParam<Utf8Case> {};

TEST_P(Utf8Test, BrokenSequencesBecomeOneReplacementForEachMaximalPart) {
  EXPECT_EQ(characters(GetParam().bytes), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Texts, Utf8Test,
    testing::Values(Utf8Case{"Valid", "a\u00e9\u4e2d\U0001f600", {'a', 0xe9, 0x4e2d, 0x1f600}},
                    Utf8Case{"LoneTail", "\x80z", {0xfffd, 'z'}}, Utf8Case{"CutAtTheEnd", "\xe4\xb8", {0xfffd}},
                    Utf8Case{"CutByALetter", "\xf0\x9f\x98z", {0xfffd, 'z'}},
                    Utf8Case{"Overlong", "\xc0\xaf", {0xfffd, 0xfffd}},
                    Utf8Case{"Surrogate", "\xed\xa0\x80", {0xfffd, 0xfffd, 0xfffd}},
                    Utf8Case{"BeyondTheLast", "\xf4\x90\x80\x80", {0xfffd, 0xfffd, 0xfffd, 0xfffd}}),
    [](const auto& tested) { return tested.param.name; });

TEST(UnicodeTest, EveryCharacterSurvivesEncodingAndDecoding) {
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    std::string text;
    append_utf8(c, text);
    ASSERT_EQ(characters(text), std::vector{c});
  }
}

TEST(UnicodeTest, LowerCaseFollowsRangesOfEveryStep) {
  const auto lower = [](char32_t c) {
    std::u32string out;
    append_lower(c, out);
    return out;
  };
  EXPECT_EQ(lower('Z'), U"z");
  EXPECT_EQ(lower('['), U"[");
  EXPECT_EQ(lower(0x100), U"\u0101");  // Every second character of a range.
  EXPECT_EQ(lower(0x101), U"\u0101");
  EXPECT_EQ(lower(0x130), U"i\u0307");
  EXPECT_EQ(lower(0x10400), U"\U00010428");
  EXPECT_EQ(lower(0x10ffff), U"\U0010ffff");
}

TEST(UnicodeTest, DecomposesLatinIdeographsAndHangul) {
  const auto decomposed = [](char32_t c) {
    std::u32string out;
    append_decomposed(c, out);
    return out;
  };
  EXPECT_EQ(decomposed('e'), U"e");
  EXPECT_EQ(decomposed(0xe9), U"e\u0301");
  EXPECT_EQ(decomposed(0x1d6), U"u\u0308\u0304");
  EXPECT_EQ(decomposed(0xf900), U"\u8c48");
  EXPECT_EQ(decomposed(0xac00), U"\u1100\u1161");
  EXPECT_EQ(decomposed(0xd7a3), U"\u1112\u1175\u11c2");
}

}  // namespace
}  // namespace switchyard::scoring::tokenizer
