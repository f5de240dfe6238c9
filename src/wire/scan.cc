#include "wire/scan.h"

#include <algorithm>
#include <cstring>

namespace switchyard::wire {

std::string_view tail_from(std::string_view body, std::string_view key, char* buffer, std::size_t size) {
  std::string_view rest = body.substr(body.size() - std::min(body.size(), size - 1)), found;
  // memmem goes through the bytes many at a time; a search from behind would take them one by one.
  while (const void* at = ::memmem(rest.data(), rest.size(), key.data(), key.size())) {
    found = rest.substr(static_cast<std::size_t>(static_cast<const char*>(at) - rest.data()));
    rest = found.substr(key.size());
  }
  if (found.empty()) return {};
  buffer[0] = '{';
  std::memcpy(buffer + 1, found.data(), found.size());
  return {buffer, found.size() + 1};
}

std::string_view balanced_object(std::string_view text) {
  std::size_t at = text.find_first_not_of(" \t\r\n");
  if (at == std::string_view::npos || text[at] != '{') return {};
  const std::size_t begin = at;
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    switch (text[at]) {
      case '{':
        ++depth;
        break;
      case '}':
        if (--depth == 0) return text.substr(begin, at + 1 - begin);
        break;
      case '"':
        for (++at; at < text.size() && text[at] != '"'; ++at) at += text[at] == '\\';
        break;
      default:
        break;
    }
  }
  return {};
}

std::size_t EventSplitter::event_end(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const char c = bytes[at];
    if (after_cr_ && c == '\n') {
      // The CR before it has ended the line; the event it may have ended was cut behind the CR.
      after_cr_ = false;
      ++at;
      continue;
    }
    after_cr_ = false;
    if (c == '\n' || c == '\r') {
      const bool event_over = line_empty_;
      line_empty_ = true;
      after_cr_ = c == '\r';
      ++at;
      if (event_over) {
        if (after_cr_ && at < bytes.size() && bytes[at] == '\n') {
          after_cr_ = false;
          ++at;
        }
        return at;
      }
      continue;
    }
    line_empty_ = false;
    const std::size_t end = bytes.find_first_of("\r\n", at);
    at = end == std::string_view::npos ? bytes.size() : end;
  }
  return 0;
}

std::string_view data_of(std::string_view event) {
  constexpr std::string_view kData = "data:";
  std::size_t at = 0;
  while (at < event.size()) {
    const std::size_t end = event.find_first_of("\r\n", at);
    std::string_view line = event.substr(at, end == std::string_view::npos ? end : end - at);
    if (line.starts_with(kData)) {
      line.remove_prefix(kData.size());
      if (line.starts_with(' ')) line.remove_prefix(1);
      return line;
    }
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return {};
}

}  // namespace switchyard::wire
