#pragma once
/// \file
/// Ratings from battles: for each text, a model that scored more than another beat it. Strategies elo, largest,
/// smallest and sw_ranking.

#include <cstdint>
#include <span>
#include <vector>

#include "learning/training_set.h"

namespace switchyard::learning {

constexpr double kEloMean = 1000, kEloScale = 400;
constexpr double kEloStep = 32;  ///< K of the online update.

/// P(a beats b) = 1 / (1 + 10^((b - a) / 400)).
double elo_win_probability(double rating_a, double rating_b);

/// Bradley-Terry by maximum likelihood, on Elo's scale: 1000 + 400 / ln 10 * theta. `wins`: [models, models], wins of a
/// over b. A ridge keeps a model that never loses at a finite rating.
std::vector<double> elo_ratings(std::span<const double> wins, std::size_t models);

/// After one battle; `outcome` is 1 if a won, 0 if b did, 0.5 for a tie. What one gains the other loses.
void elo_update(double& rating_a, double& rating_b, double outcome, double k = kEloStep);

/// [columns, columns]: wins of a over b among `columns`; ties count half for each if `ties`.
std::vector<double> battle_wins(const TrainingSet& set, std::span<const std::uint32_t> columns, bool ties);

/// The tier of each rating, 0 the weakest: contiguous groups of at most `tiers_max` that minimise the summed squared
/// distance to their means, by dynamic programming.
std::vector<std::size_t> rating_tiers(std::span<const double> ratings, std::size_t tiers_max);

}  // namespace switchyard::learning
