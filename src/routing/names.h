#pragma once
/// \file
/// Which model a request is bound to, if any: what the gateway's settings, the request's headers and its model field
/// name, in this order.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "routing/query.h"
#include "routing/table.h"

namespace switchyard::routing {

/// How the model comes to be: chosen by the scorer, named by the client, forced by a header, pinned by the settings.
enum class Mode : std::uint8_t { kRouted, kNamed, kForced, kPinned };
std::string_view mode_name(Mode mode);

/// `model` and `provider` mean nothing if the request is routed.
struct Wish {
  Mode mode = Mode::kRouted;
  std::uint32_t model = 0;
  std::optional<std::uint32_t> provider;  ///< Only at this one.
  friend bool operator==(const Wish&, const Wish&) = default;
};

/// "auto" and no name are routed. An exact model id or alias wins over "provider/model", since some ids have a slash;
/// "provider/model" is always honoured, by our name for the model or the provider's own; a bare name is honoured if the
/// settings or a header say so, else routed. Errors: kNotFound with near names.
Result<Wish> resolve(const Query& query, const Table& table);

/// Longer unknown names are cut in messages.
constexpr std::size_t kNameShownBytesMax = 128;

}  // namespace switchyard::routing
