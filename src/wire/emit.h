#pragma once
/// \file
/// What all dialects' emitters are told, and how they say what a target cannot carry.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "domain/catalog.h"
#include "domain/chat.h"

namespace switchyard::wire {

/// The target of one attempt.
struct EmitTarget {
  std::string_view model;  ///< The provider's name for the model (plain text).
  const ProviderQuirks& quirks = kNoQuirks;
  TokenCount output_max = 0;  ///< Of the model; 0: unknown. Larger client limits are clamped to it.
  StreamMode mode{};          ///< Whether to ask for a stream.
};

/// A field that a target cannot carry, and why. Makes the target ineligible; alone, a 400 that names `field`.
struct Refusal {
  std::string field;   ///< "messages[1].content[0].source", "n", ...
  std::string reason;  ///< "Anthropic Messages has no ..."
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// What an answer must repeat of its request when it is rendered for the client.
struct AnswerContext {
  std::string_view id;     ///< Our id for the answer, used when the provider gave none of the client's shape.
  std::string_view model;  ///< The model name that the client is shown (plain text).
  std::int64_t created_unix = 0;
  bool include_usage = false;     ///< OpenAI streams: send a usage chunk.
  TokenCount input_estimate = 0;  ///< Anthropic's message_start needs input tokens before the provider tells them.
  bool json_array = false;        ///< Gemini streams: as one JSON array instead of server-sent events.
  /// Names of the request's custom tools: a provider without such tools was given functions of one string, `input`.
  std::span<const std::string> custom_tools;
  json::Value request;  ///< The client's body, of which a Responses answer repeats fields; may be missing.
};

/// The reason that goes with the parts of an answer: clients run tools only if it says so, and wait for none if not.
constexpr FinishReason settled_finish(FinishReason told, bool tool_calls) {
  const bool plain =
      told == FinishReason::kStop || told == FinishReason::kUnknown || told == FinishReason::kStopSequence;
  if (tool_calls && plain) return FinishReason::kToolCalls;
  return !tool_calls && told == FinishReason::kToolCalls ? FinishReason::kStop : told;
}

/// A provider's error answer, understood.
struct ProviderError {
  int status = 0;
  std::string type;  ///< The provider's own vocabulary, decoded; may be empty.
  std::string code;
  std::string message;  ///< Decoded; may be empty if the body was not understood.
};

}  // namespace switchyard::wire
