#include "wire/anthropic/tap.h"

#include "base/json.h"
#include "wire/anthropic/response.h"

namespace switchyard::wire::anthropic {
namespace {
constexpr std::size_t kDeltaFrameBytes = 80;  ///< What a content_block_delta's payload weighs beside its text.
}

std::string_view StreamTap::feed(std::string_view bytes) {
  splitter_.feed(bytes, [this](std::string_view event) { see(event); });
  return bytes;
}

void StreamTap::see(std::string_view event) {
  const std::string_view data = data_of(event);
  if (data.empty()) return;
  // The type is looked for where the provider puts it: first. Only these events are worth a parse.
  const std::string_view front = data.substr(0, 64);
  const bool delta = front.find("\"content_block_delta\"") != std::string_view::npos;
  if (delta) {
    had_output_ = true;
    if (data.size() > kDeltaFrameBytes) output_bytes_ += data.size() - kDeltaFrameBytes;
    return;
  }
  const auto document = json::Document::parse(data);
  if (!document) return;
  const json::Value root = document->root();
  const json::Value type = root["type"];
  if (type.equals("message_start")) {
    has_usage_ |= parse_usage(root["message"]["usage"], usage_);
  } else if (type.equals("message_delta")) {
    has_usage_ |= parse_usage(root["usage"], usage_);
  } else if (type.equals("content_block_start")) {
    had_output_ = true;
    tool_calls_ |= root["content_block"]["type"].equals("tool_use");
  } else if (type.equals("message_stop")) {
    ended_ = true;
  } else if (type.equals("error")) {
    failed_ = true;
  }
}

}  // namespace switchyard::wire::anthropic
