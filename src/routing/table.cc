#include "routing/table.h"

#include <limits>
#include <string>
#include <utility>

namespace switchyard::routing {
namespace {

std::uint8_t lacking(const ModelCapabilities& can) {
  return static_cast<std::uint8_t>((can.tools ? 0 : kNeedsTools) | (can.images ? 0 : kNeedsImages) |
                                   (can.json_schema ? 0 : kNeedsJsonSchema) | (can.reasoning ? 0 : kNeedsReasoning));
}

}  // namespace

Table::Table(const Catalog& catalog, Policy policy, std::shared_ptr<const scoring::Scorer> scorer)
    : catalog_(catalog), policy_(std::move(policy)), scorer_(std::move(scorer)), models_(catalog.models().size()) {
  std::vector<bool> provider_excluded(catalog_.providers().size());
  for (const std::string& name : policy_.excluded_providers) {
    if (const auto provider = catalog_.find_provider(name)) provider_excluded[*provider] = true;
  }
  for (const std::string& name : policy_.excluded_models) {
    if (const auto model = catalog_.find_model(name)) models_[*model].excluded = true;
  }
  bindings_.reserve(catalog_.bindings().size());
  for (std::uint32_t m = 0; m < models_.size(); ++m) {
    const Model& model = catalog_.models()[m];
    models_[m].lacks = lacking(model.capabilities);
    models_[m].bindings_begin = static_cast<std::uint32_t>(bindings_.size());
    for (const std::uint32_t index : catalog_.bindings_of(m)) {
      const Binding& binding = catalog_.bindings()[index];
      const Provider& provider = catalog_.providers()[binding.provider];
      if (provider_excluded[binding.provider] || !provider.usable()) continue;
      bindings_.push_back(
          {.binding = index,
           .provider = binding.provider,
           .context_window = catalog_.context_window(binding),
           .output_max = model.output_max > 0 ? model.output_max : std::numeric_limits<TokenCount>::max(),
           .dialect = provider.dialect,
           .passthrough = provider.passthrough});
    }
    models_[m].bindings_end = static_cast<std::uint32_t>(bindings_.size());
    const bool known = scorer_ != nullptr && scorer_->knows(m);
    const bool usable = models_[m].bindings_begin < models_[m].bindings_end;
    if (model.tier != Tier::kNone && known && usable) routable_.push_back(m);
  }
}

}  // namespace switchyard::routing
