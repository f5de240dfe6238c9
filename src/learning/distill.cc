#include "learning/distill.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "learning/principal_axes.h"
#include "learning/vector_training.h"
#include "scoring/embedder.h"

namespace switchyard::learning {
namespace {

constexpr float kLengthMin = 0.1f;  ///< Of a text's sum in a step; rows start with lengths of up to 1.

float length(std::span<const float> v) {
  float squares = 0;
  for (const float x : v) squares += x * x;
  return std::sqrt(squares);
}

class Student {
 public:
  Student(std::span<const std::string_view> texts, const DistillSettings& settings)
      : settings_(settings),
        random_(settings.seed),
        dimension_(settings.dimension),
        table_(std::size_t{settings.buckets} * settings.dimension),
        moved_(settings.buckets, 1e-12f) {
    const std::uint32_t mask = settings.buckets - 1;
    parts_.resize(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      scoring::for_each_feature(texts[i], [&](std::uint32_t hash) { parts_[i].push_back(hash & mask); });
    }
  }

  void set_targets(std::span<const float> teacher, const PrincipalAxes& axes) {
    const std::size_t n = axes.mean.size();
    targets_.resize(parts_.size() * dimension_);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const std::span<float> target = target_of(i);
      axes.project(teacher.subspan(i * n, n), target);
      const float size = length(target);
      if (size > 0) {
        for (float& x : target) x /= size;
      }
    }
  }

  /// A bucket starts as the mean of its words by count, each as long as it is telling: a / (a + share of the word).
  void start(const std::vector<CountedWord>& words, std::span<const float> vectors, const PrincipalAxes& axes) {
    const std::size_t n = axes.mean.size();
    double all = 0;
    for (const CountedWord& word : words) all += static_cast<double>(word.count);
    PrincipalAxes around = axes;  // Words have a mean of their own.
    around.mean = mean_word(words, vectors, n);
    std::vector<double> counts(settings_.buckets);
    std::vector<float> reduced(dimension_);
    for (std::size_t w = 0; w < words.size(); ++w) {
      const std::uint32_t row = words[w].hash & (settings_.buckets - 1);
      around.project(vectors.subspan(w * n, n), reduced);
      const auto count = static_cast<double>(words[w].count);
      const double telling = settings_.common / (settings_.common + count / all);
      counts[row] += count;
      for (std::size_t d = 0; d < dimension_; ++d) {
        table_[row * dimension_ + d] += static_cast<float>(telling * count) * reduced[d];
      }
    }
    for (std::size_t row = 0; row < settings_.buckets; ++row) {
      if (counts[row] == 0) continue;
      for (std::size_t d = 0; d < dimension_; ++d) table_[row * dimension_ + d] /= static_cast<float>(counts[row]);
    }
  }

  void learn(std::span<const std::size_t> texts, const Progress& progress) {
    std::vector<std::size_t> order(texts.begin(), texts.end());
    const double steps = static_cast<double>(settings_.epochs) * static_cast<double>(order.size());
    double done = 0;
    for (std::uint32_t epoch = 0; epoch < settings_.epochs; ++epoch) {
      for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.next() % i]);
      for (const std::size_t text : order) {
        step(text, static_cast<float>(settings_.rate * (1.0 - done / steps)));
        if (std::fmod(done++, 1024.0) == 0) report(progress, "rows", done / steps);
      }
    }
    report(progress, "rows", 1);
  }

  [[nodiscard]] double mean_cosine(std::span<const std::size_t> texts) {
    double sum = 0;
    for (const std::size_t text : texts) {
      add_up(parts_[text]);
      const float size = length(vector_);
      if (size > 0) sum += dot(vector_, target_of(text)) / size;
    }
    return texts.empty() ? 0 : sum / static_cast<double>(texts.size());
  }

  [[nodiscard]] const std::vector<float>& table() const { return table_; }

 private:
  static std::vector<float> mean_word(const std::vector<CountedWord>& words, std::span<const float> vectors,
                                      std::size_t n) {
    std::vector<double> sums(n);
    for (std::size_t i = 0; i < words.size() * n; ++i) sums[i % n] += vectors[i];
    std::vector<float> out;
    for (const double sum : sums)
      out.push_back(static_cast<float>(sum / std::max<double>(1, static_cast<double>(words.size()))));
    return out;
  }
  std::span<float> target_of(std::size_t text) { return std::span(targets_).subspan(text * dimension_, dimension_); }
  static float dot(std::span<const float> a, std::span<const float> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0f);
  }
  void add_up(std::span<const std::uint32_t> rows) {
    vector_.assign(dimension_, 0.0f);
    for (const std::uint32_t row : rows) {
      const float* const values = &table_[std::size_t{row} * dimension_];
      for (std::size_t d = 0; d < dimension_; ++d) vector_[d] += values[d];
    }
  }

  void step(std::size_t text, float rate) {
    const auto threshold = static_cast<std::uint64_t>(settings_.keep * 0x1p32);
    kept_.clear();
    for (const std::uint32_t row : parts_[text]) {
      if ((random_.next() >> 32) < threshold) kept_.push_back(row);
    }
    add_up(kept_);
    // Words that the teacher has nothing to say about begin at zero, where the cosine has no gradient.
    const float size = std::max(length(vector_), kLengthMin);
    const std::span<const float> target = target_of(text);
    const float cosine = dot(vector_, target) / size;
    // The cosine's gradient for every row that was added up: the target's part across the vector, over its length.
    gradient_.resize(dimension_);
    float squares = 0;
    for (std::size_t d = 0; d < dimension_; ++d) {
      gradient_[d] = (target[d] - cosine * vector_[d] / size) / size;
      squares += gradient_[d] * gradient_[d];
    }
    for (const std::uint32_t row : kept_) {
      // Rows that have moved much move less (Adagrad, one sum a row), so that rare words learn from their few texts.
      moved_[row] += squares;
      const float factor = rate / std::sqrt(moved_[row]);
      float* const values = &table_[std::size_t{row} * dimension_];
      for (std::size_t d = 0; d < dimension_; ++d) values[d] += factor * gradient_[d];
    }
  }

  const DistillSettings& settings_;
  Random random_;
  std::size_t dimension_;
  std::vector<float> table_;
  std::vector<float> moved_;                       ///< By row: the squares of its gradients so far.
  std::vector<std::vector<std::uint32_t>> parts_;  ///< By text: the rows of its features.
  std::vector<float> targets_;
  std::vector<std::uint32_t> kept_;
  std::vector<float> vector_, gradient_;
};

}  // namespace

Distilled distill(std::span<const std::string_view> texts, std::span<const std::size_t> learned,
                  std::span<const std::size_t> held, const std::vector<CountedWord>& words,
                  const TeacherVectors& teacher, const DistillSettings& settings, const Progress& progress) {
  Distilled out;
  std::vector<float> known;
  for (const std::size_t text : learned) {
    const auto row = teacher.texts.begin() + static_cast<std::ptrdiff_t>(text * teacher.dimension);
    known.insert(known.end(), row, row + static_cast<std::ptrdiff_t>(teacher.dimension));
  }
  const PrincipalAxes axes = principal_axes(known, teacher.dimension, settings.dimension);
  out.variance_share = axes.share;
  Student student(texts, settings);
  student.set_targets(teacher.texts, axes);
  student.start(words, teacher.words, axes);
  out.start_cosine = student.mean_cosine(held);
  student.learn(learned, progress);
  out.cosine = student.mean_cosine(held);
  out.weights = quantised(student.table());
  return out;
}

}  // namespace switchyard::learning
