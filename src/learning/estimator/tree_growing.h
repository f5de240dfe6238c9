#pragma once
/// \file
/// Extremely randomised trees with several outputs (Geurts, Ernst and Wehenkel, 2006): each split is the best of a few
/// features, each cut at a random place. A leaf's values are means pulled towards those of the nodes above it, so that
/// small leaves add little; a node is worth the more to a tree, the better it separates both targets and class labels.
/// Each tree is grown from a part of the rows, which makes its word on the others an honest one.

#include <cstdint>
#include <vector>

#include "learning/progress.h"
#include "scoring/estimator/forest.h"

namespace switchyard::learning::estimator {

/// Numbers as places between edges: trees only compare.
struct Bins {
  std::size_t rows = 0;
  std::vector<std::vector<float>> edges;           ///< By feature, ascending: bin b holds edges[b - 1] < x <= edges[b].
  std::vector<std::vector<std::uint8_t>> columns;  ///< By feature, then by row.
};

constexpr std::size_t kBinsMax = 128;

/// `values`: [rows, features]. The edges lie between values that occur, about equally many values to a bin.
Bins make_bins(const std::vector<float>& values, std::size_t features);

struct TreeLessons {
  const Bins* bins = nullptr;
  std::vector<float> targets;  ///< [rows, targets]: what splits shall separate.
  std::vector<float> values;   ///< [rows, values]: what leaves predict.
  std::size_t target_count = 0, value_count = 0;
  std::vector<std::uint16_t> classes;  ///< By row; empty for none.
  std::size_t class_count = 0;
};

struct TreeSettings {
  std::size_t trees = 64;
  std::size_t candidates = 30;  ///< Features tried at a node.
  std::size_t leaf_rows_min = 3;
  double shrinkage = 60;    ///< Rows by which a node's means are pulled to its parent's.
  double class_weight = 4;  ///< Of separating class labels, beside separating targets of total variance 1.
  double row_share = 0.8;   ///< Of all rows, those that one tree is grown from.
  std::uint64_t seed = 42;
};

struct GrownTree {
  std::vector<scoring::estimator::Node> nodes;  ///< Thresholds are edges; leaves hold their row's number.
  std::vector<float> leaves;                    ///< [leaves, values]
};

struct Growth {
  std::vector<GrownTree> trees;
  std::vector<float> unseen;  ///< [rows, values]: the mean of the trees that were not grown from the row; NaN for none.
};

/// The same lessons and settings give the same bits, whatever the number of threads.
Growth grow_trees(const TreeLessons& lessons, const TreeSettings& settings, const Progress& progress = {});

}  // namespace switchyard::learning::estimator
