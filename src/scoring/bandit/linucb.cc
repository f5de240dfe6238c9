#include "scoring/bandit/linucb.h"

#include <algorithm>
#include <cmath>

namespace switchyard::scoring::bandit {
namespace {

Result<void> check(const LinUcbState& state, std::span<const double> x) {
  if (x.size() != state.rewards.size() || state.inverse.size() != x.size() * x.size()) {
    return fail(ErrorKind::kInvalidRequest,
                "features: expected " + std::to_string(state.rewards.size()) + ", not " + std::to_string(x.size()));
  }
  if (!std::ranges::all_of(x, [](double v) { return std::isfinite(v); })) {
    return fail(ErrorKind::kInvalidRequest, "features: expected finite numbers");
  }
  return {};
}

std::vector<double> times(const LinUcbState& state, std::span<const double> x) {
  std::vector<double> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) out[i] += state.inverse[i * x.size() + j] * x[j];
  }
  return out;
}

double product(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

LinUcbState start_linucb(std::size_t features) {
  LinUcbState state{std::vector<double>(features * features), std::vector<double>(features)};
  for (std::size_t i = 0; i < features; ++i) state.inverse[i * features + i] = 1.0;
  return state;
}

Result<LinUcbScore> linucb_score(const LinUcbState& state, std::span<const double> x) {
  SY_CHECK(check(state, x));
  const std::vector<double> moved = times(state, x);
  // theta . x = (A^-1 b) . x = b . (A^-1 x), A being symmetric.
  return LinUcbScore{product(state.rewards, moved), std::sqrt(std::max(product(x, moved), 0.0))};
}

Result<void> linucb_update(LinUcbState& state, std::span<const double> x, double reward) {
  SY_CHECK(check(state, x));
  if (!(reward >= 0 && reward <= 1)) return fail(ErrorKind::kInvalidRequest, "reward: expected 0 to 1");
  const std::vector<double> moved = times(state, x);
  const double scale = 1.0 + product(x, moved);
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) state.inverse[i * x.size() + j] -= moved[i] * moved[j] / scale;
    state.rewards[i] += reward * x[i];
  }
  return {};
}

}  // namespace switchyard::scoring::bandit
