#pragma once
/// \file
/// The languages that clients and providers speak.

#include <cstdint>
#include <optional>
#include <string_view>

namespace switchyard {

enum class Dialect : std::uint8_t { kOpenAiChat, kAnthropic };

/// The name used in configuration, records and metrics.
constexpr std::string_view dialect_name(Dialect dialect) {
  switch (dialect) {
    case Dialect::kOpenAiChat:
      return "openai_chat";
    case Dialect::kAnthropic:
      return "anthropic";
  }
  return "openai_chat";
}

constexpr std::optional<Dialect> dialect_from_name(std::string_view name) {
  for (const Dialect dialect : {Dialect::kOpenAiChat, Dialect::kAnthropic}) {
    if (dialect_name(dialect) == name) return dialect;
  }
  return std::nullopt;
}

enum class StreamMode : std::uint8_t { kBuffered, kStreamed };

}  // namespace switchyard
