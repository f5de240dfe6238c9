#include "learning/kmeans.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace switchyard::learning {
namespace {

float dot(const float* a, const float* b, std::size_t n) {
  // Four sums at once: a fixed order that the compiler can keep in registers.
  float sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  float sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  for (; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

struct Try {
  std::vector<float> centres;
  std::vector<std::uint32_t> sizes;
  double similarity = -1e300;  ///< Sum of the cosines to the nearest centre.
};

class Kmeans {
 public:
  Kmeans(const std::vector<float>& vectors, std::size_t dimension, const KmeansSettings& settings)
      : vectors_(vectors), dimension_(dimension), count_(vectors.size() / dimension), settings_(settings) {}

  Try run(Random& random) {
    Try now;
    now.centres = start(random);
    double before = -1e300;
    for (std::uint32_t i = 0; i < settings_.iterations_max; ++i) {
      assign(now);
      if (now.similarity - before < 1e-6 * static_cast<double>(count_)) break;
      before = now.similarity;
      recentre(now, random);
    }
    assign(now);
    return now;
  }

 private:
  [[nodiscard]] const float* vector(std::size_t i) const { return &vectors_[i * dimension_]; }

  /// k-means++: each next centre is a vector drawn by its distance from the centres so far.
  std::vector<float> start(Random& random) {
    std::vector<float> centres;
    std::vector<double> far(count_, 4.0);
    std::size_t chosen = random.next() % count_;
    for (std::uint32_t c = 0; c < settings_.k; ++c) {
      centres.insert(centres.end(), vector(chosen), vector(chosen) + dimension_);
      double sum = 0;
      for (std::size_t i = 0; i < count_; ++i) {
        far[i] = std::min(far[i], std::max(0.0, 2.0 - 2.0 * dot(vector(i), vector(chosen), dimension_)));
        sum += far[i];
      }
      double draw = static_cast<double>(random.next() >> 11) * 0x1p-53 * sum;
      for (chosen = 0; chosen + 1 < count_ && draw >= far[chosen]; ++chosen) draw -= far[chosen];
    }
    return centres;
  }

  void assign(Try& now) {
    group_.resize(count_);
    now.similarity = 0;
    now.sizes.assign(settings_.k, 0);
    for (std::size_t i = 0; i < count_; ++i) {
      float best = -2;
      for (std::uint32_t c = 0; c < settings_.k; ++c) {
        const float cosine = dot(vector(i), &now.centres[c * dimension_], dimension_);
        if (cosine > best) {
          best = cosine;
          group_[i] = c;
        }
      }
      now.similarity += best;
      ++now.sizes[group_[i]];
    }
  }

  void recentre(Try& now, Random& random) {
    std::vector<double> sums(now.centres.size());
    for (std::size_t i = 0; i < count_; ++i) {
      for (std::size_t d = 0; d < dimension_; ++d) sums[group_[i] * dimension_ + d] += vector(i)[d];
    }
    for (std::uint32_t c = 0; c < settings_.k; ++c) {
      double square = 0;
      for (std::size_t d = 0; d < dimension_; ++d) square += sums[c * dimension_ + d] * sums[c * dimension_ + d];
      float* centre = &now.centres[c * dimension_];
      if (square > 0) {
        for (std::size_t d = 0; d < dimension_; ++d)
          centre[d] = static_cast<float>(sums[c * dimension_ + d] / std::sqrt(square));
      } else {
        std::copy_n(vector(random.next() % count_), dimension_, centre);  // An empty group starts afresh.
      }
    }
  }

  const std::vector<float>& vectors_;
  std::size_t dimension_, count_;
  const KmeansSettings& settings_;
  std::vector<std::uint32_t> group_;
};

/// The vectors that point somewhere; the first axis if none does.
std::vector<float> without_zeros(const std::vector<float>& vectors, std::size_t dimension) {
  std::vector<float> directions;
  for (auto at = vectors.begin(); at != vectors.end(); at += static_cast<std::ptrdiff_t>(dimension)) {
    const auto end = at + static_cast<std::ptrdiff_t>(dimension);
    if (std::any_of(at, end, [](float v) { return v != 0; })) directions.insert(directions.end(), at, end);
  }
  if (directions.empty()) {
    directions.resize(dimension);
    directions[0] = 1;
  }
  return directions;
}

}  // namespace

std::vector<float> kmeans(const std::vector<float>& vectors, std::size_t dimension, const KmeansSettings& settings,
                          const Progress& progress) {
  const std::vector<float> directions = without_zeros(vectors, dimension);
  Random random(settings.seed);
  Kmeans runner(directions, dimension, settings);
  Try best;
  for (std::uint32_t start = 0; start < settings.starts; ++start) {
    report(progress, "clusters", static_cast<double>(start) / settings.starts);
    Try now = runner.run(random);
    if (now.similarity > best.similarity) best = std::move(now);
  }
  std::vector<std::uint32_t> order(settings.k);
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return best.sizes[a] != best.sizes[b] ? best.sizes[a] > best.sizes[b] : a < b; });
  std::vector<float> centres;
  for (const std::uint32_t c : order) {
    const float* centre = &best.centres[c * dimension];
    centres.insert(centres.end(), centre, centre + dimension);
  }
  return centres;
}

}  // namespace switchyard::learning
