// Any bytes as a text, for a small WordPiece and a small byte-level vocabulary: every token is one of the vocabulary,
// a limit gives the beginning of what no limit gives, and the byte-level words are the whole text.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "scoring/tokenizer/byte_level.h"
#include "scoring/tokenizer/tokenizer.h"

namespace {

constexpr std::string_view kWordPiece = R"({
  "added_tokens": [{"id": 1, "content": "[SEP]", "special": true, "lstrip": true, "rstrip": true},
                   {"id": 9, "content": "A B", "normalized": true}],
  "normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"},
  "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 1], "cls": ["[CLS]", 2]},
  "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "vocab":
    {"[UNK]": 0, "[SEP]": 1, "[CLS]": 2, "a": 3, "##b": 4, "ab": 5, "##ba": 6, ",": 7, "\u4e2d": 8}}})";
constexpr std::string_view kBytePair = R"({
  "added_tokens": [{"id": 0, "content": "<mask>", "lstrip": true}],
  "pre_tokenizer": {"type": "ByteLevel"},
  "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "vocab":
    {"<mask>": 0, "<unk>": 1, "a": 2, "b": 3, "\u0120": 4, "ab": 5, "aba": 6, "\u0120a": 7},
    "merges": ["a b", ["ab", "a"], ["\u0120", "a"]]}})";

void check(const switchyard::scoring::tokenizer::Tokenizer& tokenizer, std::string_view text) {
  std::vector<std::uint32_t> all, some;
  tokenizer.append_tokens(text, std::numeric_limits<std::size_t>::max(), all);
  const std::size_t most = text.size() % 7;
  tokenizer.append_tokens(text, most, some);
  if (some.size() != std::min(most, all.size()) || !std::equal(some.begin(), some.end(), all.begin())) std::abort();
  for (const std::uint32_t id : all) {
    if (id >= tokenizer.parts().vocabulary_end) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::scoring::tokenizer;
  static const auto word_piece = read_tokenizer(kWordPiece);
  static const auto byte_pair = read_tokenizer(kBytePair);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(word_piece.value(), text);
  check(byte_pair.value(), text);
  std::size_t bytes = 0;
  for_each_byte_level_word(text, [&](std::string_view word) {
    bytes += word.size();
    return !word.empty();
  });
  if (bytes != size) std::abort();
  return 0;
}
