#include "config/check_references.h"

#include <algorithm>

#include "config/catalog_assembly.h"
#include "config/nearest.h"

namespace switchyard::config {
namespace {

class Checker {
 public:
  Checker(const RuntimeConfig& config, const KnownProviders& known, const Settings& settings, Problems& problems)
      : config_(config), known_(known), settings_(settings), problems_(problems) {}

  void run() {
    const RoutingSettings& r = config_.routing;
    for (const std::string& name : r.excluded_models) check_model("ROUTER_EXCLUDED_MODELS", name);
    for (const std::string& name : r.excluded_providers) check_provider("ROUTER_EXCLUDED_PROVIDERS", name);
    if (!r.hard_pin_model.empty() && check_model("ROUTER_HARD_PIN_MODEL", r.hard_pin_model)) check_pin_model();
    if (!r.hard_pin_provider.empty() && check_provider("ROUTER_HARD_PIN_PROVIDER", r.hard_pin_provider))
      check_pin_provider();
  }

 private:
  void problem(std::string_view variable, const std::string& what) {
    problems_.add(std::string(variable) + ": " + what + settings_.origin_note(variable));
  }

  bool check_model(std::string_view variable, const std::string& name) {
    if (config_.catalog.find_model(name)) return true;
    std::string near;
    for (const std::string& candidate : config_.catalog.near_names(std::string(shown_name(name))))
      near += (near.empty() ? "" : ", ") + candidate;
    problem(variable, "model '" + std::string(shown_name(name)) + "' is not in the catalog" +
                          (near.empty() ? "" : "; did you mean " + near + "?"));
    return false;
  }

  bool check_provider(std::string_view variable, const std::string& name) {
    if (std::ranges::find(known_.names, name) != known_.names.end()) return true;
    std::string hint;
    if (const std::string_view near = nearest(name, known_.names); !near.empty()) {
      hint = "; did you mean " + std::string(near) + "?";
    } else {
      for (const std::string& one : known_.names) hint += (hint.empty() ? "; expected one of " : ", ") + one;
    }
    problem(variable, "provider '" + std::string(shown_name(name)) + "' is not in the catalog" + hint);
    return false;
  }

  void check_pin_model() {
    const auto pinned = config_.catalog.find_model(config_.routing.hard_pin_model);
    for (const std::string& name : config_.routing.excluded_models) {
      if (config_.catalog.find_model(name) == pinned)
        problem("ROUTER_HARD_PIN_MODEL", "model '" + name + "' is in ROUTER_EXCLUDED_MODELS too");
    }
  }

  void check_pin_provider() {
    const std::string& name = config_.routing.hard_pin_provider;
    if (std::ranges::find(config_.routing.excluded_providers, name) != config_.routing.excluded_providers.end()) {
      return problem("ROUTER_HARD_PIN_PROVIDER", "provider '" + name + "' is in ROUTER_EXCLUDED_PROVIDERS too");
    }
    const auto provider = config_.catalog.find_provider(name);
    if (!provider) {
      const auto at = std::ranges::find(known_.names, name) - known_.names.begin();
      const std::string& key = known_.key_variables[static_cast<std::size_t>(at)];
      return problem("ROUTER_HARD_PIN_PROVIDER",
                     "provider '" + name + "' is not set up" + (key.empty() ? "" : "; " + key + " enables it"));
    }
    const auto model = config_.catalog.find_model(config_.routing.hard_pin_model);
    if (!model) return;
    const auto& bindings = config_.catalog.bindings_of(*model);
    const bool served = std::ranges::any_of(
        bindings, [&](std::uint32_t b) { return config_.catalog.bindings()[b].provider == *provider; });
    if (!served)
      problem("ROUTER_HARD_PIN_PROVIDER", "provider '" + name + "' does not serve " + config_.routing.hard_pin_model);
  }

  const RuntimeConfig& config_;
  const KnownProviders& known_;
  const Settings& settings_;
  Problems& problems_;
};

}  // namespace

KnownProviders::KnownProviders(const CatalogEntries& entries)
    : names(provider_names(entries)), key_variables(names.size()) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    key_variables[i] = i < entries.providers.size() ? entries.providers[i].key_variable : "SWITCHYARD_MOCK_URL";
  }
}

void check_references(const RuntimeConfig& config, const KnownProviders& known, const Settings& settings,
                      Problems& problems) {
  Checker(config, known, settings, problems).run();
}

}  // namespace switchyard::config
