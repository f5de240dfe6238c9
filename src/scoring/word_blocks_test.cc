#include "scoring/word_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "scoring/embedder.h"

namespace switchyard::scoring {
namespace {

using Features = std::vector<std::uint32_t>;

std::optional<Features> in_blocks(std::string_view text) {
  Features found;
  const auto see = [](void* context, std::span<const std::uint32_t> hashes) {
    EXPECT_LE(hashes.size(), 2 * kBlockWords);
    static_cast<Features*>(context)->insert(static_cast<Features*>(context)->end(), hashes.begin(), hashes.end());
  };
  if (!for_feature_blocks(text, see, &found)) {
    EXPECT_TRUE(found.empty());
    return std::nullopt;
  }
  std::ranges::sort(found);
  return found;
}

Features one_by_one(std::string_view text) {
  Features found;
  for_each_feature(text, [&](std::uint32_t hash) { found.push_back(hash); });
  std::ranges::sort(found);
  return found;
}

class WordBlocks : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_word_blocks()) GTEST_SKIP() << "this processor has no AVX2";
  }
};

TEST_F(WordBlocks, GiveTheFeaturesOfTheByteByByteSplitterForAnyBytes) {
  Random random(3);
  constexpr std::string_view kUsual = "etaoin shrdlu ETA_09 .,(";
  for (int i = 0; i < 20'000; ++i) {
    // Odd rounds: mostly letters, so that words reach over the edges of blocks; even rounds: all bytes but wide ones.
    std::string text(random.next() % 400, ' ');
    for (char& c : text) {
      c = i % 2 == 1 ? kUsual[random.next() % kUsual.size()] : static_cast<char>(random.next() % 256);
      if (const auto byte = static_cast<unsigned char>(c); byte >= 0xe3 && byte <= 0xed) c = '\xe2';
    }
    ASSERT_EQ(in_blocks(text), one_by_one(text)) << testing::PrintToString(text);
  }
}

TEST_F(WordBlocks, TakeWordsOfAnyLengthAtAnyPlace) {
  for (const std::size_t before : {0, 1, 31, 32, 62, 63, 64, 65}) {
    for (std::size_t size = 1; size + before <= kBlockTextBytesMax; size += size < 140 ? 1 : 127) {
      const std::string text = std::string(before, ' ') + std::string(size, 'W');
      ASSERT_EQ(in_blocks(text), one_by_one(text)) << before << " blanks, " << size << " letters";
    }
  }
  const std::string longest(kBlockTextBytesMax, 'x');
  EXPECT_EQ(in_blocks(longest), one_by_one(longest));
}

TEST_F(WordBlocks, TakeATextOfNothingButSingleCharacters) {
  const std::string text(kBlockTextBytesMax, ';');
  EXPECT_EQ(in_blocks(text), one_by_one(text));
  EXPECT_EQ(in_blocks(""), Features());
  EXPECT_EQ(in_blocks(" \n"), Features());
}

TEST_F(WordBlocks, LeaveLongTextsAndScriptsWithoutBlanksToTheByteByByteSplitter) {
  EXPECT_EQ(in_blocks(std::string(kBlockTextBytesMax + 1, 'x')), std::nullopt);
  EXPECT_EQ(in_blocks("abc \xe4\xb8\xad def"), std::nullopt);
  EXPECT_EQ(in_blocks(std::string(300, 'a') + "\xed\x95\x9c"), std::nullopt);
}

}  // namespace
}  // namespace switchyard::scoring
