#pragma once
/// \file
/// Text to token numbers, as the Hugging Face `tokenizers` package gives them for the same tokenizer.json: BERT's
/// WordPiece, and byte-level byte-pair encoding (GPT-2, RoBERTa). What a file asks for beyond that is an error that
/// names it, never a guess. Pure: no I/O. Single texts only: no pairs, no padding.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scoring/tokenizer/added_tokens.h"
#include "scoring/tokenizer/bert_normalizer.h"
#include "scoring/tokenizer/model.h"

namespace switchyard::scoring::tokenizer {

constexpr std::size_t kFileBytesMax = std::size_t{64} << 20;  ///< Llama 3's file, a large one, has 17 MiB.
constexpr std::size_t kVocabularyMax = std::size_t{1} << 20;  ///< XLM-R, a large one, has 250,002 tokens.
constexpr std::size_t kMergesMax = std::size_t{1} << 20;      ///< A merge makes a token.
constexpr std::size_t kTokenBytesMax = 4096;                  ///< Of one token; Llama's longest, of blanks, has 128.
constexpr std::size_t kAddedTokensMax = std::size_t{1} << 16;
constexpr std::size_t kFrameTokensMax = 16;       ///< Special tokens around a text; models have one or two.
constexpr std::size_t kWordCharactersMax = 1000;  ///< WordPiece's limit on a word; models say 100.

struct ByteLevel {
  bool add_prefix_space = true;
  bool use_regex = true;
};

enum class Cut : std::uint8_t { kEnd, kBeginning };

/// Everything that a file says; made by `read_tokenizer`.
struct Parts {
  AddedTokens added, added_normalized;  ///< Looked for in the text as it is, and in the prepared text.
  std::optional<BertNormalizer> normalizer;
  std::optional<ByteLevel> byte_level;  ///< Else BERT's words.
  std::unique_ptr<const Model> model;
  std::vector<std::uint32_t> before, after;  ///< Special tokens around every text.
  std::optional<std::size_t> tokens_max;     ///< With the special ones.
  Cut cut = Cut::kEnd;
  std::uint32_t pad = 0;           ///< What fills up the shorter texts of a batch.
  std::size_t vocabulary_end = 0;  ///< Every token number is less.
};

/// Safe to call from several threads.
class Tokenizer {
 public:
  explicit Tokenizer(Parts parts) : parts_(std::move(parts)) {}

  /// With special tokens, and cut as the file says.
  [[nodiscard]] std::vector<std::uint32_t> encode(std::string_view text) const;
  /// The first `tokens_max` tokens of the text alone, appended to `out`.
  void append_tokens(std::string_view text, std::size_t tokens_max, std::vector<std::uint32_t>& out) const;

  [[nodiscard]] const Parts& parts() const { return parts_; }

 private:
  bool append_words(std::string_view text, std::size_t size_max, std::vector<std::uint32_t>& out) const;

  Parts parts_;
};

/// `json`: a whole tokenizer.json. Errors: kInvalidRequest, with the member and what is supported there.
Result<Tokenizer> read_tokenizer(std::string_view json);

}  // namespace switchyard::scoring::tokenizer
