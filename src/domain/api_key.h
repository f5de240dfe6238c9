#pragma once
/// \file
/// Router keys as the gateway knows them: never the key, only its SHA-256 and what is shown of it.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace switchyard {

using Sha256 = std::array<std::uint8_t, 32>;

/// Times are milliseconds since the Unix epoch.
struct ApiKey {
  std::string id;      ///< "key_" and 16 hexadecimal digits.
  std::string name;    ///< What the operator called it.
  Sha256 hash{};       ///< Of the whole key text.
  std::string prefix;  ///< The first 8 characters, for display.
  std::string suffix;  ///< The last 4 characters, for display.
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> revoked_ms;
  friend bool operator==(const ApiKey&, const ApiKey&) = default;
};

}  // namespace switchyard
