#pragma once
/// \file
/// How good a router is on queries it has not seen, between "always the best model" and "always the cheapest".
/// Definitions: RouterBench's AIQ on a fixed interval, RouteLLM's APGR, and their share of what an oracle reaches (NG).

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace switchyard::learning {

/// Rows times models, row by row.
struct Table {
  std::size_t rows = 0, models = 0;
  std::vector<double> values;
  [[nodiscard]] double at(std::size_t row, std::size_t model) const { return values[row * models + model]; }
  [[nodiscard]] double& at(std::size_t row, std::size_t model) { return values[row * models + model]; }
};

/// What happened (scores, costs) and what the router expected, on the same rows. `picked_rows` lets a bootstrap weigh
/// them.
struct Trial {
  Table scores, costs;
  Table expected_scores;
  std::vector<double> expected_costs;  ///< One a model; or, where they are expected by query:
  Table expected_row_costs;            ///< Empty otherwise.
  [[nodiscard]] double expected_cost(std::size_t row, std::size_t model) const {
    return expected_row_costs.rows > 0 ? expected_row_costs.at(row, model) : expected_costs[model];
  }
};

struct Point {
  double cost = 0, score = 0;
};

/// The mean height over [from, to] of the upper concave non-decreasing hull; 0 left of the first point, flat right of
/// the last. `to` must be above `from`.
double hull_mean(std::vector<Point> points, double from, double to);

/// NG of a pool by its cost-quality curve: (AIQ - AIQ of single models) / (AIQ of the oracle - AIQ of single models).
/// `rows` are indices into the trial, with repetitions if need be.
double normalised_gain(const Trial& trial, std::span<const std::uint32_t> rows);

/// NG of a pool of two by APGR: the area under the recovered gap over the share of strong calls, 0.5 being a coin.
double normalised_gain_of_pair(const Trial& trial, std::size_t strong, std::span<const std::uint32_t> rows);

/// (q - best single) / (oracle - best single) where only quality counts.
double gap_closed(const Trial& trial, std::span<const std::uint32_t> rows);

/// The share of rows where the router's best is a best one, where only quality counts.
double accuracy(const Trial& trial, std::span<const std::uint32_t> rows);

}  // namespace switchyard::learning
