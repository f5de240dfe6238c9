#pragma once
/// \file
/// The decision record: one schema for /v1/route, `switchyard route`, files and replay. Scores are written with the
/// shortest digits that read back as the same float, so that a replay can compare bits.

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "routing/plan.h"

namespace switchyard::routing {

/// Whether the record carries the text that was embedded: only a record that its owner asked for does; others have its
/// hash.
enum class TextInRecord : std::uint8_t { kHash, kWhole };

/// The whole record as JSON. `model`, `provider` and `reason` at the top are the choice.
std::string render_record(std::string_view id, const Query& query, const Plan& plan, const Table& table,
                          TextInRecord text);

/// "cluster:v0.1 top_p=[3,7,1,9] model=gpt-5.5 provider=openai", or "named model=... provider=...", for the binding
/// that serves.
std::string reason(const Plan& plan, const Table& table, std::uint32_t binding);

struct ReplayReport {
  bool same = false;
  std::string difference;  ///< The first one, if not the same: "candidates[3].score: recorded 0.5, replayed 0.25".
};
/// Decides again what `record` (with its text) decided, and compares every candidate, score, order and attempt.
/// Errors: kInvalidRequest if the record cannot be replayed: not a record, no text in it, or another artifact is
/// loaded.
Result<ReplayReport> replay(std::string_view record, const Table& table);

}  // namespace switchyard::routing
