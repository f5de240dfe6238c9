#pragma once
/// \file
/// BERT's text preparation: clean, set ideographs apart, strip accents, lower case; and its cut into words.
/// Source: `BertNormalizer` and `BertPreTokenizer` of Hugging Face tokenizers.

#include <functional>
#include <string>
#include <string_view>

namespace switchyard::scoring::tokenizer {

struct BertNormalizer {
  bool clean_text = true;
  bool handle_chinese_chars = true;
  bool strip_accents = true;
  bool lowercase = true;

  /// Appends the prepared text to `out`.
  void append(std::string_view text, std::string& out) const;
};

/// Calls `see` with each word of prepared text: what stands between white space, every punctuation mark alone. Stops
/// when `see` returns false.
void for_each_bert_word(std::string_view text, const std::function<bool(std::string_view)>& see);

}  // namespace switchyard::scoring::tokenizer
