#pragma once
/// \file
/// What a routing decision is made from: settings of the gateway, wishes of the request, needs of its content.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/dialect.h"
#include "domain/usage.h"
#include "scoring/scorer.h"

namespace switchyard::routing {

/// The gateway's settings.
struct Policy {
  bool honor_named_models = false;  ///< ROUTER_NAMED_MODELS=honor
  std::string hard_pin_model, hard_pin_provider;
  std::vector<std::string> excluded_models, excluded_providers;
  std::optional<double> alpha;
  std::uint32_t top_p = 0;
  std::size_t attempts_max = 4;
};

/// What one request's headers ask for.
struct Overrides {
  std::optional<bool> honor_named_models;  ///< x-switchyard-model: honor|route
  std::string force_model;                 ///< x-switchyard-force-model, x-weave-force-model
  std::string cluster_version;             ///< x-switchyard-cluster-version, x-weave-cluster-version
  std::optional<bool> embed_only_user_message;
  std::optional<double> alpha;              ///< ...-routing-alpha, 0 to 1
  std::optional<double> output_cost_ratio;  ///< ...-output-cost-ratio, 0 to 10
};

/// Takes one header into `overrides` if it is an override; others are ignored. Cheap for headers that are none.
/// Errors: kInvalidRequest, naming the header and what was expected.
Result<void> take_header(std::string_view name, std::string_view value, Overrides& overrides);

struct Query {
  std::string requested_model;  ///< As the client wrote it, decoded.
  Dialect dialect{};
  std::string_view turn;  ///< For the record.
  std::string_view text;  ///< To embed; filled before `plan` if no model is insisted on.
  TokenCount input_tokens = 0;
  TokenCount output_tokens_max = 0;
  bool tools = false, images = false, structured_output = false, reasoning = false;
  bool client_credentials = false;  ///< The client brought credentials for pass-through providers.
  Overrides overrides;
  /// The first field that a provider's dialect cannot carry, and why, as "field: reason"; empty if it carries all.
  /// Called only for dialects other than the client's, at most once each.
  std::function<std::string(Dialect)> refusal;
};

}  // namespace switchyard::routing
