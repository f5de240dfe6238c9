#include "learning/cluster_training.h"

#include <algorithm>
#include <map>

#include "features/features.h"
#include "learning/cluster_quality.h"
#include "learning/kmeans.h"
#include "learning/vector_training.h"
#include "scoring/embedder.h"

namespace switchyard::learning {
namespace {

/// Labels are counted within each pool, since each pool has heads of its own.
class LessonMaker {
 public:
  LessonMaker(const Outcomes& outcomes, const ClusterSettings& settings)
      : outcomes_(outcomes),
        mask_(static_cast<std::uint32_t>(settings.buckets - 1)),
        columns_(outcomes.pools.size()),
        tasks_(outcomes.pools.size()) {}

  Lesson make(const Row& row) {
    Lesson lesson;
    scoring::for_each_feature(served_part(row.query), [&](std::uint32_t hash) { lesson.rows.push_back(hash & mask_); });
    lesson.pool = row.pool;
    lesson.task = local(tasks_[row.pool], row.task);
    for (const auto& [column, score] : row.scores) {
      const std::uint32_t index = local(columns_[row.pool], column);
      if (index >= lesson.scores.size()) lesson.scores.resize(index + 1, kUnknownScore);
      lesson.scores[index] = score;
    }
    return lesson;
  }
  /// After the last lesson.
  [[nodiscard]] std::vector<PoolShape> shapes() const {
    std::vector<PoolShape> shapes;
    shapes.reserve(outcomes_.pools.size());
    for (std::size_t p = 0; p < outcomes_.pools.size(); ++p) {
      shapes.push_back({static_cast<std::uint32_t>(tasks_[p].size()), static_cast<std::uint32_t>(columns_[p].size())});
    }
    return shapes;
  }

 private:
  using Numbers = std::map<std::uint32_t, std::uint32_t>;
  static std::uint32_t local(Numbers& numbers, std::uint32_t global) {
    return numbers.try_emplace(global, static_cast<std::uint32_t>(numbers.size())).first->second;
  }
  const Outcomes& outcomes_;
  std::uint32_t mask_;
  std::vector<Numbers> columns_, tasks_;
};

std::vector<std::uint32_t> nearest_clusters(const std::vector<float>& vectors, const ClusterModel& m) {
  std::vector<std::uint32_t> nearest;
  for (std::size_t begin = 0; begin < vectors.size(); begin += m.dimension) {
    std::uint32_t best = 0;
    float best_cosine = -2;
    for (std::uint32_t k = 0; k < m.clusters; ++k) {
      float cosine = 0;
      for (std::size_t d = 0; d < m.dimension; ++d) cosine += vectors[begin + d] * m.centroids[k * m.dimension + d];
      if (cosine > best_cosine) {
        best_cosine = cosine;
        best = k;
      }
    }
    nearest.push_back(best);
  }
  return nearest;
}

}  // namespace

std::vector<std::int8_t> learn_weights(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                                       const ClusterSettings& s, const Progress& progress) {
  LessonMaker maker(outcomes, s);
  std::vector<Lesson> lessons;
  lessons.reserve(rows.size());
  for (const std::size_t row : rows) lessons.push_back(maker.make(outcomes.rows[row]));
  VectorSettings settings;
  settings.rows = static_cast<std::uint32_t>(s.buckets);
  settings.dimension = static_cast<std::uint32_t>(s.dimension);
  settings.task_weight = s.task_weight;
  settings.seed = s.seed;
  return quantised(learn_vectors(lessons, maker.shapes(), settings, progress));
}

std::string_view served_part(std::string_view query) {
  return query.substr(query.size() - std::min(query.size(), features::kTextBytesMax));
}

std::vector<float> embed_rows(const Outcomes& outcomes, const std::vector<std::size_t>& rows, const ClusterModel& m) {
  const scoring::StaticEmbedder embedder({m.buckets, m.dimension, m.weights.data()}, "training");
  std::vector<float> vectors(rows.size() * m.dimension);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    embedder.embed(served_part(outcomes.rows[rows[i]].query), std::span(vectors).subspan(i * m.dimension, m.dimension));
  }
  return vectors;
}

ClusterModel train_clusters(const Outcomes& outcomes, const std::vector<std::size_t>& rows, const ClusterSettings& s,
                            const Progress& progress) {
  ClusterModel model;
  model.clusters = s.clusters;
  model.dimension = s.dimension;
  model.buckets = s.buckets;
  model.weights = learn_weights(outcomes, rows, s, progress);

  const std::vector<float> vectors = embed_rows(outcomes, rows, model);
  KmeansSettings groups;
  groups.k = static_cast<std::uint32_t>(s.clusters);
  groups.starts = static_cast<std::uint32_t>(s.restarts);
  groups.seed = s.seed;
  model.centroids = kmeans(vectors, s.dimension, groups, progress);
  model.quality = cluster_quality(outcomes, rows, nearest_clusters(vectors, model), s.clusters, s.shrinkage);
  report(progress, "clusters", 1);
  return model;
}

}  // namespace switchyard::learning
