#include "wire/gemini/tap.h"

#include "wire/gemini/keys.h"
#include "wire/gemini/response.h"

namespace switchyard::wire::gemini {

std::string_view StreamTap::feed(std::string_view bytes) {
  if (framing_ == StreamFraming::kSse) {
    splitter_.feed(bytes, [this](std::string_view event) { see(data_of(event)); });
    return bytes;
  }
  deaf_ = deaf_ || !array_.feed(bytes);
  while (!deaf_) {
    const auto element = array_.next();
    if (!element) break;
    see(element->data);
  }
  return bytes;
}

// Chunks are few and each may hold usage, so each is parsed.
void StreamTap::see(std::string_view chunk) {
  if (chunk.empty() || !document_.parse_again(chunk)) return;
  const json::Value root = document_.root();
  failed_ |= root["error"].has_value();
  has_usage_ |= parse_usage(member(root, "usageMetadata"), usage_);
  ended_ |= member(member(root, "promptFeedback"), "blockReason").has_value();
  for (const json::Value candidate : root["candidates"].elements()) {
    const json::Value reason = member(candidate, "finishReason");
    ended_ |= reason.is_string() && !reason.equals("FINISH_REASON_UNSPECIFIED");
    visit_each(candidate["content"]["parts"], [this](json::Value part) {
      const json::Value call = member(part, "functionCall");
      tool_calls_ |= call.exists();
      output_bytes_ += part["text"].escaped().size() + member(call, "args").raw().size();
      had_output_ |= call.exists() || !part["text"].escaped().empty() || member(part, "inlineData").exists();
    });
  }
}

}  // namespace switchyard::wire::gemini
