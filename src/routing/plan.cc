#include "routing/plan.h"

#include <algorithm>
#include <array>

namespace switchyard::routing {
namespace {

/// A model the client insists on, perhaps at one provider.
struct Wish {
  Mode mode = Mode::kRouted;
  std::uint32_t model = 0;
  std::optional<std::uint32_t> provider;
};

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

/// Works candidates out one by one; remembers what each dialect said.
class Eligibility {
 public:
  Eligibility(const Query& query, const Table& table, Plan& plan) : query_(query), table_(table), plan_(plan) {}

  void add(std::uint32_t model, std::optional<std::uint32_t> provider) {
    Candidate c;
    c.model = model;
    c.bindings_begin = static_cast<std::uint32_t>(plan_.bindings.size());
    c.filter = table_.excluded(model) ? Filter::kModelExcluded : by_capability(table_.catalog().models()[model].capabilities);
    if (c.filter == Filter::kEligible) {
      c.filter = Filter::kNoProvider;
      for (const std::uint32_t binding : table_.usable_bindings(model)) {
        if (provider && table_.catalog().bindings()[binding].provider != *provider) continue;
        const Filter filter = by_binding(binding);
        if (filter == Filter::kEligible) plan_.bindings.push_back(binding);
        if (c.filter != Filter::kEligible) c.filter = filter;
      }
    }
    c.bindings_end = static_cast<std::uint32_t>(plan_.bindings.size());
    plan_.candidates.push_back(c);
  }

 private:
  [[nodiscard]] Filter by_capability(const ModelCapabilities& can) const {
    if (query_.tools && !can.tools) return Filter::kTools;
    if (query_.images && !can.images) return Filter::kImages;
    if (query_.structured_output && !can.json_schema) return Filter::kJsonSchema;
    return Filter::kEligible;
  }

  Filter by_binding(std::uint32_t index) {
    const Binding& binding = table_.catalog().bindings()[index];
    const Provider& provider = table_.catalog().providers()[binding.provider];
    if (provider.passthrough && !query_.client_credentials) return Filter::kNoCredentials;
    const TokenCount answer = query_.output_tokens_max > 0 ? query_.output_tokens_max : kOutputReserve;
    const TokenCount cap = table_.catalog().models()[binding.model].output_max;
    const TokenCount reserve = cap > 0 ? std::min(answer, cap) : answer;
    if (query_.input_tokens + reserve > table_.catalog().context_window(binding)) return Filter::kContextWindow;
    if (provider.dialect != query_.dialect && !carries(provider.dialect)) return Filter::kDialect;
    return Filter::kEligible;
  }

  bool carries(Dialect dialect) {
    auto& known = carries_[static_cast<std::size_t>(dialect)];
    if (!known) {
      const std::string refusal = query_.refusal ? query_.refusal(dialect) : std::string();
      known = refusal.empty();
      if (!refusal.empty()) plan_.refusal = refusal;
    }
    return *known;
  }

  const Query& query_;
  const Table& table_;
  Plan& plan_;
  std::array<std::optional<bool>, 8> carries_;
};

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
      return fail(ErrorKind::kInvalidRequest,
                  "model: " + subject + " be served: there is no provider key here, and the request brought no Anthropic credentials of its own");
    default:
      return fail(ErrorKind::kInvalidRequest, "model: " + subject + " be served: its providers are not set up, or excluded");
  }
}

Result<void> score(const Query& query, const Table& table, Plan& plan) {
  const scoring::Scorer* const scorer = table.scorer();
  const auto unavailable = [](std::string detail) {
    return std::unexpected(Error{ErrorKind::kUnavailable, Retry::kSameUpstreamLater, "routing is not available", std::move(detail),
                                 std::chrono::seconds(1)});
  };
  if (scorer == nullptr) return unavailable("no artifact is loaded");
  plan.knobs = scorer->default_knobs();
  if (table.policy().alpha) plan.knobs.alpha = *table.policy().alpha;
  if (table.policy().top_p > 0) plan.knobs.top_p = table.policy().top_p;
  if (query.overrides.alpha) plan.knobs.alpha = *query.overrides.alpha;
  if (query.overrides.output_cost_ratio) plan.knobs.output_cost_ratio = *query.overrides.output_cost_ratio;

  std::vector<std::uint32_t> models;
  models.reserve(plan.ranking.size());
  for (const std::uint32_t at : plan.ranking) models.push_back(plan.candidates[at].model);
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

Usd list_price(const Plan& plan, const Catalog& catalog, const Candidate& c) {
  const Price& price = catalog.bindings()[plan.bindings[c.bindings_begin]].price;
  return price.input + price.output;
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

Table::Table(const Catalog& catalog, Policy policy, std::shared_ptr<const scoring::Scorer> scorer)
    : catalog_(catalog), policy_(std::move(policy)), scorer_(std::move(scorer)) {
  std::vector<bool> provider_excluded(catalog_.providers().size());
  for (const std::string& name : policy_.excluded_providers) {
    if (const auto provider = catalog_.find_provider(name)) provider_excluded[*provider] = true;
  }
  excluded_.resize(catalog_.models().size());
  for (const std::string& name : policy_.excluded_models) {
    if (const auto model = catalog_.find_model(name)) excluded_[*model] = true;
  }
  usable_.resize(catalog_.models().size());
  for (std::uint32_t m = 0; m < catalog_.models().size(); ++m) {
    for (const std::uint32_t binding : catalog_.bindings_of(m)) {
      if (!provider_excluded[catalog_.bindings()[binding].provider]) usable_[m].push_back(binding);
    }
    const bool known = scorer_ != nullptr && scorer_->knows(m);
    if (catalog_.models()[m].tier != Tier::kNone && known && !usable_[m].empty()) routable_.push_back(m);
  }
}

bool needs_text(const Query& query, const Table& table) {
  const auto wish = resolve(query, table);
  return wish && wish->mode == Mode::kRouted;
}

Result<Plan> plan(const Query& query, const Table& table) {
  SY_TRY(const Wish wish, resolve(query, table));
  Plan plan;
  plan.mode = wish.mode;
  Eligibility eligibility(query, table, plan);
  if (wish.mode == Mode::kRouted) {
    plan.candidates.reserve(table.routable().size());
    plan.bindings.reserve(table.routable().size() * 2);
    for (const std::uint32_t model : table.routable()) eligibility.add(model, std::nullopt);
    if (plan.candidates.empty() && table.scorer() == nullptr) SY_CHECK(score(query, table, plan));
  } else {
    eligibility.add(wish.model, wish.provider);
  }
  for (std::uint32_t i = 0; i < plan.candidates.size(); ++i) {
    if (plan.candidates[i].filter == Filter::kEligible) plan.ranking.push_back(i);
  }
  if (plan.ranking.empty()) return nothing_left(plan, table, query);
  if (wish.mode == Mode::kRouted) {
    SY_CHECK(score(query, table, plan));
    const Catalog& catalog = table.catalog();
    const auto better = [&](std::uint32_t a, std::uint32_t b) {
      const Candidate &x = plan.candidates[a], &y = plan.candidates[b];
      if (x.score != y.score) return x.score > y.score;
      const Usd px = list_price(plan, catalog, x), py = list_price(plan, catalog, y);
      if (px != py) return px < py;
      return catalog.models()[x.model].id < catalog.models()[y.model].id;
    };
    // Only the first few are ever tried or named; the rest need no order among themselves.
    const auto front = static_cast<std::ptrdiff_t>(std::min(plan.ranking.size(), kModelsTriedMax + 1));
    std::ranges::partial_sort(plan.ranking, plan.ranking.begin() + front, better);
  }
  for (std::size_t i = 0; i < std::min(plan.ranking.size(), kModelsTriedMax); ++i) {
    const Candidate& c = plan.candidates[plan.ranking[i]];
    for (std::uint32_t b = c.bindings_begin; b < c.bindings_end && plan.attempts.size() < table.policy().attempts_max; ++b) {
      plan.attempts.push_back(plan.bindings[b]);
    }
  }
  return plan;
}

}  // namespace switchyard::routing
