#pragma once
/// \file
/// Thompson sampling with the Kumaraswamy distribution, which has a closed form where Beta needs a sampler. It is not
/// the posterior of rewards, only close to it. Pure: the uniform number is the caller's.

#include "base/result.h"

namespace switchyard::scoring::bandit {

constexpr double kPriorWeight = 5.0;   ///< How many rewards the prior quality weighs.
constexpr double kDailyMemory = 0.99;  ///< Of the evidence, from one day to the next.

/// Of one model in one context.
struct ThompsonState {
  double a = 1, b = 1;
  double prior_a = 1, prior_b = 1;  ///< What forgetting goes back to.
};

/// a = 1 + 5 quality, b = 1 + 5 (1 - quality). Errors: kInvalidRequest for a quality that is not from 0 to 1.
Result<ThompsonState> start_thompson(double quality);
/// (1 - (1 - u)^(1/b))^(1/a), for `uniform` from 0 to below 1; the greatest sample wins.
double thompson_sample(const ThompsonState& state, double uniform);
/// a += reward, b += 1 - reward. Errors: kInvalidRequest for a reward that is not from 0 to 1; nothing changes.
Result<void> thompson_update(ThompsonState& state, double reward);
/// What was learned fades towards the prior; `days` at least 0.
void thompson_forget(ThompsonState& state, double days);

/// 0.5 quality + 0.4 (1 - cost) + 0.1 (1 - latency), all from 0 to 1; values beyond are cut.
double bandit_reward(double quality, double cost, double latency);

}  // namespace switchyard::scoring::bandit
