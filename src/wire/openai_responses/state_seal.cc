#include "wire/openai_responses/state_seal.h"

#include "wire/reasoning_state.h"

namespace switchyard::wire::openai_responses {
namespace {

constexpr std::string_view kRedacted = "redacted:";

}  // namespace

ThinkingPart opened_reasoning(JsonText id, JsonText encrypted, TextStorage& storage) {
  ThinkingPart part;
  const ReasoningState state = opened_state(encrypted, Dialect::kOpenAiResponses);
  part.issuer = state.issuer;
  if (part.issuer != Dialect::kOpenAiResponses) {
    const bool redacted = state.value.escaped.starts_with(kRedacted);
    (redacted ? part.redacted : part.signature) = {state.value.escaped.substr(redacted ? kRedacted.size() : 0)};
  } else if (state.value.escaped.find(':') != std::string_view::npos) {
    part.signature = state.value;  // A stream of ours put the id in front.
  } else if (state.value.empty() && !encrypted.empty()) {
    // Sealed by nobody we know: the id in front of it is not OpenAI's either.
  } else if (state.value.empty() && id.escaped.starts_with(kOurReasoningId)) {
    // We made the item for a provider that gave no state.
  } else if (!id.empty() || !state.value.empty()) {
    std::string& whole = storage.emplace_back(id.escaped);
    part.signature = {whole.append(":").append(state.value.escaped)};
  }
  return part;
}

JsonText sealed_reasoning(const ThinkingPart& part, bool id_known, TextStorage& storage) {
  if (!part.redacted.empty()) {
    std::string& marked = storage.emplace_back(kRedacted);
    return sealed_state({marked.append(part.redacted.escaped)}, part.issuer, Dialect::kOpenAiResponses, storage);
  }
  if (part.issuer != Dialect::kOpenAiResponses) {
    return sealed_state(part.signature, part.issuer, Dialect::kOpenAiResponses, storage);
  }
  const std::string_view encrypted = cut_state(part.signature).encrypted;
  if (encrypted.empty()) return {};
  return id_known ? JsonText{encrypted} : part.signature;
}

ReasoningIdentity cut_state(JsonText signature) {
  const std::size_t colon = signature.escaped.find(':');
  if (colon == std::string_view::npos) return {{}, signature.escaped};
  return {signature.escaped.substr(0, colon), signature.escaped.substr(colon + 1)};
}

}  // namespace switchyard::wire::openai_responses
