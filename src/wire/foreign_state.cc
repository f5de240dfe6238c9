#include "wire/foreign_state.h"

#include "wire/reasoning_state.h"

namespace switchyard::wire {
namespace {

bool is_foreign(json::Value value) { return value.is_string() && value.escaped().starts_with(kStateMark); }

}  // namespace

std::vector<ByteSpan> foreign_state(Dialect dialect, json::Value root) {
  std::vector<ByteSpan> spans;
  switch (dialect) {
    case Dialect::kAnthropic:
      for (const json::Value message : root["messages"].elements()) {
        if (!message["content"].is_array()) continue;
        cut_elements(message["content"], spans,
                     [](json::Value block) { return is_foreign(block["signature"]) || is_foreign(block["data"]); });
      }
      break;
    case Dialect::kOpenAiChat:
      for (const json::Value message : root["messages"].elements()) {
        cut_members(message, spans, [](std::string_view key, json::Value value) {
          if (key != "reasoning_details") return false;
          for (const json::Value detail : value.elements()) {
            if (is_foreign(detail["data"])) return true;
          }
          return false;
        });
      }
      break;
    case Dialect::kOpenAiResponses:
      if (root["input"].is_array()) {
        cut_elements(root["input"], spans, [](json::Value item) {
          const bool ours = item["type"].equals("reasoning") && item["id"].escaped().starts_with(kOurReasoningId);
          return ours || is_foreign(item["encrypted_content"]);
        });
      }
      break;
    case Dialect::kGemini:
      for (const json::Value content : root["contents"].elements()) {
        for (const json::Value part : content["parts"].elements()) {
          cut_members(part, spans, [](std::string_view key, json::Value value) {
            return (key == "thoughtSignature" || key == "thought_signature") && is_foreign(value);
          });
        }
      }
      break;
    default:
      break;
  }
  return spans;
}

}  // namespace switchyard::wire
