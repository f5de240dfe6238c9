#include "adapters/embedder_onnx/windows.h"

#include <gtest/gtest.h>

namespace switchyard::embedder_onnx {
namespace {

constexpr std::string_view kTokenizer = R"({
  "normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"},
  "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 1], "cls": ["[CLS]", 2]},
  "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "[SEP]": 1, "[CLS]": 2, "a": 3, "b": 4}}})";

using Ids = std::vector<std::uint32_t>;

std::vector<Window> cut(std::vector<std::string_view> texts, std::size_t tokens_max) {
  return windows(scoring::tokenizer::read_tokenizer(kTokenizer).value(), texts, tokens_max);
}

TEST(WindowsTest, ALongTextBecomesWindowsWithSpecialTokensEach) {
  const auto out = cut({"a b a b a"}, 5);
  ASSERT_EQ(out.size(), 2);
  EXPECT_EQ(out[0].ids, (Ids{2, 4, 3, 1}));
  EXPECT_EQ(out[0].content_tokens, 2);
  EXPECT_EQ(out[1].ids, (Ids{2, 3, 4, 3, 1}));
}

TEST(WindowsTest, OnlyTheFirstWindowsCount) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "a ";
  EXPECT_EQ(cut({text}, 8).size(), kWindowsMax);
}

TEST(WindowsTest, ATextWithoutTokensHasNoWindow) {
  const auto out = cut({"", "a", " \n"}, 8);
  ASSERT_EQ(out.size(), 1);
  EXPECT_EQ(out[0].text, 1);
}

TEST(WindowsTest, BatchesTakeLikeLengthsOnly) {
  const auto of = [](const std::vector<std::size_t>& lengths) {
    std::vector<Window> out;
    out.reserve(lengths.size());
    for (const std::size_t length : lengths) out.push_back({.text = 0, .content_tokens = 1, .ids = Ids(length)});
    return batch_size(out);
  };
  EXPECT_EQ(of({10}), 1);
  EXPECT_EQ(of({10, 10, 12, 13}), 4);
  EXPECT_EQ(of({10, 30}), 1);
  EXPECT_EQ(of(std::vector<std::size_t>(100, 7)), kBatchMax);
}

TEST(WindowsTest, AModelMayAskForRunsOfOne) {
  const std::vector<Window> out(3, Window{.text = 0, .content_tokens = 1, .ids = Ids(5)});
  EXPECT_EQ(batch_size(out, 1), 1);
}

}  // namespace
}  // namespace switchyard::embedder_onnx
