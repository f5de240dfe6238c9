#include "learning/estimator/estimator_training.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <optional>

#include "learning/estimator/calibration.h"
#include "learning/estimator/word_directions.h"
#include "learning/vector_training.h"

namespace switchyard::learning::estimator {
namespace {

namespace se = scoring::estimator;

/// A pool with fewer rows cannot tell its models apart.
constexpr std::size_t kPoolRowsMin = 50;
/// Lengths relative to the usual one are cut here: one runaway answer must not move a leaf.
constexpr double kLengthFactorMax = 4;
/// How much of the splits' worth is told by answer lengths.
constexpr double kLengthWeight = 0.2;

std::vector<std::int8_t> word_table(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                                    const EstimatorSettings& s, const Progress& progress) {
  std::vector<std::vector<std::uint32_t>> texts(rows.size());
  const auto mask = static_cast<std::uint32_t>(s.buckets - 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    scoring::for_each_feature(se::seen_part(outcomes.rows[rows[i]].query),
                              [&](std::uint32_t hash) { texts[i].push_back(hash & mask); });
  }
  DirectionSettings settings;
  settings.buckets = static_cast<std::uint32_t>(s.buckets);
  settings.dimension = static_cast<std::uint32_t>(s.dimension);
  settings.seed = s.seed;
  return quantised(learn_directions(texts, settings, progress));
}

/// One pool's rows as the trees see them.
struct PoolLessons {
  std::vector<std::uint32_t> columns;  ///< Of `Outcomes`, base models left out.
  std::vector<std::size_t> rows;       ///< Places in the list of rows that is learned from.
  std::vector<float> scores;           ///< [rows, columns]; NaN where not measured.
  std::vector<double> means, lengths;  ///< By column: of scores, of output tokens (0 if none).
  std::vector<float> length_factors;   ///< By row.
};

PoolLessons collect(const Outcomes& outcomes, const std::vector<std::size_t>& rows, std::uint32_t pool) {
  PoolLessons lessons;
  for (const std::uint32_t column : outcomes.pools[pool].columns) {
    if (outcomes.facts[column].chat) lessons.columns.push_back(column);
  }
  const std::size_t width = lessons.columns.size();
  std::vector<double> scores(width), counts(width), tokens(width), token_counts(width);
  std::vector<float> lengths;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = outcomes.rows[rows[i]];
    if (row.pool != pool) continue;
    lessons.rows.push_back(i);
    lessons.scores.resize(lessons.scores.size() + width, std::nanf(""));
    lengths.resize(lengths.size() + width, std::nanf(""));
    for (std::size_t k = 0; k < row.scores.size(); ++k) {
      const auto found = std::ranges::find(lessons.columns, row.scores[k].first);
      if (found == lessons.columns.end()) continue;
      const auto c = static_cast<std::size_t>(found - lessons.columns.begin());
      lessons.scores[lessons.scores.size() - width + c] = row.scores[k].second;
      scores[c] += row.scores[k].second;
      counts[c] += 1;
      if (std::isnan(row.output_tokens[k])) continue;
      lengths[lengths.size() - width + c] = row.output_tokens[k];
      tokens[c] += row.output_tokens[k];
      token_counts[c] += 1;
    }
  }
  for (std::size_t c = 0; c < width; ++c) {
    lessons.means.push_back(counts[c] > 0 ? scores[c] / counts[c] : 0.5);
    lessons.lengths.push_back(token_counts[c] > 0 ? tokens[c] / token_counts[c] : 0.0);
  }
  for (std::size_t i = 0; i < lessons.rows.size(); ++i) {
    double sum = 0, count = 0;
    for (std::size_t c = 0; c < width; ++c) {
      const float length = lengths[i * width + c];
      if (std::isnan(length) || lessons.lengths[c] <= 0) continue;
      sum += std::min(length / lessons.lengths[c], kLengthFactorMax);
      count += 1;
    }
    lessons.length_factors.push_back(static_cast<float>(count > 0 ? sum / count : 1.0));
  }
  return lessons;
}

/// Brings `targets` to total variance `whole`; their means are 0 or nearly.
void scale_to(std::vector<float>& targets, std::size_t width, std::size_t begin, std::size_t end, double whole) {
  double square = 0;
  for (std::size_t i = 0; i < targets.size(); i += width) {
    for (std::size_t t = begin; t < end; ++t) square += static_cast<double>(targets[i + t]) * targets[i + t];
  }
  const double variance = square * static_cast<double>(width) / static_cast<double>(targets.size());
  const auto factor = static_cast<float>(variance > 0 ? std::sqrt(whole / variance) : 0.0);
  for (std::size_t i = 0; i < targets.size(); i += width) {
    for (std::size_t t = begin; t < end; ++t) targets[i + t] *= factor;
  }
}

/// What the trees of a pool learn: leaves tell each model's distance from its mean score and the length factor; splits
/// look above all at how the models differ from each other on a row, for that is what a choice depends on.
TreeLessons tree_lessons(const Outcomes& outcomes, const std::vector<std::size_t>& rows, const PoolLessons& pool,
                         const EstimatorSettings& s) {
  TreeLessons lessons;
  const std::size_t width = pool.columns.size();
  lessons.target_count = lessons.value_count = width + 1;
  std::map<std::uint32_t, std::uint16_t> classes;
  for (std::size_t i = 0; i < pool.rows.size(); ++i) {
    double common = 0;
    for (std::size_t c = 0; c < width; ++c) {
      const float score = pool.scores[i * width + c];
      // What was not measured stands where the model stands on the whole.
      const float off = std::isnan(score) ? 0.0f : static_cast<float>(score - pool.means[c]);
      lessons.values.push_back(off);
      common += off;
    }
    common /= static_cast<double>(width);
    for (std::size_t c = 0; c < width; ++c) {
      lessons.targets.push_back(
          static_cast<float>(lessons.values[lessons.values.size() - width + c] - (1 - s.common_weight) * common));
    }
    lessons.values.push_back(pool.length_factors[i] - 1);
    lessons.targets.push_back(pool.length_factors[i] - 1);
    const std::uint32_t task = outcomes.rows[rows[pool.rows[i]]].task;
    lessons.classes.push_back(classes.try_emplace(task, static_cast<std::uint16_t>(classes.size())).first->second);
  }
  scale_to(lessons.targets, width + 1, 0, width, 1.0);
  scale_to(lessons.targets, width + 1, width, width + 1, kLengthWeight);
  lessons.class_count = classes.size();
  return lessons;
}

/// Puts grown trees into the forest as one group, values in one byte each.
void add_group(se::Forest& forest, const Growth& growth, const std::vector<double>& base) {
  const std::size_t width = base.size();
  se::Group group{static_cast<std::uint32_t>(forest.outputs()), static_cast<std::uint32_t>(width),
                  static_cast<std::uint32_t>(forest.trees.size()), static_cast<std::uint32_t>(growth.trees.size())};
  std::vector<float> units(width, 0.0f);
  for (const GrownTree& tree : growth.trees) {
    for (std::size_t i = 0; i < tree.leaves.size(); ++i)
      units[i % width] = std::max(units[i % width], std::fabs(tree.leaves[i]) / 127);
  }
  for (const GrownTree& tree : growth.trees) {
    forest.trees.push_back(
        {static_cast<std::uint32_t>(forest.nodes.size()), static_cast<std::uint32_t>(forest.leaves.size())});
    forest.nodes.insert(forest.nodes.end(), tree.nodes.begin(), tree.nodes.end());
    for (std::size_t i = 0; i < tree.leaves.size(); ++i) {
      const float unit = units[i % width];
      forest.leaves.push_back(static_cast<std::int8_t>(unit > 0 ? std::lround(tree.leaves[i] / unit) : 0));
    }
  }
  for (std::size_t o = 0; o < width; ++o) {
    forest.base.push_back(static_cast<float>(base[o]));
    forest.unit.push_back(units[o]);
  }
  forest.groups.push_back(group);
}

/// The rows of one pool out of all rows' features.
std::vector<float> part_of(const std::vector<float>& features, std::size_t width,
                           const std::vector<std::size_t>& rows) {
  std::vector<float> part;
  part.reserve(rows.size() * width);
  for (const std::size_t row : rows) {
    part.insert(part.end(), features.begin() + static_cast<std::ptrdiff_t>(row * width),
                features.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
  }
  return part;
}

/// Expected and observed scores on rows that the trees had not seen.
std::vector<Outcome> unseen_outcomes(const PoolLessons& pool, const Growth& growth) {
  std::vector<Outcome> outcomes;
  const std::size_t width = pool.columns.size();
  for (std::size_t i = 0; i < pool.rows.size(); ++i) {
    for (std::size_t c = 0; c < width; ++c) {
      const float off = growth.unseen[i * (width + 1) + c], score = pool.scores[i * width + c];
      if (!std::isnan(off) && !std::isnan(score)) outcomes.push_back({static_cast<float>(pool.means[c]) + off, score});
    }
  }
  return outcomes;
}

}  // namespace

Result<EstimatorModel> train_estimator(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                                       const EstimatorSettings& s, const Progress& progress) {
  EstimatorModel model;
  model.buckets = s.buckets;
  model.dimension = s.dimension;
  model.weights = word_table(outcomes, rows, s, progress);
  const scoring::StaticEmbedder embedder({s.buckets, s.dimension, model.weights.data()}, "training");
  const std::size_t width = s.dimension + se::kTextFeatures;
  std::vector<float> features(rows.size() * width);
  for (std::size_t i = 0; i < rows.size(); ++i)
    se::read_features(embedder, outcomes.rows[rows[i]].query, std::span(features).subspan(i * width, width));

  auto forest = std::make_shared<se::Forest>();
  forest->features = static_cast<std::uint32_t>(width);
  TreeSettings trees{s.pool_trees, s.candidates, s.leaf_rows_min, s.shrinkage, s.class_weight, s.row_share, s.seed};
  TreeLessons gate;
  const std::size_t pools = outcomes.pools.size();
  for (std::uint32_t p = 0; p < pools; ++p) {
    const PoolLessons pool = collect(outcomes, rows, p);
    if (pool.rows.size() < kPoolRowsMin || pool.columns.empty()) {
      return fail(ErrorKind::kInvalidRequest, "data: pool '" + outcomes.pools[p].name + "': expected at least " +
                                                  std::to_string(kPoolRowsMin) + " rows and a chat model");
    }
    const Bins bins = make_bins(part_of(features, width, pool.rows), width);
    TreeLessons lessons = tree_lessons(outcomes, rows, pool, s);
    lessons.bins = &bins;
    trees.seed = s.seed + p;
    const Growth growth = grow_trees(
        lessons, trees, [&](std::string_view, double share) { report(progress, outcomes.pools[p].name, share); });
    std::vector<double> base = pool.means;
    base.push_back(1.0);
    add_group(*forest, growth, base);

    std::vector<Outcome> unseen = unseen_outcomes(pool, growth);
    se::Pool described{outcomes.pools[p].name, {}, isotonic(unseen)};
    for (Outcome& o : unseen) o.expected = se::calibrated(described.calibration, o.expected);
    model.calibration_error += expected_calibration_error(unseen) / static_cast<double>(pools);
    for (std::size_t c = 0; c < pool.columns.size(); ++c) {
      described.columns.push_back(
          {outcomes.columns[pool.columns[c]], static_cast<float>(pool.means[c]), static_cast<float>(pool.lengths[c])});
    }
    model.pools.push_back(std::move(described));
  }
  const Bins bins = make_bins(features, width);
  gate.bins = &bins;
  gate.target_count = gate.value_count = pools;
  for (const std::size_t row : rows) {
    for (std::uint32_t p = 0; p < pools; ++p) gate.values.push_back(outcomes.rows[row].pool == p ? 1.0f : 0.0f);
  }
  gate.targets = gate.values;
  trees.trees = s.gate_trees;
  trees.shrinkage = 1;
  trees.leaf_rows_min = 10;
  trees.seed = s.seed + pools;
  add_group(*forest, grow_trees(gate, trees, progress), std::vector<double>(pools, 0.0));
  model.forest = std::move(forest);
  return model;
}

Result<se::Estimator> estimator_of(const std::shared_ptr<const EstimatorModel>& model) {
  struct Kept {
    std::shared_ptr<const EstimatorModel> model;
    scoring::StaticEmbedder embedder;
  };
  const auto kept = std::make_shared<const Kept>(
      Kept{model, scoring::StaticEmbedder({model->buckets, model->dimension, model->weights.data()}, "training")});
  return se::Estimator::make(std::shared_ptr<const scoring::StaticEmbedder>(kept, &kept->embedder), model->forest,
                             model->pools);
}

}  // namespace switchyard::learning::estimator
