#include "learning/elo_training.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "learning/strategies.h"
#include "scoring/npy.h"
#include "scoring/ranking/weighted_ranking_head.h"
#include "scoring/vector_math.h"

namespace switchyard::learning {
namespace {

constexpr double kLn10 = 2.302585092994046;

TrainedHead ranking_head(std::vector<std::uint32_t> columns, std::span<const float> ranking) {
  TrainedHead head;
  head.files["ranking.npy"] = scoring::write_npy_f4(1, columns.size(), ranking);
  head.columns = std::move(columns);
  return head;
}

/// Each pool's columns in their order, as ranks between 0 and 1; a column keeps its first pool's rank.
TrainedHead by_size(const TrainingSet& set, bool largest) {
  std::vector<float> rank_of(set.columns, -1);
  for (const std::vector<std::uint32_t>& columns : set.pool_columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (rank_of[columns[i]] >= 0) continue;
      const float rank = (static_cast<float>(i) + 0.5f) / static_cast<float>(columns.size());
      rank_of[columns[i]] = largest ? rank : 1.0f - rank;
    }
  }
  std::vector<std::uint32_t> columns = measured_columns(set);
  std::vector<float> ranking;
  for (const std::uint32_t m : columns) ranking.push_back(rank_of[m]);
  return ranking_head(std::move(columns), ranking);
}

}  // namespace

double elo_win_probability(double rating_a, double rating_b) {
  return scoring::portable_sigmoid((rating_a - rating_b) * kLn10 / kEloScale);
}

std::vector<double> elo_ratings(std::span<const double> wins, std::size_t models) {
  std::vector<double> ratings = scoring::ranking::fit_ratings(wins, models);
  for (double& rating : ratings) rating = kEloMean + kEloScale / kLn10 * rating;
  return ratings;
}

void elo_update(double& rating_a, double& rating_b, double outcome, double k) {
  const double moved = k * (outcome - elo_win_probability(rating_a, rating_b));
  rating_a += moved;
  rating_b -= moved;
}

std::vector<double> battle_wins(const TrainingSet& set, std::span<const std::uint32_t> columns, bool ties) {
  const std::size_t n = columns.size();
  std::vector<double> wins(n * n);
  for (std::size_t row = 0; row < set.rows; ++row) {
    const std::span<const float> scores = set.score_row(row);
    for (std::size_t a = 0; a < n; ++a) {
      const float score_a = scores[columns[a]];
      if (score_a < 0) continue;
      for (std::size_t b = a + 1; b < n; ++b) {
        const float score_b = scores[columns[b]];
        if (score_b < 0 || (score_a == score_b && !ties)) continue;
        wins[a * n + b] += score_a == score_b ? 0.5 : score_a > score_b ? 1.0 : 0.0;
        wins[b * n + a] += score_a == score_b ? 0.5 : score_a < score_b ? 1.0 : 0.0;
      }
    }
  }
  return wins;
}

std::vector<std::size_t> rating_tiers(std::span<const double> ratings, std::size_t tiers_max) {
  const std::size_t n = ratings.size(), tiers = std::min(tiers_max, n);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(ratings[i], i); });
  // Squared distance to the mean of the sorted ratings [begin, end).
  const auto spread = [&](std::size_t begin, std::size_t end) {
    double mean = 0, sum = 0;
    for (std::size_t i = begin; i < end; ++i) mean += ratings[order[i]];
    mean /= static_cast<double>(end - begin);
    for (std::size_t i = begin; i < end; ++i) sum += (ratings[order[i]] - mean) * (ratings[order[i]] - mean);
    return sum;
  };
  constexpr double kNever = std::numeric_limits<double>::infinity();
  std::vector<double> best((tiers + 1) * (n + 1), kNever);
  std::vector<std::size_t> start((tiers + 1) * (n + 1));
  best[0] = 0;
  for (std::size_t t = 1; t <= tiers; ++t) {
    for (std::size_t end = t; end <= n; ++end) {
      for (std::size_t begin = t - 1; begin < end; ++begin) {
        const double before = best[(t - 1) * (n + 1) + begin];
        if (before == kNever) continue;
        const double total = before + spread(begin, end);
        if (total >= best[t * (n + 1) + end]) continue;
        best[t * (n + 1) + end] = total;
        start[t * (n + 1) + end] = begin;
      }
    }
  }
  std::vector<std::size_t> tier_of(n);
  for (std::size_t t = tiers, end = n; t > 0; --t) {
    const std::size_t begin = start[t * (n + 1) + end];
    for (std::size_t i = begin; i < end; ++i) tier_of[order[i]] = t - 1;
    end = begin;
  }
  return tier_of;
}

Result<TrainedHead> train_elo(const TrainingSet& set, const TrainSettings&, const Progress& progress) {
  std::vector<std::uint32_t> columns = measured_columns(set);
  const std::vector<double> ratings = elo_ratings(battle_wins(set, columns, false), columns.size());
  std::vector<float> ranking;
  for (const double rating : ratings) ranking.push_back(static_cast<float>(elo_win_probability(rating, kEloMean)));
  report(progress, "ratings", 1);
  return ranking_head(std::move(columns), ranking);
}

Result<TrainedHead> train_largest(const TrainingSet& set, const TrainSettings&, const Progress&) {
  return by_size(set, true);
}

Result<TrainedHead> train_smallest(const TrainingSet& set, const TrainSettings&, const Progress&) {
  return by_size(set, false);
}

Result<TrainedHead> train_sw_ranking(const TrainingSet& set, const TrainSettings&, const Progress& progress) {
  TrainedHead head;
  head.columns = measured_columns(set);
  const std::vector<double> ratings = elo_ratings(battle_wins(set, head.columns, true), head.columns.size());
  const std::vector<std::size_t> tier_of = rating_tiers(ratings, scoring::ranking::kTiersMax);
  const std::size_t tiers = *std::ranges::max_element(tier_of) + 1;
  std::vector<float> wins(set.rows * tiers * tiers), tiers_of_columns;
  for (const std::size_t tier : tier_of) tiers_of_columns.push_back(static_cast<float>(tier));
  for (std::size_t row = 0; row < set.rows; ++row) {
    const std::span<const float> scores = set.score_row(row);
    float* const of_row = &wins[row * tiers * tiers];
    for (std::size_t a = 0; a < tier_of.size(); ++a) {
      const float score_a = scores[head.columns[a]];
      for (std::size_t b = 0; b < tier_of.size(); ++b) {
        const float score_b = scores[head.columns[b]];
        if (score_a < 0 || score_b < 0 || tier_of[a] == tier_of[b] || score_a < score_b) continue;
        of_row[tier_of[a] * tiers + tier_of[b]] += score_a == score_b ? 0.5f : 1.0f;
      }
    }
  }
  head.files["vectors.npy"] = scoring::write_npy_f4(set.rows, set.dimension, set.vectors);
  head.files["wins.npy"] = scoring::write_npy_f4(set.rows, tiers * tiers, wins);
  head.files["tiers.npy"] = scoring::write_npy_f4(1, tier_of.size(), tiers_of_columns);
  report(progress, "battles", 1);
  return head;
}

}  // namespace switchyard::learning
