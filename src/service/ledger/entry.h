#pragma once
/// \file
/// One line of the ledger: what one request used, cost and took.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/dialect.h"
#include "domain/usage.h"

namespace switchyard::ledger {

enum class Outcome : std::uint8_t {
  kSuccess,
  kClientError,       ///< The request could not be served as it was.
  kUpstreamError,     ///< Every attempt failed, or a stream broke off.
  kClientDisconnect,  ///< The client left before the answer's end.
  kInternalError,
};
std::string_view outcome_name(Outcome outcome);

/// Times are microseconds.
struct Entry {
  std::string id;  ///< The request's id; unique.
  std::string decision_id;
  std::string key_id;  ///< Empty without authentication.
  std::string requested_model;
  std::string model;  ///< What served; empty if nothing did.
  std::string provider;
  std::string attempts;         ///< "openai/gpt-5.5:503,openrouter/...:200".
  std::string error_kind;       ///< Empty on success.
  std::int64_t started_us = 0;  ///< Since the Unix epoch.
  Dialect dialect{};
  StreamMode stream{};
  Outcome outcome{};
  std::int32_t status = 0;
  Usage usage;
  bool usage_estimated = false;  ///< The provider told none.
  Usd cost;                      ///< 0 if it is not known.
  bool cost_unknown = false;     ///< What served has no known price.
  std::int64_t routing_us = 0, first_byte_us = 0, total_us = 0;
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// Appends the entry's bytes: a format version, fixed fields, then the texts with their lengths; little-endian.
void encode(const Entry& entry, std::string& out);
/// Errors: kInvalidRequest for bytes that `encode` did not write.
Result<Entry> decode(std::string_view bytes);

}  // namespace switchyard::ledger
