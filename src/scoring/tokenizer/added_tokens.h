#pragma once
/// \file
/// Tokens that stand in a text as such, "[SEP]" or "<mask>": found before anything else looks at it.
/// Source: `AddedVocabulary` of Hugging Face tokenizers.

#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "scoring/tokenizer/token_trie.h"

namespace switchyard::scoring::tokenizer {

struct AddedToken {
  std::uint32_t id = 0;
  bool takes_space_before = false, takes_space_after = false;
};

class AddedTokens {
 public:
  void add(std::string_view content, AddedToken token);
  [[nodiscard]] bool empty() const { return tokens_.empty(); }

  /// Calls `see` with the pieces of `text` in order, each with the token that it is or without one; the longest token
  /// at the leftmost place wins. Stops when `see` returns false, and then returns false.
  bool split(std::string_view text,
             const std::function<bool(std::string_view, std::optional<std::uint32_t>)>& see) const;

 private:
  TokenTrie trie_;
  std::bitset<256> first_bytes_;
  std::unordered_map<std::uint32_t, AddedToken> tokens_;
};

}  // namespace switchyard::scoring::tokenizer
