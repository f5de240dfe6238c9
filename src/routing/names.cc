#include "routing/names.h"

#include <algorithm>
#include <string>
#include <vector>

namespace switchyard::routing {
namespace {

/// At most `kNameShownBytesMax` bytes, cut before a UTF-8 character, not inside one.
std::string_view shown(std::string_view name) {
  if (name.size() <= kNameShownBytesMax) return name;
  std::size_t end = kNameShownBytesMax;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return name.substr(0, end);
}

/// Looks for the whole name first, then for what stands behind a provider's: "opnai/gpt-5.5" is meant to be gpt-5.5.
std::vector<std::string> near_names(const Catalog& catalog, std::string_view name) {
  auto near = catalog.near_names(name);
  const std::size_t slash = name.find('/');
  if (near.empty() && slash != std::string_view::npos) near = catalog.near_names(name.substr(slash + 1));
  return near;
}

std::unexpected<Error> unknown_model(const Catalog& catalog, std::string_view name) {
  std::string message = "model '";
  message.append(shown(name)).append("' is not known");
  const auto near = near_names(catalog, name);
  for (std::size_t i = 0; i < near.size(); ++i) message.append(i == 0 ? "; did you mean " : " or ").append(near[i]);
  if (!near.empty()) message.push_back('?');
  return fail(ErrorKind::kNotFound, std::move(message));
}

/// A model and a provider that are both known, but not together.
std::unexpected<Error> not_there(const Catalog& catalog, std::uint32_t model, std::string_view provider) {
  std::string message = "model '" + catalog.models()[model].id + "' is not served by ";
  message.append(provider);
  std::string_view separator = "; it is served by ";
  for (const std::uint32_t binding : catalog.bindings_of(model)) {
    message.append(separator).append(catalog.providers()[catalog.bindings()[binding].provider].name);
    separator = " or ";
  }
  return fail(ErrorKind::kNotFound, std::move(message));
}

/// "openai/gpt-5.5" where openai is a provider that serves gpt-5.5, or a provider's own name for it.
Result<Wish> with_provider(const Catalog& catalog, std::string_view name, Mode mode) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return unknown_model(catalog, name);
  const auto provider = catalog.find_provider(name.substr(0, slash));
  if (!provider) return unknown_model(catalog, name);
  const std::string_view rest = name.substr(slash + 1);
  const auto model = catalog.find_model(rest);
  if (model) {
    for (const std::uint32_t binding : catalog.bindings_of(*model)) {
      if (catalog.bindings()[binding].provider == *provider) return Wish{mode, *model, *provider};
    }
  }
  for (const Binding& binding : catalog.bindings()) {
    if (binding.provider == *provider && binding.upstream_id == rest) return Wish{mode, binding.model, *provider};
  }
  return model ? not_there(catalog, *model, name.substr(0, slash)) : unknown_model(catalog, name);
}

Result<Wish> insisted(const Catalog& catalog, std::string_view name, Mode mode) {
  if (const auto model = catalog.find_model(name)) return Wish{mode, *model, std::nullopt};
  return with_provider(catalog, name, mode);
}

Result<Wish> pinned(const Catalog& catalog, const Policy& policy) {
  SY_TRY(Wish wish, insisted(catalog, policy.hard_pin_model, Mode::kPinned));
  if (policy.hard_pin_provider.empty()) return wish;
  wish.provider = catalog.find_provider(policy.hard_pin_provider);
  // Serving the pinned model elsewhere would break the promise that the pin makes.
  if (!wish.provider) return fail(ErrorKind::kNotFound, "provider '" + policy.hard_pin_provider + "' is not known");
  return wish;
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

Result<Wish> resolve(const Query& query, const Table& table) {
  const Catalog& catalog = table.catalog();
  const Policy& policy = table.policy();
  if (!policy.hard_pin_model.empty()) return pinned(catalog, policy);
  if (!query.overrides.force_model.empty()) return insisted(catalog, query.overrides.force_model, Mode::kForced);
  const std::string_view name = query.requested_model;
  if (name.empty() || name == "auto") return Wish{};
  if (const auto model = catalog.find_model(name)) {
    const bool honor = query.overrides.honor_named_models.value_or(policy.honor_named_models);
    return honor ? Wish{Mode::kNamed, *model, std::nullopt} : Wish{};
  }
  return with_provider(catalog, name, Mode::kNamed);
}

}  // namespace switchyard::routing
