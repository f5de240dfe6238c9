#include "learning/training_set.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "learning/vector_training.h"
#include "scoring/vector_math.h"

namespace switchyard::learning {
namespace {

/// By column; see `TrainingSet::costs`.
std::vector<double> mean_costs(const Outcomes& outcomes, const std::vector<std::size_t>& rows) {
  std::vector<double> sums(outcomes.columns.size()), counts(outcomes.columns.size());
  for (const std::size_t at : rows) {
    const Row& row = outcomes.rows[at];
    for (std::size_t i = 0; i < row.scores.size(); ++i) {
      if (std::isnan(row.costs_usd[i])) continue;
      sums[row.scores[i].first] += row.costs_usd[i];
      counts[row.scores[i].first] += 1;
    }
  }
  for (std::size_t m = 0; m < sums.size(); ++m) {
    sums[m] = counts[m] > 0 ? sums[m] / counts[m] : outcomes.facts[m].usd_per_million.value_or(0);
  }
  return sums;
}

Result<void> check_vectors(std::span<const float> vectors, std::size_t rows, std::size_t dimension) {
  if (rows == 0 || dimension == 0) return fail(ErrorKind::kInvalidRequest, "data: expected at least one row");
  if (vectors.size() != rows * dimension) {
    return fail(ErrorKind::kInvalidRequest,
                "vectors: expected " + std::to_string(rows) + " of dimension " + std::to_string(dimension));
  }
  for (std::size_t i = 0; i < rows; ++i) {
    const float square = scoring::dot(vectors.subspan(i * dimension, dimension), &vectors[i * dimension]);
    if (!(square < 1e-6f || std::abs(square - 1.0f) < 1e-3f)) {
      return fail(ErrorKind::kInvalidRequest, "vectors: row " + std::to_string(i) + ": expected length 1 or 0");
    }
  }
  return {};
}

}  // namespace

std::optional<double> parse_model_size(std::string_view text) {
  const auto number = [&text]() -> std::optional<double> {
    double value = 0;
    const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || !(value > 0) || !std::isfinite(value)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return value;
  };
  std::optional<double> size = number();
  if (size && !text.empty() && (text.front() == 'x' || text.front() == 'X')) {
    text.remove_prefix(1);
    const std::optional<double> each = number();
    size = each ? std::optional(*size * *each) : std::nullopt;
  }
  if (!size || text.size() != 1) return std::nullopt;
  switch (text.front()) {
    case 'K':
    case 'k':
      return *size * 1e3;
    case 'M':
    case 'm':
      return *size * 1e6;
    case 'B':
    case 'b':
      return *size * 1e9;
    case 'T':
    case 't':
      return *size * 1e12;
    default:
      return std::nullopt;
  }
}

std::vector<std::uint32_t> size_order(const Outcomes& outcomes, std::vector<std::uint32_t> columns) {
  const auto size_of = [&](std::uint32_t m) { return parse_model_size(outcomes.facts[m].size); };
  const bool sized = std::ranges::all_of(columns, [&](std::uint32_t m) { return size_of(m).has_value(); });
  std::ranges::sort(columns, [&](std::uint32_t a, std::uint32_t b) {
    if (sized && *size_of(a) != *size_of(b)) return *size_of(a) < *size_of(b);
    const double price_a = outcomes.facts[a].usd_per_million.value_or(0);
    const double price_b = outcomes.facts[b].usd_per_million.value_or(0);
    if (price_a != price_b) return price_a < price_b;
    return outcomes.columns[a] < outcomes.columns[b];
  });
  return columns;
}

Result<TrainingSet> make_training_set(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                                      std::span<const float> vectors, std::size_t dimension) {
  SY_CHECK(check_vectors(vectors, rows.size(), dimension));
  TrainingSet set;
  set.rows = rows.size();
  set.dimension = dimension;
  set.columns = outcomes.columns.size();
  set.costs = mean_costs(outcomes, rows);
  set.vectors.reserve(vectors.size());
  set.scores.assign(set.rows * set.columns, kUnknownScore);
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(outcomes.rows[rows[i]].pool, i); });
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Row& row = outcomes.rows[rows[order[i]]];
    if (i == 0 || outcomes.rows[rows[order[i - 1]]].pool != row.pool) {
      set.pools.push_back(i);
      std::vector<std::uint32_t> columns;
      std::ranges::copy_if(outcomes.pools[row.pool].columns, std::back_inserter(columns),
                           [&](std::uint32_t m) { return outcomes.facts[m].chat; });
      set.pool_columns.push_back(size_order(outcomes, std::move(columns)));
    }
    const std::span<const float> vector = vectors.subspan(order[i] * dimension, dimension);
    set.vectors.insert(set.vectors.end(), vector.begin(), vector.end());
    for (const auto& [column, score] : row.scores) {
      if (outcomes.facts[column].chat) set.scores[i * set.columns + column] = score;
    }
  }
  return set;
}

}  // namespace switchyard::learning
