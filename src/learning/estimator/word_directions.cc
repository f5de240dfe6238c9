#include "learning/estimator/word_directions.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <thread>
#include <utility>

#include "base/random.h"

namespace switchyard::learning::estimator {
namespace {

constexpr std::size_t kOversampling = 10;  ///< Directions beyond those wanted, which make the wanted ones exact.
constexpr std::size_t kThreads = 2;        ///< The result does not depend on it.
constexpr int kSweepsMax = 30;             ///< Jacobi converges in fewer than ten.

struct Entry {
  std::uint32_t column;
  float value;
};

/// Texts as rows of length 1: each bucket's count times its rarity.
struct Sparse {
  std::vector<std::size_t> begin{0};
  std::vector<Entry> entries;
  [[nodiscard]] std::size_t rows() const { return begin.size() - 1; }
  [[nodiscard]] std::span<const Entry> row(std::size_t i) const {
    return std::span(entries).subspan(begin[i], begin[i + 1] - begin[i]);
  }
};

std::vector<float> rarity(const std::vector<std::vector<std::uint32_t>>& texts, std::uint32_t buckets) {
  std::vector<std::uint32_t> counts(buckets), last(buckets, ~0u);
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    for (const std::uint32_t bucket : texts[i]) {
      if (std::exchange(last[bucket], i) != i) ++counts[bucket];
    }
  }
  std::vector<float> values(buckets, 0.0f);
  const double all = static_cast<double>(texts.size()) + 1.0;
  for (std::size_t b = 0; b < buckets; ++b) {
    // What stands in one text alone says nothing about others.
    if (counts[b] > 1) values[b] = static_cast<float>(std::log(all / (counts[b] + 1.0)));
  }
  return values;
}

Sparse matrix_of(const std::vector<std::vector<std::uint32_t>>& texts, const std::vector<float>& rare) {
  Sparse m;
  std::vector<std::uint32_t> sorted;
  for (const auto& text : texts) {
    sorted.assign(text.begin(), text.end());
    std::ranges::sort(sorted);
    double square = 0;
    for (std::size_t i = 0; i < sorted.size();) {
      std::size_t end = i;
      while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
      const float value = static_cast<float>(end - i) * rare[sorted[i]];
      if (value > 0) m.entries.push_back({sorted[i], value});
      square += static_cast<double>(value) * value;
      i = end;
    }
    const float factor = square > 0 ? static_cast<float>(1.0 / std::sqrt(square)) : 0.0f;
    for (std::size_t i = m.begin.back(); i < m.entries.size(); ++i) m.entries[i].value *= factor;
    m.begin.push_back(m.entries.size());
  }
  return m;
}

/// Calls `work(begin, end)` for two halves of [0, count), each in a thread of its own.
template <class Work>
void in_halves(std::size_t count, Work&& work) {
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] { work(count * t / kThreads, count * (t + 1) / kThreads); });
  }
}

/// [rows, width] = m q, for `q` [buckets, width].
std::vector<float> times(const Sparse& m, const std::vector<float>& q, std::size_t width) {
  std::vector<float> out(m.rows() * width, 0.0f);
  in_halves(m.rows(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      float* const row = &out[i * width];
      for (const Entry e : m.row(i)) {
        const float* const from = &q[std::size_t{e.column} * width];
        for (std::size_t d = 0; d < width; ++d) row[d] += e.value * from[d];
      }
    }
  });
  return out;
}

/// [buckets, width] = transposed m z. Threads share the columns of the result, so each cell has one order of addition.
std::vector<float> transposed_times(const Sparse& m, const std::vector<float>& z, std::size_t width,
                                    std::size_t buckets) {
  std::vector<float> out(buckets * width, 0.0f);
  in_halves(width, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = 0; i < m.rows(); ++i) {
      for (const Entry e : m.row(i)) {
        float* const to = &out[std::size_t{e.column} * width];
        for (std::size_t d = begin; d < end; ++d) to[d] += e.value * z[i * width + d];
      }
    }
  });
  return out;
}

/// [width, width] = transposed z times z.
std::vector<double> gram(const std::vector<float>& z, std::size_t width) {
  std::vector<double> out(width * width, 0.0);
  in_halves(width, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = 0; row < z.size(); row += width) {
      for (std::size_t a = begin; a < end; ++a) {
        const double left = z[row + a];
        for (std::size_t b = 0; b < width; ++b) out[a * width + b] += left * static_cast<double>(z[row + b]);
      }
    }
  });
  return out;
}

/// Each row of `q` times `by` [width, kept].
std::vector<float> turned(const std::vector<float>& q, std::size_t width, const std::vector<double>& by,
                          std::size_t kept) {
  std::vector<float> out(q.size() / width * kept);
  in_halves(q.size() / width, [&](std::size_t begin, std::size_t end) {
    std::vector<double> sums(kept);
    for (std::size_t i = begin; i < end; ++i) {
      std::ranges::fill(sums, 0.0);
      for (std::size_t d = 0; d < width; ++d) {
        const double value = q[i * width + d];
        for (std::size_t k = 0; k < kept; ++k) sums[k] += value * by[d * width + k];
      }
      for (std::size_t k = 0; k < kept; ++k) out[i * kept + k] = static_cast<float>(sums[k]);
    }
  });
  return out;
}

/// Orthonormal columns that span the same: q V / sqrt(eigenvalue), with the eigenvectors of the Gram matrix.
std::vector<float> orthonormal(const std::vector<float>& q, std::size_t width) {
  std::vector<double> turn = eigenvectors(gram(q, width), width);
  std::vector<float> out = turned(q, width, turn, width);
  std::vector<double> lengths(width);
  for (std::size_t i = 0; i < out.size(); ++i) lengths[i % width] += static_cast<double>(out[i]) * out[i];
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double length = std::sqrt(lengths[i % width]);
    out[i] = length > 1e-9 ? static_cast<float>(out[i] / length) : 0.0f;
  }
  return out;
}

}  // namespace

std::vector<double> eigenvectors(std::vector<double> a, std::size_t n) {
  std::vector<double> v(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) v[i * n + i] = 1.0;
  double trace = 0;
  for (std::size_t i = 0; i < n; ++i) trace += std::fabs(a[i * n + i]);
  for (int sweep = 0; sweep < kSweepsMax; ++sweep) {
    double off = 0;
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) off += a[p * n + q] * a[p * n + q];
    }
    if (off <= 1e-20 * trace * trace) break;
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        if (a[p * n + q] == 0) continue;
        const double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        const double t = (theta >= 0 ? 1.0 : -1.0) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (std::size_t k = 0; k < n; ++k) {
          const double x = a[k * n + p], y = a[k * n + q];
          a[k * n + p] = c * x - s * y;
          a[k * n + q] = s * x + c * y;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double x = a[p * n + k], y = a[q * n + k];
          a[p * n + k] = c * x - s * y;
          a[q * n + k] = s * x + c * y;
          const double f = v[k * n + p], g = v[k * n + q];
          v[k * n + p] = c * f - s * g;
          v[k * n + q] = s * f + c * g;
        }
      }
    }
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t x, std::size_t y) {
    return a[x * n + x] != a[y * n + y] ? a[x * n + x] > a[y * n + y] : x < y;
  });
  std::vector<double> sorted(n * n);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) sorted[i * n + k] = v[i * n + order[k]];
  }
  return sorted;
}

std::vector<float> learn_directions(const std::vector<std::vector<std::uint32_t>>& texts,
                                    const DirectionSettings& settings, const Progress& progress) {
  const std::vector<float> rare = rarity(texts, settings.buckets);
  const Sparse m = matrix_of(texts, rare);
  const std::size_t width = settings.dimension + kOversampling;
  Random random(settings.seed);
  std::vector<float> q(std::size_t{settings.buckets} * width);
  for (float& value : q) value = static_cast<float>(static_cast<double>(random.next() >> 11) * 0x1p-52 - 1.0);
  for (std::uint32_t i = 0; i < settings.iterations; ++i) {
    q = orthonormal(transposed_times(m, times(m, q, width), width, settings.buckets), width);
    report(progress, "word directions", (i + 1.0) / (settings.iterations + 1.0));
  }
  // Turned so that the first direction carries most of the texts' variation, the second most of the rest, and so on:
  // trees cut across one axis at a time.
  const std::vector<double> turn = eigenvectors(gram(times(m, q, width), width), width);
  std::vector<float> table = turned(q, width, turn, settings.dimension);
  for (std::size_t b = 0; b < settings.buckets; ++b) {
    for (std::size_t d = 0; d < settings.dimension; ++d) table[b * settings.dimension + d] *= rare[b];
  }
  report(progress, "word directions", 1);
  return table;
}

}  // namespace switchyard::learning::estimator
