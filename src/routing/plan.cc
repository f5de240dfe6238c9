#include "routing/plan.h"

#include <algorithm>

#include "routing/eligibility.h"

namespace switchyard::routing {
namespace {

std::unexpected<Error> unknown_model(const Catalog& catalog, std::string_view name) {
  std::string message = "model '" + std::string(name.substr(0, 200)) + "' is not known";
  const auto near = catalog.near_names(name);
  for (std::size_t i = 0; i < near.size(); ++i) message += (i == 0 ? "; did you mean " : " or ") + near[i];
  if (!near.empty()) message += "?";
  return fail(ErrorKind::kNotFound, std::move(message));
}

/// "openai/gpt-5.5" where openai is a provider that serves gpt-5.5, or a provider's own name for it.
std::optional<Wish> with_provider(const Catalog& catalog, std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto provider = catalog.find_provider(name.substr(0, slash));
  if (!provider) return std::nullopt;
  const std::string_view rest = name.substr(slash + 1);
  const auto model = catalog.find_model(rest);
  for (std::uint32_t i = 0; i < catalog.bindings().size(); ++i) {
    const Binding& b = catalog.bindings()[i];
    if (b.provider == *provider && ((model && b.model == *model) || b.upstream_id == rest)) {
      return Wish{Mode::kNamed, b.model, *provider};
    }
  }
  return std::nullopt;
}

Result<Wish> insisted(const Catalog& catalog, std::string_view name, Mode mode) {
  if (const auto model = catalog.find_model(name)) return Wish{mode, *model, std::nullopt};
  if (auto wish = with_provider(catalog, name)) {
    wish->mode = mode;
    return *wish;
  }
  return unknown_model(catalog, name);
}

/// What the client is told when nothing can serve the request: the reason of the candidate that came nearest.
std::unexpected<Error> nothing_left(const Plan& plan, const Table& table, const Query& query) {
  Filter nearest = Filter::kModelExcluded;
  for (const Candidate& c : plan.candidates) nearest = std::max(nearest, c.filter);
  const std::string subject = plan.mode == Mode::kRouted || plan.candidates.empty()
                                  ? std::string("no model that is set up can")
                                  : "model '" + table.catalog().models()[plan.candidates.front().model].id + "' cannot";
  switch (nearest) {
    case Filter::kDialect:
      return fail(ErrorKind::kInvalidRequest, plan.refusal);
    case Filter::kContextWindow:
      return fail(ErrorKind::kTooLarge, "messages: about " + std::to_string(query.input_tokens) +
                                            " tokens and the answer's room exceed the context window; " + subject +
                                            " take them");
    case Filter::kTools:
      return fail(ErrorKind::kInvalidRequest, "tools: " + subject + " call tools");
    case Filter::kImages:
      return fail(ErrorKind::kInvalidRequest, "messages: " + subject + " read images");
    case Filter::kJsonSchema:
      return fail(ErrorKind::kInvalidRequest, "response_format: " + subject + " follow a JSON schema");
    case Filter::kNoCredentials:
      return fail(
          ErrorKind::kInvalidRequest,
          "model: " + subject +
              " be served: there is no provider key here, and the request brought no Anthropic credentials of its own");
    default:
      return fail(ErrorKind::kInvalidRequest,
                  "model: " + subject + " be served: its providers are not set up, or excluded");
  }
}

/// Scores the ranking's candidates; `models` are theirs.
Result<void> score(const Query& query, const Table& table, std::span<const std::uint32_t> models, Plan& plan) {
  const scoring::Scorer* const scorer = table.scorer();
  const auto unavailable = [](std::string detail) {
    return std::unexpected(Error{ErrorKind::kUnavailable, Retry::kSameUpstreamLater, "routing is not available",
                                 std::move(detail), std::chrono::seconds(1)});
  };
  if (scorer == nullptr) return unavailable("no artifact is loaded");
  plan.knobs = scorer->default_knobs();
  if (table.policy().alpha) plan.knobs.alpha = *table.policy().alpha;
  if (table.policy().top_p > 0) plan.knobs.top_p = table.policy().top_p;
  if (query.overrides.alpha) plan.knobs.alpha = *query.overrides.alpha;
  if (query.overrides.output_cost_ratio) plan.knobs.output_cost_ratio = *query.overrides.output_cost_ratio;

  std::vector<scoring::ModelScore> scores;
  if (auto scored = scorer->score(query.text, plan.knobs, models, scores, plan.trace); !scored) {
    return unavailable(scored.error().message);
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    Candidate& c = plan.candidates[plan.ranking[i]];
    c.score = scores[i].score;
    c.quality = scores[i].quality;
    c.cost_usd_per_m = scores[i].cost_usd_per_m;
  }
  return {};
}

/// Whether the first costs less by its list price. What is not priced is not cheap.
bool costs_less(const Binding& a, const Binding& b) {
  const bool unknown_a = a.pricing == Pricing::kUnknown, unknown_b = b.pricing == Pricing::kUnknown;
  if (unknown_a || unknown_b) return !unknown_a && unknown_b;
  return a.price.input + a.price.output < b.price.input + b.price.output;
}

/// Higher score, lower price, name: no two candidates are equal.
class Better {
 public:
  Better(const Plan& plan, const Catalog& catalog) : plan_(plan), catalog_(catalog) {}
  [[nodiscard]] float score(std::uint32_t at) const { return plan_.candidates[at].score; }
  bool operator()(std::uint32_t a, std::uint32_t b) const {
    const Candidate &x = plan_.candidates[a], &y = plan_.candidates[b];
    if (x.score != y.score) return x.score > y.score;
    const Binding &at_x = first_binding(x), &at_y = first_binding(y);
    if (costs_less(at_x, at_y)) return true;
    if (costs_less(at_y, at_x)) return false;
    return catalog_.models()[x.model].id < catalog_.models()[y.model].id;
  }

 private:
  [[nodiscard]] const Binding& first_binding(const Candidate& c) const {
    return catalog_.bindings()[plan_.bindings[c.bindings_begin]];
  }
  const Plan& plan_;
  const Catalog& catalog_;
};

/// Brings the best `count` to the front, in order; the rest needs none. One pass, since `count` is small and most
/// candidates are no better than the last of the best.
void put_best_first(std::span<std::uint32_t> ranking, std::size_t count, const Better& better) {
  const auto move_up = [&](std::size_t at) {
    for (; at > 0 && better(ranking[at], ranking[at - 1]); --at) std::swap(ranking[at], ranking[at - 1]);
  };
  const std::size_t first = std::min(count, ranking.size());
  for (std::size_t i = 1; i < first; ++i) move_up(i);
  float needed = better.score(ranking[first - 1]);  // What is below cannot be better.
  for (std::size_t i = first; i < ranking.size(); ++i) {
    if (better.score(ranking[i]) < needed || !better(ranking[i], ranking[first - 1])) continue;
    std::swap(ranking[i], ranking[first - 1]);
    move_up(first - 1);
    needed = better.score(ranking[first - 1]);
  }
}

}  // namespace

std::string_view mode_name(Mode mode) {
  switch (mode) {
    case Mode::kRouted:
      return "routed";
    case Mode::kNamed:
      return "named";
    case Mode::kForced:
      return "forced";
    case Mode::kPinned:
      return "pinned";
  }
  return "routed";
}

std::string_view filter_name(Filter filter) {
  switch (filter) {
    case Filter::kEligible:
      return "eligible";
    case Filter::kModelExcluded:
      return "model_excluded";
    case Filter::kNoProvider:
      return "no_provider";
    case Filter::kNoCredentials:
      return "no_credentials";
    case Filter::kContextWindow:
      return "context_window";
    case Filter::kTools:
      return "tools";
    case Filter::kImages:
      return "images";
    case Filter::kJsonSchema:
      return "json_schema";
    case Filter::kDialect:
      return "dialect";
  }
  return "eligible";
}

/// Which model the request is bound to, if any: a hard pin, a forced one, a named one that is honoured.
Result<Wish> resolve(const Query& query, const Table& table) {
  const Catalog& catalog = table.catalog();
  const Policy& policy = table.policy();
  if (!policy.hard_pin_model.empty()) {
    SY_TRY(Wish wish, insisted(catalog, policy.hard_pin_model, Mode::kPinned));
    if (!policy.hard_pin_provider.empty()) wish.provider = catalog.find_provider(policy.hard_pin_provider);
    return wish;
  }
  if (!query.overrides.force_model.empty()) return insisted(catalog, query.overrides.force_model, Mode::kForced);
  const std::string_view name = query.requested_model;
  if (name.empty() || name == "auto") return Wish{};
  if (const auto model = catalog.find_model(name)) {
    const bool honor = query.overrides.honor_named_models.value_or(policy.honor_named_models);
    return honor ? Wish{Mode::kNamed, *model, std::nullopt} : Wish{};
  }
  if (const auto wish = with_provider(catalog, name)) return *wish;
  return unknown_model(catalog, name);
}

Result<Plan> plan(const Query& query, const Table& table, const Wish& wish, Purpose purpose) {
  Plan plan;
  plan.mode = wish.mode;
  Eligibility eligibility(query, table, plan);
  const bool routed = wish.mode == Mode::kRouted;
  const bool ahead = routed && eligibility.take(table.usual(query), purpose);
  if (!routed) {
    eligibility.add(wish.model, wish.provider);
  } else if (!ahead) {
    for (const std::uint32_t model : table.routable()) eligibility.add(model, std::nullopt);
  }
  if (routed && plan.candidates.empty() && table.scorer() == nullptr) SY_CHECK(score(query, table, {}, plan));
  if (plan.ranking.empty()) return nothing_left(plan, table, query);
  if (routed) {
    std::vector<std::uint32_t> models;
    if (!ahead) {
      for (const std::uint32_t at : plan.ranking) models.push_back(plan.candidates[at].model);
    }
    SY_CHECK(score(query, table, ahead ? table.usual(query).models : models, plan));
    // Only the first few are ever tried or named.
    put_best_first(plan.ranking, kModelsTriedMax + 1, Better(plan, table.catalog()));
  }
  for (std::size_t i = 0; i < std::min(plan.ranking.size(), kModelsTriedMax); ++i) {
    const Candidate& c = plan.candidates[plan.ranking[i]];
    for (std::uint32_t b = c.bindings_begin; b < c.bindings_end && plan.attempts.size() < table.policy().attempts_max;
         ++b) {
      plan.attempts.push_back(plan.bindings[b]);
    }
  }
  // A provider that would be tried and cannot carry the request makes room for others: now each is looked at.
  if (ahead && purpose == Purpose::kAttempts && !eligibility.carried(plan.attempts)) {
    return routing::plan(query, table, wish, Purpose::kRecord);
  }
  return plan;
}

Result<Plan> plan(const Query& query, const Table& table) {
  SY_TRY(const Wish wish, resolve(query, table));
  return plan(query, table, wish, Purpose::kRecord);
}

}  // namespace switchyard::routing
