#include "scoring/embedder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <vector>

#include "base/random.h"

namespace switchyard::scoring {
namespace {

std::vector<std::uint32_t> features_of(std::string_view text) {
  std::vector<std::uint32_t> found;
  for_each_feature(text, [&](std::uint32_t hash) { found.push_back(hash); });
  return found;
}

/// The splitting rules byte by byte, as slow as they are plain: what artifacts were trained with.
std::vector<std::uint32_t> slow_features(std::string_view text) {
  std::vector<std::uint32_t> words;
  std::uint32_t h = 0x811c9dc5;
  bool inside = false;
  const auto add = [&](unsigned char byte) { h = (h ^ byte) * 0x01000193; };
  const auto end_word = [&] {
    if (inside) words.push_back(h);
    h = 0x811c9dc5;
    inside = false;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto raw = static_cast<unsigned char>(text[at]);
    const bool word = std::isalnum(raw) != 0 || raw == '_' || raw >= 0x80;
    if (word) {
      add(raw >= 'A' && raw <= 'Z' ? raw | 0x20 : raw);
      inside = true;
      if (raw >= 0xe3 && raw <= 0xed && at + 2 < text.size()) {
        add(static_cast<unsigned char>(text[++at]));
        add(static_cast<unsigned char>(text[++at]));
        end_word();
      }
      continue;
    }
    end_word();
    if (raw > 0x20 && raw < 0x7f) {
      add(raw);
      inside = true;
      end_word();
    }
  }
  end_word();
  std::vector<std::uint32_t> all;
  for (std::size_t i = 0; i < words.size(); ++i) {
    all.push_back(detail::mixed(words[i]));
    if (i > 0) all.push_back(detail::mixed(words[i - 1] * 31 + words[i] + 0x9e3779b9));
  }
  return all;
}

struct TextCase {
  std::string name, text;
};
class FeaturesTest : public testing::TestWithParam<TextCase> {};
TEST_P(FeaturesTest, AreThoseOfThePlainRules) {
  EXPECT_EQ(features_of(GetParam().text), slow_features(GetParam().text));
}
INSTANTIATE_TEST_SUITE_P(Texts, FeaturesTest,
                         testing::Values(TextCase{"Empty", ""}, TextCase{"Blank", " \n\t"}, TextCase{"Word", "word"},
                                         TextCase{"Case", "Two WORDS"}, TextCase{"Punctuation", "a(b) != c;"},
                                         TextCase{"Ends", "x."}, TextCase{"Chinese", "\xe4\xb8\xad\xe6\x96\x87"},
                                         TextCase{"Mixed", "abc\xe4\xb8\xad def"},
                                         TextCase{"Accents", "caf\xc3\xa9 na\xc3\xafve"},
                                         TextCase{"CutCharacter", "end \xe4\xb8"}, TextCase{"CutAfterLead", "end \xe4"},
                                         TextCase{"Control", std::string("a\0b\x7f"
                                                                         "c",
                                                                         5)},
                                         TextCase{"Emoji", "ok \xf0\x9f\x98\x80!"}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Features, AreThoseOfThePlainRulesForAnyBytes) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string text(random.next() % 80, ' ');
    for (char& c : text) c = static_cast<char>(random.next() % 4 == 0 ? 0xe4 : random.next() % 256);
    ASSERT_EQ(features_of(text), slow_features(text)) << testing::PrintToString(text);
  }
}

std::vector<std::int8_t> random_table(std::size_t size) {
  Random random(7);
  std::vector<std::int8_t> table(size);
  for (std::int8_t& v : table) v = static_cast<std::int8_t>(random.next());
  return table;
}
std::vector<float> embed(const Embedder& embedder, std::string_view text) {
  std::vector<float> out(embedder.dimension());
  embedder.embed(text, out);
  return out;
}
std::string many_words(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "w" + std::to_string(i % 97) + ' ';
  return text;
}

class DimensionTest : public testing::TestWithParam<std::size_t> {};

// Many words, so that sums pass what 16 bits hold; every value may be -128.
TEST_P(DimensionTest, SumsAsTheDefinitionSays) {
  constexpr std::size_t kRows = 64;
  const std::size_t dimension = GetParam();
  for (const bool extreme : {false, true}) {
    const std::vector<std::int8_t> table =
        extreme ? std::vector<std::int8_t>(kRows * dimension, -128) : random_table(kRows * dimension);
    const StaticEmbedder embedder({kRows, dimension, table.data()}, "test");
    for (const int words : {1, 2, 127, 128, 129, 400, 3000}) {
      const std::string text = many_words(words);
      std::vector<std::int64_t> sums(dimension);
      for (const std::uint32_t hash : slow_features(text)) {
        for (std::size_t d = 0; d < dimension; ++d) sums[d] += table[(hash & (kRows - 1)) * dimension + d];
      }
      double square = 0;
      for (const std::int64_t sum : sums) square += static_cast<double>(sum) * static_cast<double>(sum);
      const std::vector<float> got = embed(embedder, text);
      for (std::size_t d = 0; d < dimension; ++d) {
        ASSERT_NEAR(got[d], static_cast<double>(sums[d]) / std::sqrt(square), 1e-6) << words << " words, " << d;
      }
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Dimensions, DimensionTest, testing::Values(1, 63, 64, 96, 128, 256));

TEST(StaticEmbedder, IgnoresCaseAndBlanksAndGivesLengthOne) {
  const std::vector<std::int8_t> table = random_table(1024 * 64);
  const StaticEmbedder embedder({1024, 64, table.data()}, "static:test");
  EXPECT_EQ(embedder.identity(), "static:test");
  EXPECT_EQ(embed(embedder, "Sort this LIST"), embed(embedder, "  sort\tthis\n list  "));
  EXPECT_NE(embed(embedder, "sort this list"), embed(embedder, "list this sort"));  // Pairs know the order.
  double square = 0;
  for (const float v : embed(embedder, "sort this list")) square += v * v;
  EXPECT_NEAR(square, 1.0, 1e-6);
}

TEST(StaticEmbedder, GivesZerosWhereNothingIsSaid) {
  const std::vector<std::int8_t> table = random_table(1024 * 64);
  const StaticEmbedder embedder({1024, 64, table.data()}, "test");
  EXPECT_EQ(embed(embedder, " \n "), std::vector<float>(64, 0.0f));
}

}  // namespace
}  // namespace switchyard::scoring
