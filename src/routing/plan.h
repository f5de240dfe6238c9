#pragma once
/// \file
/// Decides which models and providers may serve a request, and in which order. Pure: the same question gives the same
/// plan. Indices and numbers only, so that deciding costs little; texts are made when a plan is rendered (record.h).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/catalog.h"
#include "routing/names.h"
#include "routing/query.h"
#include "routing/table.h"
#include "scoring/scorer.h"

namespace switchyard::routing {

/// Why a candidate may not serve; kEligible if it may. A later one came nearer to being served.
enum class Filter : std::uint8_t {
  kEligible,
  kModelExcluded,
  kNoProvider,     ///< None is set up, or all are excluded.
  kNoCredentials,  ///< Only pass-through providers, and the client brought no credentials.
  kContextWindow,
  kTools,
  kImages,
  kJsonSchema,
  kReasoning,  ///< Routed requests only: a client that names a model knows what it does with `thinking`.
  kDialect,    ///< The provider's dialect cannot carry a field.
};
std::string_view filter_name(Filter filter);

struct Candidate {
  std::uint32_t model = 0;
  Filter filter = Filter::kEligible;
  std::uint32_t bindings_begin = 0, bindings_end = 0;  ///< Its eligible bindings, in `Plan::bindings`.
  float score = 0, quality = 0, cost_usd_per_m = 0;
};

struct Plan {
  Mode mode{};
  std::vector<Candidate> candidates;    ///< In the catalog's order.
  std::vector<std::uint32_t> bindings;  ///< Of all candidates, one after the other.
  std::vector<std::uint32_t> ranking;   ///< Eligible candidates: the `kModelsTriedMax` best, best first, then the rest.
  std::vector<std::uint32_t> attempts;  ///< Bindings in the order to try; never empty.
  scoring::Knobs knobs;
  scoring::ScoreTrace trace;
  std::string refusal;  ///< The field that a dialect could not carry, if any did.
};

/// Whether the query names no model that is honoured, so that its text will be embedded.
bool needs_text(const Query& query, const Table& table);

/// Errors: kNotFound for an unknown name, with near names; kInvalidRequest when nothing can serve it, naming why;
/// kTooLarge when it fits no context window; kUnavailable with a Retry-After when the scorer cannot answer.
Result<Plan> plan(const Query& query, const Table& table);

/// Models that are tried before giving up.
constexpr std::size_t kModelsTriedMax = 3;
/// Room that an answer needs if the client set no limit.
constexpr TokenCount kOutputReserve = 1024;

}  // namespace switchyard::routing
