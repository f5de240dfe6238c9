#pragma once
/// \file
/// Who gets a request that is handed on: the bindings of a model that the catalog knows, a named provider, or the
/// default one. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "routing/plan.h"

namespace switchyard::forward {

constexpr std::size_t kModelBytesMax = 256;  ///< Longer than any provider's name for a model.

struct Target {
  std::uint32_t provider = 0;            ///< Index into the catalog's providers.
  std::optional<std::uint32_t> binding;  ///< Empty: the catalog does not know the model, or none was named.
  std::string model;                     ///< The provider's name for it; empty if none was named.
  friend bool operator==(const Target&, const Target&) = default;
};

/// Whether the body is at hand for the provider that signs it.
enum class Body : std::uint8_t { kBuffered, kStreamed };

/// Whether a name may stand in a header, a path and a log: visible ASCII and not too long. Empty is good.
/// Errors: kInvalidRequest.
Result<void> check_model_name(std::string_view model);

/// The providers to try, best first. `model` is a catalog's id, an alias, "provider/model", a name that only a provider
/// knows, or empty; `provider` (x-switchyard-provider) narrows the choice and may be empty.
/// Errors: kInvalidRequest for a name that is too long or a provider that cannot take such requests; kNotFound for an
/// unknown provider, and when nothing is set up that could.
Result<std::vector<Target>> find_targets(std::string_view model, std::string_view provider, Body body,
                                         const routing::Table& table);

}  // namespace switchyard::forward
