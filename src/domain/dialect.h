#pragma once
/// \file
/// The languages that clients and providers speak.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace switchyard {

enum class Dialect : std::uint8_t {
  kOpenAiChat,
  kAnthropic,
  kOpenAiResponses,
  kGemini,
  kOpenAiCompletions,  ///< The old text completions: of clients only.
  kBedrockConverse,    ///< Of providers only.
};
constexpr Dialect kDialects[] = {Dialect::kOpenAiChat, Dialect::kAnthropic,         Dialect::kOpenAiResponses,
                                 Dialect::kGemini,     Dialect::kOpenAiCompletions, Dialect::kBedrockConverse};
constexpr std::size_t kDialectCount = std::size(kDialects);

/// The name used in configuration, records and metrics.
constexpr std::string_view dialect_name(Dialect dialect) {
  switch (dialect) {
    case Dialect::kOpenAiChat:
      return "openai_chat";
    case Dialect::kAnthropic:
      return "anthropic";
    case Dialect::kOpenAiResponses:
      return "openai_responses";
    case Dialect::kGemini:
      return "gemini";
    case Dialect::kOpenAiCompletions:
      return "openai_completions";
    case Dialect::kBedrockConverse:
      return "bedrock_converse";
  }
  return "openai_chat";
}

constexpr std::optional<Dialect> dialect_from_name(std::string_view name) {
  for (const Dialect dialect : kDialects) {
    if (dialect_name(dialect) == name) return dialect;
  }
  return std::nullopt;
}

enum class StreamMode : std::uint8_t { kBuffered, kStreamed };

}  // namespace switchyard
