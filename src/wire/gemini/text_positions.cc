#include "wire/gemini/text_positions.h"

#include <algorithm>

#include "base/json.h"

namespace switchyard::wire::gemini {
namespace {
constexpr std::size_t kStride = 256;  ///< A look-up reads at most this many bytes.
bool begins_char(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }
}  // namespace

void TextPositions::append(std::string_view escaped) {
  if (full_) return;
  if (escaped.size() > kTextBytesMax - std::min(text_.size(), kTextBytesMax)) {
    full_ = true;
    return;
  }
  std::size_t at = text_.size();
  json::unescape(escaped, text_);
  for (; at < text_.size(); ++at) {
    if (at % kStride == 0) marks_.push_back(chars_);
    if (begins_char(text_[at])) ++chars_;
  }
}

std::int64_t TextPositions::char_at(std::int64_t byte) const {
  if (full_ || byte < 0 || static_cast<std::size_t>(byte) > text_.size()) return -1;
  const auto end = static_cast<std::size_t>(byte);
  if (end == text_.size()) return static_cast<std::int64_t>(chars_);
  std::size_t chars = marks_[end / kStride];
  for (std::size_t at = end / kStride * kStride; at < end; ++at) chars += begins_char(text_[at]) ? 1 : 0;
  return static_cast<std::int64_t>(chars);
}

std::int64_t TextPositions::byte_at(std::int64_t character) const {
  if (full_ || character < 0 || static_cast<std::size_t>(character) > chars_) return -1;
  const auto wanted = static_cast<std::size_t>(character);
  if (wanted == chars_) return static_cast<std::int64_t>(text_.size());
  const auto mark = std::ranges::upper_bound(marks_, wanted) - marks_.begin() - 1;
  std::size_t chars = marks_[static_cast<std::size_t>(mark)];
  for (std::size_t at = static_cast<std::size_t>(mark) * kStride; at < text_.size(); ++at) {
    if (begins_char(text_[at]) && chars++ == wanted) return static_cast<std::int64_t>(at);
  }
  return -1;
}

std::string_view TextPositions::between(std::int64_t begin, std::int64_t end) const {
  if (full_ || begin < 0 || end < begin || static_cast<std::size_t>(end) > text_.size()) return {};
  return std::string_view(text_).substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

}  // namespace switchyard::wire::gemini
