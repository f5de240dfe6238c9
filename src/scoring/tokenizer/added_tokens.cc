#include "scoring/tokenizer/added_tokens.h"

#include <algorithm>

#include "scoring/tokenizer/unicode.h"

namespace switchyard::scoring::tokenizer {
namespace {

std::size_t blanks_at_begin(std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view after = rest;
    if ((code_point(take_character(after)).flags & kSpace) == 0) break;
    rest = after;
  }
  return text.size() - rest.size();
}

std::size_t blanks_at_end(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    std::size_t begin = end - 1;
    while (begin > 0 && (text[begin] & 0xc0) == 0x80) --begin;
    std::string_view character = text.substr(begin, end - begin);
    if ((code_point(take_character(character)).flags & kSpace) == 0) break;
    end = begin;
  }
  return text.size() - end;
}

}  // namespace

void AddedTokens::add(std::string_view content, AddedToken token) {
  if (content.empty()) return;
  trie_.add(content, token.id);
  first_bytes_.set(static_cast<unsigned char>(content.front()));
  tokens_.insert_or_assign(token.id, token);
}

bool AddedTokens::split(std::string_view text,
                        const std::function<bool(std::string_view, std::optional<std::uint32_t>)>& see) const {
  std::size_t open = 0;  // Where the piece begins that is not yet passed on.
  for (std::size_t at = 0; at < text.size();) {
    const auto match =
        first_bytes_[static_cast<unsigned char>(text[at])] ? trie_.longest(text.substr(at)) : std::nullopt;
    if (!match) {
      ++at;
      continue;
    }
    const AddedToken& token = tokens_.at(match->id);
    std::size_t begin = at, end = at + match->bytes;
    at = end;
    // White space that the token before has taken is not there to take again.
    if (token.takes_space_before) begin = std::max(begin - blanks_at_end(text.substr(0, begin)), open);
    if (token.takes_space_after) end += blanks_at_begin(text.substr(end));
    if (open < begin && !see(text.substr(open, begin - open), std::nullopt)) return false;
    if (!see(text.substr(begin, end - begin), match->id)) return false;
    open = end;
  }
  return open >= text.size() || see(text.substr(open), std::nullopt);
}

}  // namespace switchyard::scoring::tokenizer
