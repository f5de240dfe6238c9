#include "learning/strategies.h"

#include <algorithm>

namespace switchyard::learning {

std::span<const Strategy> strategies() {
  static constexpr Strategy kStrategies[] = {
      {"knn", "Scores of the most similar measured texts", train_knn},
      {"svm", "A linear support vector machine with Platt's calibration for each model", train_svm},
      {"mlp", "A network with two hidden layers and an expected score for each model", train_mlp},
      {"mf", "Matrix factorisation from pairs of a better and a worse answer", train_mf},
      {"elo", "One rating for each model, whatever the text", train_elo, false},
      {"routerdc", "A projection by dual contrast, and a vector for each model", train_routerdc},
      {"hybrid", "Whether the pool's smallest model answers as well as its largest", train_hybrid, false},
      {"graph", "A graph network over texts and models", train_graph},
      {"largest", "The largest model first, or the dearest where sizes are unknown", train_largest, false},
      {"smallest", "The smallest model first, or the cheapest where sizes are unknown", train_smallest, false},
      {"sw_ranking", "Ratings fitted for each text, similar texts' battles weighing more", train_sw_ranking, false}};
  return kStrategies;
}

const Strategy* find_strategy(std::string_view name) {
  const auto all = strategies();
  const auto found = std::ranges::find(all, name, &Strategy::name);
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::uint32_t> measured_columns(const TrainingSet& set) {
  std::vector<std::uint32_t> columns;
  for (std::uint32_t m = 0; m < set.columns; ++m) {
    for (std::size_t row = 0; row < set.rows; ++row) {
      if (set.score_row(row)[m] < 0) continue;
      columns.push_back(m);
      break;
    }
  }
  return columns;
}

}  // namespace switchyard::learning
