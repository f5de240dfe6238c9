#include "learning/vector_training.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/random.h"

namespace switchyard::learning {
namespace {

double unit_uniform(Random& random) { return static_cast<double>(random.next() >> 11) * 0x1p-53; }

/// Twelve uniform numbers make a good enough bell, with the same bits everywhere.
double bell(Random& random) {
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) sum += unit_uniform(random);
  return sum;
}

/// A linear map from the vector to one number a label.
struct Head {
  std::vector<float> weights, bias;
  Head(std::size_t labels, std::size_t dimension) : weights(labels * dimension), bias(labels) {}
};

struct PoolHeads {
  Head tasks, models;
};

void softmax(std::vector<float>& values) {
  const float top = *std::max_element(values.begin(), values.end());
  float sum = 0;
  for (float& v : values) sum += v = std::exp(v - top);
  for (float& v : values) v /= sum;
}

class Trainer {
 public:
  Trainer(const std::vector<Lesson>& lessons, const std::vector<PoolShape>& pools, const VectorSettings& settings)
      : lessons_(lessons), settings_(settings), random_(settings.seed), dimension_(settings.dimension) {
    for (const PoolShape& pool : pools) heads_.push_back({{pool.tasks, dimension_}, {pool.models, dimension_}});
    start_table();
  }

  std::vector<float> run(const Progress& progress) {
    std::vector<std::uint32_t> order(lessons_.size());
    std::iota(order.begin(), order.end(), 0u);
    const double steps = static_cast<double>(settings_.epochs) * static_cast<double>(order.size());
    double done = 0;
    for (std::uint32_t epoch = 0; epoch < settings_.epochs; ++epoch) {
      for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.next() % i]);
      for (const std::uint32_t index : order) {
        step(lessons_[index], 1.0 - done / steps);
        if (std::fmod(done++, 1024.0) == 0) report(progress, "vectors", done / steps);
      }
    }
    return std::move(table_);
  }

 private:
  /// Random directions, shorter the more texts a part stands in (inverse document frequency).
  void start_table() {
    std::vector<std::uint32_t> texts(settings_.rows), last(settings_.rows, ~0u);
    for (std::uint32_t i = 0; i < lessons_.size(); ++i) {
      for (const std::uint32_t row : lessons_[i].rows) {
        if (std::exchange(last[row], i) != i) ++texts[row];
      }
    }
    table_.resize(std::size_t{settings_.rows} * dimension_);
    const double count = static_cast<double>(lessons_.size());
    for (std::uint32_t row = 0; row < settings_.rows; ++row) {
      const double weight = std::log((count + 1.0) / (texts[row] + 1.0)) / std::sqrt(static_cast<double>(dimension_));
      for (std::uint32_t d = 0; d < dimension_; ++d) {
        table_[std::size_t{row} * dimension_ + d] = static_cast<float>(weight * 0.3 * bell(random_));
      }
    }
  }

  void step(const Lesson& lesson, double remaining) {
    kept_.clear();
    const auto threshold = static_cast<std::uint64_t>(settings_.keep * 0x1p32);
    for (const std::uint32_t row : lesson.rows) {
      if ((random_.next() >> 32) < threshold) kept_.push_back(row);
    }
    vector_.assign(dimension_, 0.0f);
    for (const std::uint32_t row : kept_) {
      const float* values = &table_[std::size_t{row} * dimension_];
      for (std::size_t d = 0; d < dimension_; ++d) vector_[d] += values[d];
    }
    float square = 0;
    for (const float v : vector_) square += v * v;
    if (!(square > 1e-12f)) return;
    const float length = std::sqrt(square);
    const auto sharpness = static_cast<float>(settings_.sharpness);
    for (float& v : vector_) v *= sharpness / length;

    gradient_.assign(dimension_, 0.0f);
    const auto rate = static_cast<float>(settings_.rate * remaining);
    teach(heads_[lesson.pool], lesson, rate);

    // Only the part of the gradient across the vector turns it; the part along it would change a length that is not
    // served.
    float along = 0;
    for (std::size_t d = 0; d < dimension_; ++d) along += gradient_[d] * vector_[d];
    along /= sharpness * sharpness;
    const auto row_rate = static_cast<float>(settings_.row_rate * remaining) * sharpness / length;
    for (std::size_t d = 0; d < dimension_; ++d) gradient_[d] = row_rate * (gradient_[d] - along * vector_[d]);
    for (const std::uint32_t row : kept_) {
      float* values = &table_[std::size_t{row} * dimension_];
      for (std::size_t d = 0; d < dimension_; ++d) values[d] -= gradient_[d];
    }
  }

  void teach(PoolHeads& heads, const Lesson& lesson, float rate) {
    answers(heads.tasks);
    softmax(output_);
    output_[lesson.task] -= 1.0f;
    learn(heads.tasks, static_cast<float>(settings_.task_weight), rate);

    answers(heads.models);
    for (std::size_t m = 0; m < output_.size(); ++m) {
      const float score = m < lesson.scores.size() ? lesson.scores[m] : kUnknownScore;
      output_[m] = score == kUnknownScore ? 0.0f : 1.0f / (1.0f + std::exp(-output_[m])) - score;
    }
    learn(heads.models, static_cast<float>(settings_.outcome_weight / static_cast<double>(output_.size())), rate);
  }

  void answers(const Head& head) {
    output_.assign(head.bias.begin(), head.bias.end());
    for (std::size_t label = 0; label < output_.size(); ++label) {
      const float* weights = &head.weights[label * dimension_];
      float sum = 0;
      for (std::size_t d = 0; d < dimension_; ++d) sum += weights[d] * vector_[d];
      output_[label] += sum;
    }
  }
  /// One step down for the head; adds to `gradient_`. `output_` holds the difference between answer and target.
  void learn(Head& head, float weight, float rate) {
    for (std::size_t label = 0; label < output_.size(); ++label) {
      const float slope = weight * output_[label];
      float* weights = &head.weights[label * dimension_];
      for (std::size_t d = 0; d < dimension_; ++d) {
        gradient_[d] += slope * weights[d];
        weights[d] -= rate * slope * vector_[d];
      }
      head.bias[label] -= rate * slope;
    }
  }

  const std::vector<Lesson>& lessons_;
  const VectorSettings& settings_;
  Random random_;
  std::size_t dimension_;
  std::vector<float> table_;
  std::vector<PoolHeads> heads_;
  std::vector<std::uint32_t> kept_;
  std::vector<float> vector_, gradient_, output_;
};

}  // namespace

std::vector<float> learn_vectors(const std::vector<Lesson>& lessons, const std::vector<PoolShape>& pools,
                                 const VectorSettings& settings, const Progress& progress) {
  return Trainer(lessons, pools, settings).run(progress);
}

std::vector<std::int8_t> quantised(const std::vector<float>& table) {
  std::vector<float> sizes(table.size());
  std::transform(table.begin(), table.end(), sizes.begin(), [](float v) { return std::fabs(v); });
  const auto top = sizes.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(sizes.size() - 1) * 0.9998);
  std::nth_element(sizes.begin(), top, sizes.end());
  const float scale = *top > 0 ? 127.0f / *top : 0.0f;
  std::vector<std::int8_t> out(table.size());
  std::transform(table.begin(), table.end(), out.begin(), [scale](float v) {
    return static_cast<std::int8_t>(std::lround(std::clamp(v * scale, -127.0f, 127.0f)));
  });
  return out;
}

}  // namespace switchyard::learning
