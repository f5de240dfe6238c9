#pragma once
/// \file
/// What one version of the configuration means to requests: the settings and the routing table made from them.
/// Immutable; replaced whole on reload, while running requests keep theirs.

#include <memory>

#include "config/runtime_config.h"
#include "routing/plan.h"

namespace switchyard {

struct GatewayState {
  std::shared_ptr<const config::RuntimeConfig> config;  ///< Declared first: the table refers to its catalog.
  routing::Table table;
};

/// The routing settings of a configuration.
inline routing::Policy policy_of(const config::RuntimeConfig& c) {
  return {.honor_named_models = c.routing.honor_named_models,
          .hard_pin_model = c.routing.hard_pin_model,
          .hard_pin_provider = c.routing.hard_pin_provider,
          .excluded_models = c.routing.excluded_models,
          .excluded_providers = c.routing.excluded_providers,
          .alpha = c.routing.alpha,
          .top_p = static_cast<std::uint32_t>(c.routing.top_p),
          .attempts_max = c.routing.attempts_max};
}

}  // namespace switchyard
