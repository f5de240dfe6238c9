#include "service/forward/target.h"

#include <algorithm>

#include "service/forward/path.h"

namespace switchyard::forward {
namespace {

/// Finds targets in one catalog for one kind of body.
class Finder {
 public:
  Finder(const routing::Table& table, Body body) : table_(table), catalog_(table.catalog()), body_(body) {}

  /// Pass-through providers need credentials of another vendor; requests that are signed must be whole first.
  [[nodiscard]] bool may_serve(std::uint32_t index) const {
    const Provider& provider = catalog_.providers()[index];
    if (!has_openai_paths(provider) || !provider.usable() || provider.passthrough) return false;
    if (body_ == Body::kStreamed && provider.auth == AuthScheme::kAwsSigV4) return false;
    const auto& excluded = table_.policy().excluded_providers;
    return std::ranges::find(excluded, provider.name) == excluded.end();
  }

  std::vector<Target> of_model(std::uint32_t model, std::optional<std::uint32_t> only) const {
    std::vector<Target> targets;
    if (table_.excluded(model)) return targets;
    for (const std::uint32_t index : table_.usable_bindings(model)) {
      const Binding& binding = catalog_.bindings()[index];
      if (only && binding.provider != *only) continue;
      if (may_serve(binding.provider)) targets.push_back({binding.provider, index, binding.upstream_id});
    }
    return targets;
  }

  /// At one provider, by the catalog's name or by the provider's own.
  std::vector<Target> at_provider(std::uint32_t provider, std::string_view name) const {
    if (const auto model = catalog_.find_model(name)) {
      auto known = of_model(*model, provider);
      if (!known.empty() || table_.excluded(*model)) return known;
    }
    for (std::uint32_t i = 0; i < catalog_.bindings().size(); ++i) {
      const Binding& b = catalog_.bindings()[i];
      if (b.provider != provider || b.upstream_id != name) continue;
      if (table_.excluded(b.model)) return {};
      return {{provider, i, b.upstream_id}};
    }
    return {{provider, std::nullopt, std::string(name)}};
  }

  /// The one called "openai", else the first.
  [[nodiscard]] std::optional<std::uint32_t> default_provider() const {
    if (const auto openai = catalog_.find_provider("openai"); openai && may_serve(*openai)) return openai;
    for (std::uint32_t i = 0; i < catalog_.providers().size(); ++i) {
      if (may_serve(i)) return i;
    }
    return std::nullopt;
  }

 private:
  const routing::Table& table_;
  const Catalog& catalog_;
  Body body_;
};

std::unexpected<Error> no_provider(std::string what) {
  return fail(ErrorKind::kNotFound,
              std::move(what) +
                  ": no provider with OpenAI's endpoints is set up for it; set a key (OPENAI_API_KEY) "
                  "or name another provider in x-switchyard-provider");
}

}  // namespace

Result<void> check_model_name(std::string_view model) {
  if (model.size() > kModelBytesMax) {
    return fail(ErrorKind::kInvalidRequest, "model: more than " + std::to_string(kModelBytesMax) + " bytes");
  }
  const bool visible = std::ranges::all_of(model, [](char c) { return c > ' ' && c <= '~'; });
  if (!visible) return fail(ErrorKind::kInvalidRequest, "model: expected visible ASCII characters only");
  return {};
}

Result<std::vector<Target>> find_targets(std::string_view model, std::string_view provider, Body body,
                                         const routing::Table& table) {
  const Catalog& catalog = table.catalog();
  const Finder finder(table, body);
  SY_CHECK(check_model_name(model));
  const std::string shown = "model '" + std::string(model) + "'";
  if (!provider.empty()) {
    const auto index = catalog.find_provider(provider);
    const std::string name(provider.substr(0, 100));
    if (!index) return fail(ErrorKind::kNotFound, "x-switchyard-provider: '" + name + "' is not set up");
    if (!finder.may_serve(*index)) {
      return fail(ErrorKind::kInvalidRequest, "x-switchyard-provider: '" + name + "' has no such endpoint");
    }
    if (model.starts_with(std::string(provider) + "/")) model.remove_prefix(provider.size() + 1);
    auto targets = finder.at_provider(*index, model);
    if (targets.empty()) return no_provider(shown);
    return targets;
  }
  if (const auto known = catalog.find_model(model); known && !model.empty()) {
    auto targets = finder.of_model(*known, std::nullopt);
    if (targets.empty()) return no_provider(shown);
    return targets;
  }
  if (const std::size_t slash = model.find('/'); slash != std::string_view::npos) {
    const auto index = catalog.find_provider(model.substr(0, slash));
    if (index && finder.may_serve(*index)) {
      auto targets = finder.at_provider(*index, model.substr(slash + 1));
      if (targets.empty()) return no_provider(shown);
      return targets;
    }
  }
  const auto index = finder.default_provider();
  if (!index) return no_provider(model.empty() ? std::string("this endpoint") : shown);
  auto targets = finder.at_provider(*index, model);
  if (targets.empty()) return no_provider(shown);
  return targets;
}

}  // namespace switchyard::forward
