#include "scoring/bandit/thompson.h"

#include <algorithm>
#include <cmath>

namespace switchyard::scoring::bandit {

Result<ThompsonState> start_thompson(double quality) {
  if (!(quality >= 0 && quality <= 1)) return fail(ErrorKind::kInvalidRequest, "quality: expected 0 to 1");
  const double a = 1 + kPriorWeight * quality, b = 1 + kPriorWeight * (1 - quality);
  return ThompsonState{a, b, a, b};
}

double thompson_sample(const ThompsonState& state, double uniform) {
  // Small numbers keep their digits: log1p and expm1 instead of powers of numbers near 1.
  return std::pow(-std::expm1(std::log1p(-uniform) / state.b), 1.0 / state.a);
}

Result<void> thompson_update(ThompsonState& state, double reward) {
  if (!(reward >= 0 && reward <= 1)) return fail(ErrorKind::kInvalidRequest, "reward: expected 0 to 1");
  state.a += reward;
  state.b += 1 - reward;
  return {};
}

void thompson_forget(ThompsonState& state, double days) {
  const double kept = std::pow(kDailyMemory, std::max(days, 0.0));
  state.a = state.prior_a + kept * (state.a - state.prior_a);
  state.b = state.prior_b + kept * (state.b - state.prior_b);
}

double bandit_reward(double quality, double cost, double latency) {
  const auto cut = [](double v) { return std::clamp(v, 0.0, 1.0); };
  return 0.5 * cut(quality) + 0.4 * (1 - cut(cost)) + 0.1 * (1 - cut(latency));
}

}  // namespace switchyard::scoring::bandit
