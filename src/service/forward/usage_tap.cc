#include "service/forward/usage_tap.h"

#include <algorithm>

#include "base/json.h"

namespace switchyard::forward {
namespace {

constexpr std::string_view kKey = "\"usage\"";

/// The object at the beginning of `text`, or nothing if it is not whole.
std::string_view object_at(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return text.substr(0, i + 1);
    }
  }
  return {};
}

TokenCount count(json::Value value) { return std::max<std::int64_t>(0, value.integer().value_or(0)); }

bool read_usage(std::string_view text, Usage& out) {
  const auto document = json::Document::parse(text);
  if (!document) return false;
  const json::Value usage = document->root();
  const json::Value prompt = usage["prompt_tokens"].exists() ? usage["prompt_tokens"] : usage["input_tokens"];
  const json::Value answer = usage["completion_tokens"].exists() ? usage["completion_tokens"] : usage["output_tokens"];
  const json::Value total = usage["total_tokens"];
  if (!prompt.is_number() && !answer.is_number() && !total.is_number()) return false;
  const json::Value details =
      usage["prompt_tokens_details"].exists() ? usage["prompt_tokens_details"] : usage["input_tokens_details"];
  out = {};
  const TokenCount read = prompt.is_number() ? count(prompt) : count(total) - std::min(count(total), count(answer));
  out.cache_read = std::min(read, count(details["cached_tokens"]));
  out.input = read - out.cache_read;
  out.output = count(answer);
  return true;
}

/// The usage behind the key at `at`, if it stands there whole.
bool usage_behind(std::string_view text, std::size_t at, Usage& out) {
  text.remove_prefix(at + kKey.size());
  const auto skip_blanks = [&text] { text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size())); };
  skip_blanks();
  if (!text.starts_with(':')) return false;
  text.remove_prefix(1);
  skip_blanks();
  return text.starts_with('{') && read_usage(object_at(text), out);
}

/// The last whole usage in `text`. A quote inside a JSON string is escaped, so that the key cannot stand in a text.
bool last_usage(std::string_view text, Usage& out) {
  for (std::size_t at = text.rfind(kKey); at != std::string_view::npos;
       at = at == 0 ? at - 1 : text.rfind(kKey, at - 1)) {
    if (usage_behind(text, at, out)) return true;
  }
  return false;
}

}  // namespace

void UsageTap::feed(std::string_view bytes) {
  const std::size_t first = std::min(bytes.size(), kWindowBytes - head_.size());
  head_.append(bytes.substr(0, first));
  bytes.remove_prefix(first);
  if (bytes.size() > kWindowBytes) {
    gap_ = true;
    tail_.clear();
    bytes.remove_prefix(bytes.size() - kWindowBytes);
  }
  tail_.append(bytes);
  if (tail_.size() > 2 * kWindowBytes) {
    gap_ = true;
    tail_.erase(0, tail_.size() - kWindowBytes);
  }
}

bool UsageTap::usage(Usage& out) const {
  if (!gap_) return last_usage(head_ + tail_, out);
  return last_usage(tail_, out) || last_usage(head_, out);
}

}  // namespace switchyard::forward
