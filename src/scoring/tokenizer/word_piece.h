#pragma once
/// \file
/// WordPiece: a word becomes the longest token that it begins with, then the longest continuation, and so on; one
/// unknown token if that fails anywhere. Source: `WordPiece` of Hugging Face tokenizers.

#include <string>
#include <vector>

#include "scoring/tokenizer/model.h"
#include "scoring/tokenizer/token_trie.h"

namespace switchyard::scoring::tokenizer {

class WordPiece final : public Model {
 public:
  /// Words of more than `word_characters_max` characters are unknown.
  WordPiece(std::string continuing_prefix, std::uint32_t unknown, std::size_t word_characters_max)
      : prefix_(std::move(continuing_prefix)), unknown_(unknown), word_characters_max_(word_characters_max) {}

  void add(std::string_view token, std::uint32_t id);
  void append_word(std::string_view word, std::vector<std::uint32_t>& out) const override;

 private:
  std::string prefix_;
  std::uint32_t unknown_;
  std::size_t word_characters_max_;
  TokenTrie first_, next_;
};

}  // namespace switchyard::scoring::tokenizer
