#pragma once
/// \file
/// Which models may serve a request, and at which providers.

#include <array>
#include <optional>
#include <span>

#include "routing/plan.h"

namespace switchyard::routing {

/// Works the candidates of one request out; remembers what each dialect said.
class Eligibility {
 public:
  Eligibility(const Query& query, const Table& table, Plan& plan) : query_(query), table_(table), plan_(plan) {}

  /// Appends one candidate, eligible or not.
  void add(std::uint32_t model, std::optional<std::uint32_t> provider);
  /// Takes over candidates that were worked out ahead, if they hold for this request. False if each must be looked at.
  /// For `kAttempts` it remains to ask whether the attempts' providers carry it.
  bool take(const UsualCandidates& usual, Purpose purpose);
  /// Whether the providers of all of these bindings carry the request.
  bool carried(std::span<const std::uint32_t> bindings);

 private:
  [[nodiscard]] Filter by_capability(const ModelCapabilities& can) const;
  Filter by_binding(std::uint32_t index);
  bool carries(Dialect dialect);

  const Query& query_;
  const Table& table_;
  Plan& plan_;
  std::array<std::optional<bool>, 8> carries_;
};

}  // namespace switchyard::routing
