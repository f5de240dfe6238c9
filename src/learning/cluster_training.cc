#include "learning/cluster_training.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/random.h"
#include "scoring/embedder.h"

namespace switchyard::learning {
namespace {

using Dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Rows of (column, value), as one array.
struct Sparse {
  std::vector<std::size_t> begin{0};
  std::vector<std::pair<std::uint32_t, float>> cells;
  std::size_t columns = 0;
  [[nodiscard]] std::size_t rows() const { return begin.size() - 1; }
};

double uniform(Random& random) { return static_cast<double>(random.next() >> 11) * 0x1.0p-53; }
float normal(Random& random) {
  const double u = std::max(uniform(random), 1e-300), v = uniform(random);
  return static_cast<float>(std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v));
}

/// Bucketed words with log counts and inverse document frequency, each row of length 1, then its task label.
Sparse weigh(const Outcomes& outcomes, const std::vector<std::size_t>& rows, const ClusterSettings& s, std::vector<float>& idf) {
  std::vector<std::vector<std::pair<std::uint32_t, float>>> counted(rows.size());
  std::vector<std::uint32_t> documents(s.buckets, 0);
  const auto mask = static_cast<std::uint32_t>(s.buckets - 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::unordered_map<std::uint32_t, float> counts;
    scoring::for_each_feature(outcomes.rows[rows[i]].query, [&](std::uint32_t hash) { counts[hash & mask] += 1; });
    counted[i].assign(counts.begin(), counts.end());
    std::ranges::sort(counted[i]);
    for (const auto& [bucket, count] : counted[i]) ++documents[bucket];
  }
  idf.resize(s.buckets);
  for (std::size_t b = 0; b < s.buckets; ++b) {
    idf[b] = std::log((1.0f + static_cast<float>(rows.size())) / (1.0f + static_cast<float>(documents[b])));
  }
  Sparse matrix;
  matrix.columns = s.buckets + outcomes.tasks.size();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    float squares = 0;
    for (auto& [bucket, count] : counted[i]) {
      count = (1.0f + std::log(count)) * idf[bucket];
      squares += count * count;
    }
    const float scale = squares > 0 ? 1.0f / std::sqrt(squares) : 0.0f;
    for (const auto& [bucket, value] : counted[i]) matrix.cells.emplace_back(bucket, value * scale);
    matrix.cells.emplace_back(static_cast<std::uint32_t>(s.buckets) + outcomes.rows[rows[i]].task, static_cast<float>(s.task_weight));
    matrix.begin.push_back(matrix.cells.size());
  }
  return matrix;
}

/// A^T (A basis).
Dense gram_times(const Sparse& a, const Dense& basis) {
  Dense out = Dense::Zero(static_cast<Eigen::Index>(a.columns), basis.cols());
  Eigen::RowVectorXf projected(basis.cols());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    projected.setZero();
    for (std::size_t c = a.begin[i]; c < a.begin[i + 1]; ++c) projected += a.cells[c].second * basis.row(a.cells[c].first);
    for (std::size_t c = a.begin[i]; c < a.begin[i + 1]; ++c) out.row(a.cells[c].first) += a.cells[c].second * projected;
  }
  return out;
}

Dense orthonormal(const Dense& m) {
  const Eigen::HouseholderQR<Eigen::MatrixXf> qr(m);
  return qr.householderQ() * Eigen::MatrixXf::Identity(m.rows(), m.cols());
}

/// The leading right singular vectors, by subspace iteration.
Dense right_vectors(const Sparse& a, const ClusterSettings& s, Random& random, const Progress& progress) {
  constexpr int kIterations = 6;
  constexpr Eigen::Index kOversampling = 8;
  const auto dimension = static_cast<Eigen::Index>(s.dimension);
  Dense basis(static_cast<Eigen::Index>(a.columns), dimension + kOversampling);
  for (Eigen::Index i = 0; i < basis.rows(); ++i) {
    for (Eigen::Index j = 0; j < basis.cols(); ++j) basis(i, j) = normal(random);
  }
  for (int i = 0; i < kIterations; ++i) {
    basis = orthonormal(gram_times(a, basis));
    progress("word vectors", static_cast<double>(i + 1) / kIterations);
  }
  // Rotate the subspace onto the singular vectors, strongest first.
  const Eigen::MatrixXf small = basis.transpose() * gram_times(a, basis);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXf> solver((small + small.transpose()) / 2);
  const Eigen::MatrixXf rotated = basis * solver.eigenvectors().rightCols(dimension);
  // The first direction is what all texts share; it tells clusters apart the least, so the others keep their say.
  Eigen::VectorXf strength = solver.eigenvalues().tail(dimension).cwiseMax(0).array().pow(-0.25f);
  return rotated * strength.asDiagonal();
}

std::vector<std::int8_t> quantised(const Dense& vectors, const std::vector<float>& idf, const ClusterSettings& s) {
  std::vector<float> values(s.buckets * s.dimension);
  float largest = 0;
  for (std::size_t b = 0; b < s.buckets; ++b) {
    for (std::size_t d = 0; d < s.dimension; ++d) {
      const float value = vectors(static_cast<Eigen::Index>(b), static_cast<Eigen::Index>(d)) * idf[b];
      values[b * s.dimension + d] = value;
      largest = std::max(largest, std::abs(value));
    }
  }
  // A few outliers must not cost all others their digits: the range ends at the 99.9th percentile.
  std::vector<float> sizes(values.size());
  std::ranges::transform(values, sizes.begin(), [](float v) { return std::abs(v); });
  const auto cut = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() * 999 / 1000);
  std::nth_element(sizes.begin(), cut, sizes.end());
  const float range = *cut > 0 ? *cut : std::max(largest, 1.0f);
  std::vector<std::int8_t> weights(values.size());
  std::ranges::transform(values, weights.begin(), [&](float v) {
    return static_cast<std::int8_t>(std::lround(std::clamp(v / range, -1.0f, 1.0f) * 127));
  });
  return weights;
}

struct Partition {
  Dense centroids;
  double nearness = -1;
};

/// Spherical k-means with k-means++ seeding.
Partition k_means(const Dense& points, std::size_t k, Random& random) {
  const auto clusters = static_cast<Eigen::Index>(k);
  Dense centroids(clusters, points.cols());
  Eigen::VectorXf far = Eigen::VectorXf::Constant(points.rows(), 2.0f);
  for (Eigen::Index c = 0; c < clusters; ++c) {
    double at = uniform(random) * far.cast<double>().sum();
    Eigen::Index chosen = 0;
    while (chosen + 1 < points.rows() && (at -= far[chosen]) > 0) ++chosen;
    centroids.row(c) = points.row(chosen);
    far = far.cwiseMin(((1.0f - (points * centroids.row(c).transpose()).array()).max(0.0f)).matrix());
  }
  Partition result;
  constexpr int kRounds = 25;
  for (int round = 0; round < kRounds; ++round) {
    const Eigen::MatrixXf cosines = points * centroids.transpose();
    Dense sums = Dense::Zero(clusters, points.cols());
    double nearness = 0;
    for (Eigen::Index i = 0; i < points.rows(); ++i) {
      Eigen::Index best = 0;
      nearness += static_cast<double>(cosines.row(i).maxCoeff(&best));
      sums.row(best) += points.row(i);
    }
    for (Eigen::Index c = 0; c < clusters; ++c) {
      const float length = sums.row(c).norm();
      if (length > 1e-6f) centroids.row(c) = sums.row(c) / length;
    }
    if (nearness <= result.nearness * (1 + 1e-6)) break;
    result.nearness = nearness;
  }
  result.centroids = centroids;
  return result;
}

Dense embed_all(const Outcomes& outcomes, const std::vector<std::size_t>& rows, const ClusterModel& m) {
  const scoring::StaticEmbedder embedder({m.buckets, m.dimension, m.weights.data()}, "training");
  Dense points(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(m.dimension));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    embedder.embed(outcomes.rows[rows[i]].query, {points.row(static_cast<Eigen::Index>(i)).data(), m.dimension});
  }
  return points;
}

std::vector<float> shrunk_means(const Outcomes& outcomes, const std::vector<std::size_t>& rows,
                                const std::vector<Eigen::Index>& cluster_of, const ClusterSettings& s) {
  const std::size_t columns = outcomes.columns.size();
  std::vector<double> sums(s.clusters * columns, 0), counts(sums.size(), 0), all_sums(columns, 0), all_counts(columns, 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& [column, score] : outcomes.rows[rows[i]].scores) {
      const std::size_t cell = static_cast<std::size_t>(cluster_of[i]) * columns + column;
      sums[cell] += score;
      counts[cell] += 1;
      all_sums[column] += score;
      all_counts[column] += 1;
    }
  }
  std::vector<float> quality(sums.size());
  for (std::size_t cell = 0; cell < sums.size(); ++cell) {
    const std::size_t column = cell % columns;
    const double mean = all_counts[column] > 0 ? all_sums[column] / all_counts[column] : 0;
    quality[cell] = static_cast<float>((sums[cell] + s.shrinkage * mean) / (counts[cell] + s.shrinkage));
  }
  return quality;
}

}  // namespace

ClusterModel train_clusters(const Outcomes& outcomes, const std::vector<std::size_t>& rows, const ClusterSettings& s,
                            const Progress& progress) {
  Random random(s.seed);
  ClusterModel model;
  model.clusters = s.clusters;
  model.dimension = s.dimension;
  model.buckets = s.buckets;
  std::vector<float> idf;
  const Sparse matrix = weigh(outcomes, rows, s, idf);
  model.weights = quantised(right_vectors(matrix, s, random, progress), idf, s);

  const Dense points = embed_all(outcomes, rows, model);
  Partition best;
  for (int i = 0; i < s.restarts; ++i) {
    Partition next = k_means(points, s.clusters, random);
    if (next.nearness > best.nearness) best = std::move(next);
    progress("clusters", static_cast<double>(i + 1) / s.restarts);
  }
  model.centroids.assign(best.centroids.data(), best.centroids.data() + best.centroids.size());
  const Eigen::MatrixXf cosines = points * best.centroids.transpose();
  std::vector<Eigen::Index> cluster_of(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) cosines.row(static_cast<Eigen::Index>(i)).maxCoeff(&cluster_of[i]);
  model.quality = shrunk_means(outcomes, rows, cluster_of, s);
  return model;
}

HeldOut evaluate(const Outcomes& outcomes, const std::vector<std::size_t>& rows, const std::vector<std::uint32_t>& columns,
                 const ClusterModel& m, std::size_t top_p) {
  HeldOut result;
  const std::size_t all = outcomes.columns.size();
  std::vector<double> single(columns.size(), 0);
  const Dense points = embed_all(outcomes, rows, m);
  const Eigen::Map<const Dense> centroids(m.centroids.data(), static_cast<Eigen::Index>(m.clusters), static_cast<Eigen::Index>(m.dimension));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<float> score(all, -1);
    for (const auto& [column, value] : outcomes.rows[rows[i]].scores) score[column] = value;
    if (std::ranges::any_of(columns, [&](std::uint32_t c) { return score[c] < 0; })) continue;
    const Eigen::VectorXf cosines = centroids * points.row(static_cast<Eigen::Index>(i)).transpose();
    std::vector<std::size_t> order(m.clusters);
    for (std::size_t k = 0; k < m.clusters; ++k) order[k] = k;
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return cosines[static_cast<Eigen::Index>(a)] > cosines[static_cast<Eigen::Index>(b)]; });
    std::size_t chosen = 0, best = 0;
    double best_sum = -1;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      double sum = 0;
      for (std::size_t n = 0; n < std::min(top_p, m.clusters); ++n) {
        const double weight = std::exp(10.0 * (cosines[static_cast<Eigen::Index>(order[n])] - cosines[static_cast<Eigen::Index>(order[0])]));
        sum += weight * m.quality[order[n] * all + columns[c]];
      }
      if (sum > best_sum) {
        best_sum = sum;
        chosen = c;
      }
      single[c] += score[columns[c]];
      if (score[columns[c]] > score[columns[best]]) best = c;
    }
    result.routed += score[columns[chosen]];
    result.oracle += score[columns[best]];
    ++result.rows;
  }
  if (result.rows == 0) return result;
  const auto n = static_cast<double>(result.rows);
  result.routed /= n;
  result.oracle /= n;
  result.best_single = *std::ranges::max_element(single) / n;
  return result;
}

}  // namespace switchyard::learning
