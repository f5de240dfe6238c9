#include "scoring/tokenizer/bert_normalizer.h"

#include <algorithm>
#include <vector>

#include "scoring/tokenizer/unicode.h"

namespace switchyard::scoring::tokenizer {
namespace {

/// Puts each run of combining characters in canonical order, which ends a decomposition.
void order_marks(std::u32string& text) {
  std::vector<std::uint64_t> run;
  for (std::size_t at = 0; at < text.size();) {
    // Sorted by class, of equal ones by place: both stand above the 21 bits of the character itself.
    const std::size_t begin = at;
    run.clear();
    for (; at < text.size() && text[at] >= 0x300; ++at) {
      const std::uint64_t combining_class = code_point(text[at]).combining_class;
      if (combining_class == 0) break;
      run.push_back(combining_class << 56 | static_cast<std::uint64_t>(at - begin) << 21 | text[at]);
    }
    std::ranges::sort(run);
    for (std::size_t i = 0; i < run.size(); ++i) text[begin + i] = run[i] & 0x1f'ffff;
    if (at == begin) ++at;
  }
}

}  // namespace

void BertNormalizer::append(std::string_view text, std::string& out) const {
  std::u32string characters, next;
  characters.reserve(text.size());
  while (!text.empty()) {
    char32_t c = take_character(text);
    const std::uint8_t flags = code_point(c).flags;
    if (clean_text) {
      // The space characters among the controls (tab, line feed, carriage return) are not marked as dropped.
      if ((flags & kDropped) != 0) continue;
      if ((flags & kSpace) != 0) c = ' ';
    }
    if (handle_chinese_chars && (flags & kIdeograph) != 0) {
      characters.append({' ', c, ' '});
    } else {
      characters.push_back(c);
    }
  }
  if (strip_accents) {
    for (const char32_t c : characters) c < 0x80 ? next.push_back(c) : append_decomposed(c, next);
    order_marks(next);
    std::erase_if(next, [](char32_t c) { return (code_point(c).flags & kMark) != 0; });
    characters.swap(next);
  }
  if (lowercase) {
    next.clear();
    for (const char32_t c : characters) append_lower(c, next);
    characters.swap(next);
  }
  for (const char32_t c : characters) append_utf8(c, out);
}

void for_each_bert_word(std::string_view text, const std::function<bool(std::string_view)>& see) {
  std::string_view rest = text;
  const char* begin = text.data();  // Of the open word.
  const auto end_word = [&](const char* end) {
    return end == begin || see({begin, static_cast<std::size_t>(end - begin)});
  };
  while (!rest.empty()) {
    const char* const at = rest.data();
    const std::uint8_t flags = code_point(take_character(rest)).flags;
    if ((flags & (kSpace | kPunctuation)) == 0) continue;
    if (!end_word(at)) return;
    begin = rest.data();
    if ((flags & kPunctuation) != 0 && !see({at, static_cast<std::size_t>(begin - at)})) return;
  }
  end_word(text.data() + text.size());
}

}  // namespace switchyard::scoring::tokenizer
