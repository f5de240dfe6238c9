#include "wire/openai_chat/tap.h"

#include <algorithm>

#include "base/json.h"
#include "wire/openai_chat/response.h"

namespace switchyard::wire::openai_chat {
namespace {

/// The length of the string behind `key` in a chunk, or 0.
std::size_t text_behind(std::string_view data, std::string_view key) {
  const std::size_t found = data.find(key);
  if (found == std::string_view::npos) return 0;
  std::size_t at = found + key.size();
  const std::size_t begin = at;
  while (at < data.size() && data[at] != '"') at += data[at] == '\\' ? 2 : 1;
  return std::min(at, data.size()) - begin;
}

}  // namespace

std::string_view StreamTap::feed(std::string_view bytes) {
  if (!hide_usage_) {
    splitter_.feed(bytes, [this](std::string_view event) { see(event); });
    return bytes;
  }
  kept_.clear();
  bool hidden = false;
  const bool cut = !splitter_.held().empty();
  splitter_.feed(bytes, [&](std::string_view event) {
    if (see(event)) {
      hidden = true;
    } else {
      kept_.append(event);
    }
  });
  // Usually whole events came and none is hidden: then nothing was held back and the bytes go on as they are.
  if (!cut && !hidden && splitter_.held().empty()) return bytes;
  return kept_;
}

std::string_view StreamTap::finish() {
  if (!hide_usage_) return {};
  kept_ = splitter_.held();
  splitter_.clear();
  return kept_;
}

bool StreamTap::see(std::string_view event) {
  const std::string_view data = data_of(event);
  if (data.empty()) return false;
  if (data == "[DONE]") {
    ended_ = true;
    return false;
  }
  if (data.find("\"error\":") != std::string_view::npos) {
    const auto document = json::Document::parse(data);
    if (document && document->root()["error"].has_value()) {
      failed_ = true;
      return false;
    }
  }
  if (data.find("\"tool_calls\"") != std::string_view::npos) tool_calls_ = true;
  constexpr std::string_view kUsage = "\"usage\":";
  const std::size_t found = data.rfind(kUsage);
  const bool holds_usage =
      found != std::string_view::npos && !balanced_object(data.substr(found + kUsage.size())).empty();
  if (holds_usage) {
    if (const auto document = json::Document::parse(data)) {
      has_usage_ |= parse_usage(document->root()["usage"], usage_);
      const json::Value choices = document->root()["choices"];
      if (hide_usage_ && choices.is_array() && choices.size() == 0) return true;
    }
  }
  std::size_t text = 0;
  for (const std::string_view key :
       {"\"content\":\"", "\"reasoning_content\":\"", "\"reasoning\":\"", "\"arguments\":\""}) {
    text += text_behind(data, key);
  }
  had_output_ |= text > 0 || tool_calls_;
  output_bytes_ += text;
  return false;
}

}  // namespace switchyard::wire::openai_chat
