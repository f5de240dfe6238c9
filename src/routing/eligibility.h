#pragma once
/// \file
/// Judges candidates one by one and notes why each may not serve. Part of plan.h's work; nobody else needs it.

#include <array>
#include <cstdint>
#include <optional>

#include "routing/plan.h"

namespace switchyard::routing {

/// Appends candidates to a plan. Refers to all it is given.
class Eligibility {
 public:
  Eligibility(const Query& query, const Table& table, Plan& plan);

  /// Judges `model`, at `provider` only if that is given.
  void add(std::uint32_t model, std::optional<std::uint32_t> provider);

 private:
  [[nodiscard]] Filter judge(const BindingRow& row);
  [[nodiscard]] bool carries(Dialect dialect);

  enum class Carries : std::uint8_t { kNotAsked, kYes, kNo };
  const Query& query_;
  const Table& table_;
  Plan& plan_;
  std::uint8_t needs_ = 0;
  TokenCount input_ = 0, answer_ = 0;
  std::array<Carries, 8> carries_{};  ///< By dialect.
};

/// What the client is told when no candidate may serve: the reason of the one that came nearest.
std::unexpected<Error> nothing_left(const Plan& plan, const Table& table, const Query& query);

}  // namespace switchyard::routing
