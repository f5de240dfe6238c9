#include "scoring/tokenizer/word_piece.h"

#include <algorithm>

namespace switchyard::scoring::tokenizer {

void WordPiece::add(std::string_view token, std::uint32_t id) {
  if (token.empty()) return;
  // A token with the prefix is also found at a word's beginning, if the word begins with the prefix's own characters.
  first_.add(token, id);
  if (token.size() > prefix_.size() && token.starts_with(prefix_)) next_.add(token.substr(prefix_.size()), id);
}

void WordPiece::append_word(std::string_view word, std::vector<std::uint32_t>& out) const {
  const auto characters = std::ranges::count_if(word, [](char c) { return (c & 0xc0) != 0x80; });
  if (static_cast<std::size_t>(characters) > word_characters_max_) {
    out.push_back(unknown_);
    return;
  }
  const std::size_t before = out.size();
  for (std::string_view rest = word; !rest.empty();) {
    // Tokens are whole characters, so a match in valid UTF-8 never ends inside one.
    const auto match = (rest.size() == word.size() ? first_ : next_).longest(rest);
    if (!match) {
      out.resize(before);
      out.push_back(unknown_);
      return;
    }
    out.push_back(match->id);
    rest.remove_prefix(match->bytes);
  }
}

}  // namespace switchyard::scoring::tokenizer
