#include "learning/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace switchyard::learning {
namespace {

/// Trade-off settings: quality only, then prices of quality that grow by a constant factor, relative to the pool's
/// costs.
constexpr int kSettings = 120;
constexpr double kPriceLow = 1e-4, kPriceHigh = 1e3;

std::vector<double> trade_offs(double cost_range) {
  std::vector<double> prices{0.0};
  for (int i = 0; i < kSettings; ++i) {
    prices.push_back(kPriceLow * std::pow(kPriceHigh / kPriceLow, i / (kSettings - 1.0)) / cost_range);
  }
  return prices;
}

/// The mean cost and score of picking `best(row, price)` on every row.
template <class Best>
Point mean_of(const Trial& trial, std::span<const std::uint32_t> rows, Best&& best) {
  Point mean;
  for (const std::uint32_t row : rows) {
    const std::size_t model = best(row);
    mean.cost += trial.costs.at(row, model);
    mean.score += trial.scores.at(row, model);
  }
  return {mean.cost / static_cast<double>(rows.size()), mean.score / static_cast<double>(rows.size())};
}

/// The model with the highest value of score - price * cost; the cheaper, then the earlier, of equals.
template <class Score, class Cost>
std::size_t argmax(std::size_t models, double price, Score&& score, Cost&& cost) {
  std::size_t best = 0;
  double best_value = 0, best_cost = 0;
  for (std::size_t m = 0; m < models; ++m) {
    const double value = score(m) - price * cost(m);
    if (m == 0 || value > best_value || (value == best_value && cost(m) < best_cost)) {
      best = m;
      best_value = value;
      best_cost = cost(m);
    }
  }
  return best;
}

std::vector<Point> singles(const Trial& trial, std::span<const std::uint32_t> rows) {
  std::vector<Point> points;
  points.reserve(trial.scores.models);
  for (std::size_t m = 0; m < trial.scores.models; ++m) {
    points.push_back(mean_of(trial, rows, [m](std::uint32_t) { return m; }));
  }
  return points;
}

Point best_by_quality(const Trial& trial, std::span<const std::uint32_t> rows) {
  return mean_of(trial, rows, [&](std::uint32_t row) {
    return argmax(
        trial.scores.models, 0.0, [&](std::size_t m) { return trial.expected_scores.at(row, m); },
        [&](std::size_t m) { return trial.expected_cost(row, m); });
  });
}

/// The area under the gap recovered over the share of strong calls, when calls go strong in falling order of `gain`.
double recovered_area(const Trial& trial, std::size_t strong, std::span<const std::uint32_t> rows,
                      std::vector<double> gain) {
  const std::size_t weak = 1 - strong;
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return gain[a] != gain[b] ? gain[a] > gain[b] : a < b; });
  const auto gap = [&](std::size_t i) { return trial.scores.at(rows[i], strong) - trial.scores.at(rows[i], weak); };
  double whole = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) whole += gap(i);
  // Rows of equal gain go strong together: the line between is straight, as if a coin split them.
  double area = 0, height = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    double rise = 0;
    for (; end < order.size() && gain[order[end]] == gain[order[begin]]; ++end) rise += gap(order[end]);
    area += (height + rise / 2) * static_cast<double>(end - begin);
    height += rise;
    begin = end;
  }
  return area / static_cast<double>(rows.size()) / whole;
}

}  // namespace

double hull_mean(std::vector<Point> points, double from, double to) {
  std::sort(points.begin(), points.end(),
            [](Point a, Point b) { return a.cost != b.cost ? a.cost < b.cost : a.score > b.score; });
  std::vector<Point> hull;
  for (const Point p : points) {
    if (!hull.empty() && p.score <= hull.back().score) continue;
    while (hull.size() >= 2) {
      const Point a = hull[hull.size() - 2], b = hull.back();
      if ((b.score - a.score) * (p.cost - a.cost) > (p.score - a.score) * (b.cost - a.cost)) break;
      hull.pop_back();
    }
    hull.push_back(p);
  }
  const auto height = [&](double cost) {
    if (hull.empty() || cost < hull.front().cost) return 0.0;
    for (std::size_t i = 1; i < hull.size(); ++i) {
      if (cost > hull[i].cost) continue;
      const Point a = hull[i - 1], b = hull[i];
      return a.score + (b.score - a.score) * (cost - a.cost) / (b.cost - a.cost);
    }
    return hull.back().score;
  };
  // Straight between corners, so the corners inside the interval and its ends give the exact area.
  std::vector<double> corners{from};
  for (const Point p : hull) {
    if (p.cost > from && p.cost < to) corners.push_back(p.cost);
  }
  corners.push_back(to);
  double area = 0;
  for (std::size_t i = 1; i < corners.size(); ++i) {
    // Left of the first hull point the height is 0 up to it, and jumps there.
    const double left = corners[i] <= hull.front().cost ? 0.0 : height(corners[i - 1]);
    const double right = corners[i] <= hull.front().cost ? 0.0 : height(corners[i]);
    area += (left + right) / 2 * (corners[i] - corners[i - 1]);
  }
  return area / (to - from);
}

double normalised_gain(const Trial& trial, std::span<const std::uint32_t> rows) {
  const std::vector<Point> zero = singles(trial, rows);
  const auto [low, high] =
      std::minmax_element(zero.begin(), zero.end(), [](Point a, Point b) { return a.cost < b.cost; });
  const double from = low->cost, to = high->cost;
  if (!(to > from)) return 0.0;
  const std::size_t models = trial.scores.models;
  std::vector<Point> routed, oracle;
  for (const double price : trade_offs(to - from)) {
    routed.push_back(mean_of(trial, rows, [&](std::uint32_t row) {
      return argmax(
          models, price, [&](std::size_t m) { return trial.expected_scores.at(row, m); },
          [&](std::size_t m) { return trial.expected_cost(row, m); });
    }));
    oracle.push_back(mean_of(trial, rows, [&](std::uint32_t row) {
      return argmax(
          models, price, [&](std::size_t m) { return trial.scores.at(row, m); },
          [&](std::size_t m) { return trial.costs.at(row, m); });
    }));
  }
  const double base = hull_mean(zero, from, to);
  const double best = hull_mean(oracle, from, to);
  return best > base ? (hull_mean(routed, from, to) - base) / (best - base) : 0.0;
}

double normalised_gain_of_pair(const Trial& trial, std::size_t strong, std::span<const std::uint32_t> rows) {
  std::vector<double> expected, truth;
  double whole = 0;
  for (const std::uint32_t row : rows) {
    expected.push_back(trial.expected_scores.at(row, strong) - trial.expected_scores.at(row, 1 - strong));
    truth.push_back(trial.scores.at(row, strong) - trial.scores.at(row, 1 - strong));
    whole += truth.back();
  }
  if (!(whole > 0)) return 0.0;
  const double oracle = recovered_area(trial, strong, rows, truth);
  return oracle > 0.5 ? (recovered_area(trial, strong, rows, expected) - 0.5) / (oracle - 0.5) : 0.0;
}

double gap_closed(const Trial& trial, std::span<const std::uint32_t> rows) {
  double single = 0;
  for (const Point p : singles(trial, rows)) single = std::max(single, p.score);
  const Point oracle = mean_of(trial, rows, [&](std::uint32_t row) {
    return argmax(
        trial.scores.models, 0.0, [&](std::size_t m) { return trial.scores.at(row, m); },
        [&](std::size_t m) { return trial.costs.at(row, m); });
  });
  return oracle.score > single ? (best_by_quality(trial, rows).score - single) / (oracle.score - single) : 0.0;
}

double accuracy(const Trial& trial, std::span<const std::uint32_t> rows) {
  std::size_t right = 0;
  for (const std::uint32_t row : rows) {
    const std::size_t chosen = argmax(
        trial.scores.models, 0.0, [&](std::size_t m) { return trial.expected_scores.at(row, m); },
        [&](std::size_t m) { return trial.expected_cost(row, m); });
    double best = 0;
    for (std::size_t m = 0; m < trial.scores.models; ++m) best = std::max(best, trial.scores.at(row, m));
    right += trial.scores.at(row, chosen) >= best;
  }
  return static_cast<double>(right) / static_cast<double>(rows.size());
}

}  // namespace switchyard::learning
