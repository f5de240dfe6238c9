#include "wire/openai_chat/tap.h"

#include "base/json.h"
#include "wire/openai_chat/response.h"

namespace switchyard::wire::openai_chat {
namespace {
constexpr std::size_t kChunkFrameBytes = 200;  ///< What a chunk weighs beside its text, measured on OpenAI's streams.
}

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
  had_output_ = true;
  if (data.size() > kChunkFrameBytes) output_bytes_ += data.size() - kChunkFrameBytes;
  return false;
}

}  // namespace switchyard::wire::openai_chat
