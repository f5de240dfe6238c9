#include "service/forward/path.h"

#include "base/encoding/uri.h"

namespace switchyard::forward {
namespace {

constexpr std::string_view kChat = "/chat/completions";
constexpr std::string_view kModel = "{model}";

bool may_stand_in_segment(char c) {
  const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return plain || std::string_view("-._~:@!$&'()*+,=").find(c) != std::string_view::npos;
}

/// "rk_" at the text's beginning or behind something that is no part of a word.
bool holds_key(std::string_view text) {
  for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
    const bool key = (text[at] | 0x20) == 'r' && (text[at + 1] | 0x20) == 'k' && text[at + 2] == '_';
    const char before = at == 0 ? ' ' : text[at - 1];
    const bool word = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
                      (before >= '0' && before <= '9') || before == '_' || before == '-';
    if (key && !word) return true;
  }
  return false;
}

/// The provider's chat path without its query.
std::string_view plain_chat_path(const Provider& provider) {
  return std::string_view(provider.chat_path).substr(0, provider.chat_path.find('?'));
}

}  // namespace

Result<void> check_path(std::string_view subpath) {
  if (subpath.size() > kPathBytesMax) {
    return fail(ErrorKind::kInvalidRequest, "path: more than " + std::to_string(kPathBytesMax) + " bytes");
  }
  if (!subpath.starts_with('/')) return fail(ErrorKind::kInvalidRequest, "path: expected segments behind /v1");
  while (!subpath.empty()) {
    subpath.remove_prefix(1);
    const std::size_t end = std::min(subpath.find('/'), subpath.size());
    const std::string_view segment = subpath.substr(0, end);
    if (segment.empty()) return fail(ErrorKind::kInvalidRequest, "path: expected no empty segment");
    if (segment == "." || segment == "..") {
      return fail(ErrorKind::kInvalidRequest, "path: expected no segment '.' or '..'");
    }
    for (const char c : segment) {
      if (c == '%') return fail(ErrorKind::kInvalidRequest, "path: expected nothing percent-encoded in it");
      if (!may_stand_in_segment(c)) {
        return fail(ErrorKind::kInvalidRequest, "path: expected letters, digits and -._~:@!$&'()*+,= in a segment");
      }
    }
    subpath.remove_prefix(end);
  }
  return {};
}

Result<void> check_query(std::string_view query) {
  if (query.size() > kQueryBytesMax) {
    return fail(ErrorKind::kInvalidRequest, "query: more than " + std::to_string(kQueryBytesMax) + " bytes");
  }
  for (const char c : query) {
    if (c <= ' ' || c > '~' || c == '#') return fail(ErrorKind::kInvalidRequest, "query: expected visible ASCII");
  }
  if (holds_key(query) || holds_key(uri_decode(query))) {
    return fail(ErrorKind::kInvalidRequest, "query: expected no gateway key in it; send the key in a header");
  }
  return {};
}

bool has_openai_paths(const Provider& provider) {
  return provider.dialect == Dialect::kOpenAiChat && plain_chat_path(provider).ends_with(kChat);
}

std::string upstream_path(const Provider& provider, std::string_view subpath, std::string_view query,
                          std::string_view model) {
  const std::string_view chat = plain_chat_path(provider);
  std::string path(chat.substr(0, chat.size() - kChat.size()));
  if (const std::size_t gap = path.find(kModel); gap != std::string::npos) {
    path.replace(gap, kModel.size(), uri_encode(model));
  }
  path.append(subpath);
  path.append(provider.chat_path, chat.size());  // The provider's own query: "?api-version=...".
  if (!query.empty()) path.append(path.find('?') == std::string::npos ? "?" : "&").append(query);
  return path;
}

}  // namespace switchyard::forward
