#include "scoring/tokenizer/tokenizer.h"

#include <algorithm>
#include <limits>

#include "scoring/tokenizer/byte_level.h"
#include "scoring/tokenizer/unicode.h"

namespace switchyard::scoring::tokenizer {
namespace {

/// `text` itself if it is UTF-8, else a copy in `copy` with U+FFFD where it is not: the models look at whole
/// characters.
std::string_view valid(std::string_view text, std::string& copy) {
  bool ascii = true;
  for (const char c : text) ascii &= static_cast<unsigned char>(c) < 0x80;
  if (ascii) return text;
  copy.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) append_utf8(take_character(rest), copy);
  return copy;
}

}  // namespace

std::vector<std::uint32_t> Tokenizer::encode(std::string_view text) const {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  const std::size_t frame = parts_.before.size() + parts_.after.size();
  const std::size_t room = parts_.tokens_max ? *parts_.tokens_max - std::min(frame, *parts_.tokens_max) : kAll;
  std::vector<std::uint32_t> out = parts_.before;
  append_tokens(text, parts_.cut == Cut::kEnd ? room : kAll, out);
  const std::size_t count = out.size() - parts_.before.size();
  if (count > room) {
    const auto begin = out.begin() + static_cast<std::ptrdiff_t>(parts_.before.size());
    out.erase(begin, begin + static_cast<std::ptrdiff_t>(count - room));
  }
  out.insert(out.end(), parts_.after.begin(), parts_.after.end());
  return out;
}

void Tokenizer::append_tokens(std::string_view text, std::size_t tokens_max, std::vector<std::uint32_t>& out) const {
  const std::size_t size_max = tokens_max < out.max_size() - out.size() ? out.size() + tokens_max : out.max_size();
  std::string copy, prepared;
  const auto token = [&](std::uint32_t id) {
    out.push_back(id);
    return out.size() < size_max;
  };
  parts_.added.split(valid(text, copy), [&](std::string_view piece, std::optional<std::uint32_t> id) {
    if (id) return token(*id);
    if (parts_.normalizer) {
      prepared.clear();
      parts_.normalizer->append(piece, prepared);
      piece = prepared;
    }
    return parts_.added_normalized.split(piece, [&](std::string_view part, std::optional<std::uint32_t> part_id) {
      return part_id ? token(*part_id) : append_words(part, size_max, out);
    });
  });
  if (out.size() > size_max) out.resize(size_max);
}

bool Tokenizer::append_words(std::string_view text, std::size_t size_max, std::vector<std::uint32_t>& out) const {
  const auto word = [&](std::string_view bytes) {
    parts_.model->append_word(bytes, out);
    return out.size() < size_max;
  };
  if (!parts_.byte_level) {
    for_each_bert_word(text, word);
    return out.size() < size_max;
  }
  std::string prefixed;
  if (parts_.byte_level->add_prefix_space && !text.starts_with(' ')) {
    prefixed.reserve(text.size() + 1);
    prefixed.append(" ").append(text);
    text = prefixed;
  }
  if (parts_.byte_level->use_regex) {
    for_each_byte_level_word(text, word);
  } else {
    word(text);
  }
  return out.size() < size_max;
}

}  // namespace switchyard::scoring::tokenizer
