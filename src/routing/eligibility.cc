#include "routing/eligibility.h"

#include <algorithm>

namespace switchyard::routing {
namespace {

std::uint8_t needs_of(const Query& query, Mode mode) {
  const bool reasoning = query.reasoning && mode == Mode::kRouted;
  return static_cast<std::uint8_t>((query.tools ? kNeedsTools : 0) | (query.images ? kNeedsImages : 0) |
                                   (query.structured_output ? kNeedsJsonSchema : 0) |
                                   (reasoning ? kNeedsReasoning : 0));
}

Filter first_missing(unsigned missing) {
  if (missing & kNeedsTools) return Filter::kTools;
  if (missing & kNeedsImages) return Filter::kImages;
  if (missing & kNeedsJsonSchema) return Filter::kJsonSchema;
  return Filter::kReasoning;
}

}  // namespace

Eligibility::Eligibility(const Query& query, const Table& table, Plan& plan)
    : query_(query),
      table_(table),
      plan_(plan),
      needs_(needs_of(query, plan.mode)),
      input_(std::max<TokenCount>(query.input_tokens, 0)),
      answer_(query.output_tokens_max > 0 ? query.output_tokens_max : kOutputReserve) {}

void Eligibility::add(std::uint32_t model, std::optional<std::uint32_t> provider) {
  const ModelRow& row = table_.row(model);
  Candidate c;
  c.model = model;
  c.bindings_begin = c.bindings_end = static_cast<std::uint32_t>(plan_.bindings.size());
  if (row.excluded) {
    c.filter = Filter::kModelExcluded;
  } else if (const unsigned missing = row.lacks & needs_; missing != 0) {
    c.filter = first_missing(missing);
  } else {
    c.filter = Filter::kNoProvider;
    for (const BindingRow& binding : table_.usable_bindings(row)) {
      if (provider && binding.provider != *provider) continue;
      const Filter filter = judge(binding);
      if (filter == Filter::kEligible) plan_.bindings.push_back(binding.binding);
      c.filter = std::max(c.filter, filter);
    }
    c.bindings_end = static_cast<std::uint32_t>(plan_.bindings.size());
    if (c.bindings_begin < c.bindings_end) c.filter = Filter::kEligible;
  }
  plan_.candidates.push_back(c);
}

Filter Eligibility::judge(const BindingRow& row) {
  if (row.passthrough && !query_.client_credentials) return Filter::kNoCredentials;
  // A limit above what the model can write is clamped to that on the way out. Both sides of the difference are not
  // negative, so no client's number can make it overflow.
  if (std::min(answer_, row.output_max) > row.context_window - input_) return Filter::kContextWindow;
  if (row.dialect != query_.dialect && !carries(row.dialect)) return Filter::kDialect;
  return Filter::kEligible;
}

bool Eligibility::carries(Dialect dialect) {
  Carries& known = carries_[static_cast<std::size_t>(dialect)];
  if (known == Carries::kNotAsked) {
    std::string refusal = query_.refusal ? query_.refusal(dialect) : std::string();
    known = refusal.empty() ? Carries::kYes : Carries::kNo;
    if (!refusal.empty()) plan_.refusal = std::move(refusal);
  }
  return known == Carries::kYes;
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
    case Filter::kReasoning:
      return "reasoning";
    case Filter::kDialect:
      return "dialect";
  }
  return "eligible";
}

std::unexpected<Error> nothing_left(const Plan& plan, const Table& table, const Query& query) {
  Filter nearest = Filter::kModelExcluded;
  for (const Candidate& c : plan.candidates) nearest = std::max(nearest, c.filter);
  const std::string subject =
      plan.mode == Mode::kRouted || plan.candidates.empty()
          ? std::string("no model that is set up can")
          : "model '" + table.catalog().models()[plan.candidates.front().model].id + "' cannot";
  const auto refuse = [](std::string message) { return fail(ErrorKind::kInvalidRequest, std::move(message)); };
  switch (nearest) {
    case Filter::kDialect:
      return refuse(plan.refusal);
    case Filter::kContextWindow:
      return fail(ErrorKind::kTooLarge, "messages: about " + std::to_string(query.input_tokens) +
                                            " tokens and the answer's room exceed the context window; " + subject +
                                            " take them");
    case Filter::kTools:
      return refuse("tools: " + subject + " call tools");
    case Filter::kImages:
      return refuse("messages: " + subject + " read images");
    case Filter::kJsonSchema:
      return refuse("response_format: " + subject + " follow a JSON schema");
    case Filter::kReasoning:
      return refuse((query.dialect == Dialect::kAnthropic ? "thinking: " : "reasoning_effort: ") + subject + " reason");
    case Filter::kNoCredentials:
      return refuse("model: " + subject +
                    " be served: there is no provider key here, and the request brought no Anthropic credentials of "
                    "its own");
    default:
      return refuse("model: " + subject + " be served: its providers are not set up, or excluded");
  }
}

}  // namespace switchyard::routing
