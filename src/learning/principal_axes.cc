#include "learning/principal_axes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace switchyard::learning {
namespace {

constexpr int kSweepsMax = 30;        // Jacobi's method converges quadratically; eight or nine are usual.
constexpr double kConverged = 1e-20;  // Of the squared off-diagonal part against the diagonal's.

class SymmetricMatrix {
 public:
  explicit SymmetricMatrix(std::size_t n) : n_(n), values_(n * n) {}
  double& at(std::size_t i, std::size_t j) { return values_[i * n_ + j]; }
  [[nodiscard]] double at(std::size_t i, std::size_t j) const { return values_[i * n_ + j]; }
  [[nodiscard]] std::size_t size() const { return n_; }

 private:
  std::size_t n_;
  std::vector<double> values_;
};

SymmetricMatrix covariance(std::span<const float> vectors, const std::vector<float>& mean) {
  const std::size_t n = mean.size();
  SymmetricMatrix out(n);
  std::vector<double> row(n);
  for (std::size_t begin = 0; begin < vectors.size(); begin += n) {
    for (std::size_t i = 0; i < n; ++i) row[i] = vectors[begin + i] - mean[i];
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i; j < n; ++j) out.at(i, j) += row[i] * row[j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) out.at(i, j) = out.at(j, i);
  }
  return out;
}

/// One rotation that makes the entry (p, q) zero; the rows of `axes` turn with it.
void rotate(SymmetricMatrix& m, SymmetricMatrix& axes, std::size_t p, std::size_t q) {
  const double off = m.at(p, q);
  if (off == 0) return;
  const double theta = (m.at(q, q) - m.at(p, p)) / (2 * off);
  const double t = (theta >= 0 ? 1 : -1) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1), s = t * c;
  for (std::size_t k = 0; k < m.size(); ++k) {
    if (k == p || k == q) continue;
    const double kp = m.at(p, k), kq = m.at(q, k);
    m.at(p, k) = m.at(k, p) = c * kp - s * kq;
    m.at(q, k) = m.at(k, q) = s * kp + c * kq;
  }
  m.at(p, p) -= t * off;
  m.at(q, q) += t * off;
  m.at(p, q) = m.at(q, p) = 0;
  for (std::size_t k = 0; k < m.size(); ++k) {
    const double ap = axes.at(p, k), aq = axes.at(q, k);
    axes.at(p, k) = c * ap - s * aq;
    axes.at(q, k) = s * ap + c * aq;
  }
}

}  // namespace

void PrincipalAxes::project(std::span<const float> vector, std::span<float> out) const {
  const std::size_t n = mean.size();
  for (std::size_t a = 0; a < count; ++a) {
    float sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += (vector[i] - mean[i]) * axes[a * n + i];
    out[a] = sum;
  }
}

PrincipalAxes principal_axes(std::span<const float> vectors, std::size_t dimension, std::size_t count) {
  PrincipalAxes out;
  const double rows = static_cast<double>(vectors.size() / dimension);
  std::vector<double> sums(dimension);
  for (std::size_t i = 0; i < vectors.size(); ++i) sums[i % dimension] += vectors[i];
  for (const double sum : sums) out.mean.push_back(static_cast<float>(sum / rows));

  SymmetricMatrix m = covariance(vectors, out.mean), axes(dimension);
  for (std::size_t i = 0; i < dimension; ++i) axes.at(i, i) = 1;
  for (int sweep = 0; sweep < kSweepsMax; ++sweep) {
    double off = 0, on = 0;
    for (std::size_t i = 0; i < dimension; ++i) {
      on += m.at(i, i) * m.at(i, i);
      for (std::size_t j = 0; j < i; ++j) off += m.at(i, j) * m.at(i, j);
    }
    if (off <= kConverged * on) break;
    for (std::size_t p = 0; p < dimension; ++p) {
      for (std::size_t q = p + 1; q < dimension; ++q) rotate(m, axes, p, q);
    }
  }
  std::vector<std::size_t> order(dimension);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, std::greater<>(), [&](std::size_t i) { return m.at(i, i); });
  double total = 0, held = 0;
  for (std::size_t i = 0; i < dimension; ++i) total += m.at(i, i);
  out.count = std::min(count, dimension);
  for (std::size_t a = 0; a < out.count; ++a) {
    held += m.at(order[a], order[a]);
    for (std::size_t i = 0; i < dimension; ++i) out.axes.push_back(static_cast<float>(axes.at(order[a], i)));
  }
  out.share = total > 0 ? held / total : 0;
  return out;
}

}  // namespace switchyard::learning
