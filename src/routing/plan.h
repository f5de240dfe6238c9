#pragma once
/// \file
/// Decides which models and providers may serve a request, and in which order. Pure: the same question gives the same
/// plan.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/catalog.h"
#include "routing/query.h"
#include "scoring/scorer.h"

namespace switchyard::routing {

enum class Mode : std::uint8_t { kRouted, kNamed, kForced, kPinned };
std::string_view mode_name(Mode mode);

/// Why a candidate may not serve; kEligible if it may.
enum class Filter : std::uint8_t {
  kEligible,
  kModelExcluded,
  kNoProvider,     ///< None is set up, or all are excluded.
  kNoCredentials,  ///< Only pass-through providers, and the client brought no credentials.
  kContextWindow,
  kTools,
  kImages,
  kJsonSchema,
  kDialect,  ///< The provider's dialect cannot carry a field.
};
std::string_view filter_name(Filter filter);

struct Candidate {
  std::uint32_t model = 0;
  Filter filter = Filter::kEligible;
  std::uint32_t bindings_begin = 0, bindings_end = 0;  ///< Its eligible bindings, in `Plan::bindings`.
  float score = 0, quality = 0, cost_usd_per_m = 0;    ///< The cost is NaN if no price is known.
};

struct Plan {
  Mode mode{};
  std::vector<Candidate> candidates;    ///< In the catalog's order.
  std::vector<std::uint32_t> bindings;  ///< Of all candidates, one after the other.
  std::vector<std::uint32_t> ranking;   ///< Eligible candidates' indices; the best come first, in order.
  std::vector<std::uint32_t> attempts;  ///< Bindings in the order to try.
  scoring::Knobs knobs;
  scoring::ScoreTrace trace;
  std::string refusal;  ///< The field that a dialect could not carry, if any did.
};

/// The candidates of all requests that need the same of a model, bring credentials or not, and ask nothing else.
struct UsualCandidates {
  std::vector<Candidate> candidates;
  std::vector<std::uint32_t> bindings, ranking;
  std::vector<std::uint32_t> models;  ///< Of the ranking.
  TokenCount window_min = 0;          ///< The least of the eligible bindings' context windows.
  std::array<bool, 8> dialects{};     ///< Which the eligible bindings' providers speak.
};

/// What of a configuration does not depend on the request, worked out once. Immutable.
class Table {
 public:
  /// `scorer` may be null: then routed requests fail with kUnavailable. `catalog` outlives the table.
  Table(const Catalog& catalog, Policy policy, std::shared_ptr<const scoring::Scorer> scorer);

  [[nodiscard]] const Catalog& catalog() const { return catalog_; }
  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] const scoring::Scorer* scorer() const { return scorer_.get(); }
  [[nodiscard]] const std::vector<std::uint32_t>& routable() const { return routable_; }
  [[nodiscard]] const std::vector<std::uint32_t>& usable_bindings(std::uint32_t model) const { return usable_[model]; }
  [[nodiscard]] bool excluded(std::uint32_t model) const { return excluded_[model]; }
  /// What holds for the routed query if it fits every window, and every dialect carries it.
  [[nodiscard]] const UsualCandidates& usual(const Query& query) const;

 private:
  [[nodiscard]] UsualCandidates work_out(const Query& query) const;

  const Catalog& catalog_;
  Policy policy_;
  std::shared_ptr<const scoring::Scorer> scorer_;
  std::vector<std::vector<std::uint32_t>> usable_;  ///< By model: bindings whose provider is not excluded.
  std::vector<bool> excluded_;
  std::vector<std::uint32_t> routable_;    ///< Models that a router may choose.
  std::array<UsualCandidates, 16> usual_;  ///< By need of tools, images and schemas, and by credentials.
};

/// A model that the client insists on, perhaps at one provider; with `kRouted` none, and the query's text will be
/// embedded.
struct Wish {
  Mode mode = Mode::kRouted;
  std::uint32_t model = 0;
  std::optional<std::uint32_t> provider;
};
/// Errors: kNotFound for an unknown name, with near names.
Result<Wish> resolve(const Query& query, const Table& table);

/// What a plan is for. One for the record says of every candidate whether it may serve. One to be carried out has the
/// same attempts, and asks only of the dialects that they speak what those carry: to know that, a request has to be
/// read whole.
enum class Purpose : std::uint8_t { kRecord, kAttempts };

/// Errors: kInvalidRequest when nothing can serve it, naming why; kTooLarge when it fits no context window;
/// kUnavailable with a Retry-After when the scorer cannot answer.
Result<Plan> plan(const Query& query, const Table& table, const Wish& wish, Purpose purpose);
/// Resolves and plans, for the record.
Result<Plan> plan(const Query& query, const Table& table);

/// Models that are tried before giving up.
constexpr std::size_t kModelsTriedMax = 3;
/// Room that an answer needs if the client set no limit.
constexpr TokenCount kOutputReserve = 1024;

}  // namespace switchyard::routing
