#include "learning/routerdc_training.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "learning/adam.h"
#include "learning/kmeans.h"
#include "learning/platt.h"
#include "learning/strategies.h"
#include "scoring/npy.h"
#include "scoring/vector_math.h"

namespace switchyard::learning {
namespace {

constexpr float kShortest = 1e-8f;

/// A vector's direction and length, and the gradient by the direction that is turned into one by the vector.
struct Direction {
  std::vector<float> unit, gradient;
  float length = 0;

  void set(std::span<const float> vector) {
    length = std::max(std::sqrt(scoring::dot(vector, vector.data())), kShortest);
    unit.assign(vector.begin(), vector.end());
    for (float& v : unit) v /= length;
    gradient.assign(vector.size(), 0.0f);
  }
  void pull(float slope, const std::vector<float>& towards) {
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += slope * towards[i];
  }
  [[nodiscard]] float by_vector(std::size_t i, float along) const { return (gradient[i] - along * unit[i]) / length; }
  [[nodiscard]] float along() const { return scoring::dot(gradient, unit.data()); }
};

class RouterDcTrainer {
 public:
  RouterDcTrainer(const TrainingSet& set, std::span<const std::uint32_t> columns, const RouterDcSettings& settings)
      : set_(set),
        columns_(columns),
        settings_(settings),
        random_(settings.seed),
        model_{settings.width, set.dimension, columns.size(), {}, {}},
        projection_adam_(settings.width * set.dimension, settings.rate),
        vectors_adam_(columns.size() * settings.width, settings.rate) {
    const auto uniform = [&] { return static_cast<float>(static_cast<double>(random_.next() >> 11) * 0x1p-52 - 1.0); };
    model_.projection.resize(settings.width * set.dimension);
    model_.vectors.resize(columns.size() * settings.width);
    const float bound = std::sqrt(6.0f / static_cast<float>(settings.width + set.dimension));
    for (float& v : model_.projection) v = bound * uniform();
    for (float& v : model_.vectors) v = uniform();
    projection_gradient_.resize(model_.projection.size());
    vectors_gradient_.resize(model_.vectors.size());
    models_.resize(columns.size());
    texts_.resize(2 + settings.strangers);
    group_texts();
  }

  RouterDcModel run(const Progress& progress) {
    std::vector<std::uint32_t> order(set_.rows);
    std::iota(order.begin(), order.end(), 0u);
    for (int epoch = 0; epoch < settings_.epochs; ++epoch) {
      for (std::size_t i = set_.rows; i > 1; --i) std::swap(order[i - 1], order[random_.next() % i]);
      for (std::size_t begin = 0; begin < order.size(); begin += settings_.batch) {
        const std::size_t end = std::min(begin + settings_.batch, order.size());
        for (std::size_t m = 0; m < models_.size(); ++m) {
          models_[m].set(std::span<const float>(model_.vectors).subspan(m * settings_.width, settings_.width));
        }
        for (std::size_t i = begin; i < end; ++i) look(order[i]);
        step(end - begin);
      }
      report(progress, "contrast", (epoch + 1.0) / settings_.epochs);
    }
    return std::move(model_);
  }

 private:
  void group_texts() {
    KmeansSettings groups;
    groups.k = static_cast<std::uint32_t>(std::min(settings_.groups, set_.rows));
    groups.starts = 1;
    groups.seed = settings_.seed;
    const std::vector<float> centres = kmeans(set_.vectors, set_.dimension, groups);
    members_.resize(groups.k);
    group_of_.resize(set_.rows);
    for (std::uint32_t row = 0; row < set_.rows; ++row) {
      float best = -2;
      for (std::uint32_t k = 0; k < groups.k; ++k) {
        const float cosine = scoring::dot(set_.vector(row), &centres[k * set_.dimension]);
        if (cosine <= best) continue;
        best = cosine;
        group_of_[row] = k;
      }
      members_[group_of_[row]].push_back(row);
    }
  }

  void project(std::uint32_t row, Direction& text) {
    std::vector<float> projected(settings_.width);
    for (std::size_t k = 0; k < projected.size(); ++k) {
      projected[k] = scoring::dot(set_.vector(row), &model_.projection[k * set_.dimension]);
    }
    text.set(projected);
  }
  void give_back(std::uint32_t row, const Direction& text) {
    const float along = text.along();
    const std::span<const float> vector = set_.vector(row);
    for (std::size_t k = 0; k < settings_.width; ++k) {
      const float slope = text.by_vector(k, along);
      float* const gradient = &projection_gradient_[k * set_.dimension];
      for (std::size_t d = 0; d < set_.dimension; ++d) gradient[d] += slope * vector[d];
    }
  }

  void look(std::uint32_t row) {
    project(row, texts_[0]);
    std::vector<float> cosines, scores, slopes(columns_.size());
    for (std::size_t m = 0; m < columns_.size(); ++m) {
      cosines.push_back(scoring::dot(texts_[0].unit, models_[m].unit.data()));
      scores.push_back(set_.score_row(row)[columns_[m]]);
    }
    model_contrast(cosines, scores, settings_, slopes);
    for (std::size_t m = 0; m < columns_.size(); ++m) {
      if (slopes[m] == 0) continue;
      texts_[0].pull(slopes[m], models_[m].unit);
      models_[m].pull(slopes[m], texts_[0].unit);
    }
    contrast_texts(row);
    give_back(row, texts_[0]);
  }

  /// Draws one text of the same group, never the text itself, and some of others; nothing if there are none.
  void contrast_texts(std::uint32_t row) {
    const std::vector<std::uint32_t>& own = members_[group_of_[row]];
    if (own.size() < 2 || own.size() == set_.rows) return;
    std::vector<std::uint32_t> rows{row, row};
    while (rows[1] == row) rows[1] = own[random_.next() % own.size()];
    while (rows.size() < texts_.size()) {
      const auto other = static_cast<std::uint32_t>(random_.next() % set_.rows);
      if (group_of_[other] != group_of_[row]) rows.push_back(other);
    }
    std::vector<double> likely(rows.size());
    double total = 0;
    const auto heat = 1.0 / settings_.temperature;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      project(rows[i], texts_[i]);
      likely[i] = scoring::portable_exp(heat * (scoring::dot(texts_[0].unit, texts_[i].unit.data()) - 1.001));
      total += likely[i];
    }
    for (std::size_t i = 1; i < rows.size(); ++i) {
      const auto slope = static_cast<float>(settings_.group_weight * heat * (likely[i] / total - (i == 1 ? 1.0 : 0.0)));
      texts_[0].pull(slope, texts_[i].unit);
      texts_[i].pull(slope, texts_[0].unit);
      give_back(rows[i], texts_[i]);
    }
  }

  void step(std::size_t texts) {
    const float scale = 1.0f / static_cast<float>(texts);
    for (std::size_t m = 0; m < models_.size(); ++m) {
      const float along = models_[m].along();
      for (std::size_t k = 0; k < settings_.width; ++k) {
        vectors_gradient_[m * settings_.width + k] = scale * models_[m].by_vector(k, along);
      }
    }
    for (float& g : projection_gradient_) g *= scale;
    projection_adam_.step(model_.projection, projection_gradient_);
    vectors_adam_.step(model_.vectors, vectors_gradient_);
    std::ranges::fill(projection_gradient_, 0.0f);
  }

  const TrainingSet& set_;
  std::span<const std::uint32_t> columns_;
  const RouterDcSettings& settings_;
  Random random_;
  RouterDcModel model_;
  Adam projection_adam_, vectors_adam_;
  std::vector<float> projection_gradient_, vectors_gradient_;
  std::vector<Direction> models_, texts_;  ///< Texts: the one looked at, one of its group, strangers.
  std::vector<std::vector<std::uint32_t>> members_;
  std::vector<std::uint32_t> group_of_;
};

}  // namespace

double model_contrast(std::span<const float> cosines, std::span<const float> scores, const RouterDcSettings& settings,
                      std::span<float> gradient) {
  constexpr float kWorstMax = 0.5f;
  std::ranges::fill(gradient, 0.0f);
  std::vector<std::size_t> order;
  for (std::size_t m = 0; m < scores.size(); ++m) {
    if (scores[m] >= 0) order.push_back(m);
  }
  std::ranges::sort(order, {}, [&](std::size_t m) { return std::pair(-scores[m], m); });
  std::vector<std::size_t> worst;
  for (auto m = order.rbegin(); m != order.rend() && worst.size() < settings.worst; ++m) {
    if (scores[*m] <= kWorstMax) worst.push_back(*m);
  }
  const double heat = 1.0 / settings.temperature;
  double loss = 0;
  for (std::size_t i = 0; i < std::min(settings.best, order.size()); ++i) {
    const std::size_t best = order[i];
    if (scores[best] <= 0) break;
    // Relative to 1, which no cosine exceeds by more than rounding.
    const auto likely = [&](std::size_t m) { return scoring::portable_exp(heat * (cosines[m] - 1.001)); };
    double total = likely(best);
    for (const std::size_t m : worst) {
      if (m != best) total += likely(m);
    }
    loss += (scoring::portable_log2(total) - scoring::portable_log2(likely(best))) * 0.6931471805599453;
    gradient[best] += static_cast<float>(heat * (likely(best) / total - 1.0));
    for (const std::size_t m : worst) {
      if (m != best) gradient[m] += static_cast<float>(heat * likely(m) / total);
    }
  }
  return loss;
}

RouterDcModel train_routerdc_model(const TrainingSet& set, std::span<const std::uint32_t> columns,
                                   const RouterDcSettings& settings, const Progress& progress) {
  return RouterDcTrainer(set, columns, settings).run(progress);
}

Result<TrainedHead> train_routerdc(const TrainingSet& set, const TrainSettings& settings, const Progress& progress) {
  TrainedHead head;
  head.columns = measured_columns(set);
  RouterDcSettings contrast;
  contrast.seed = settings.seed;
  const RouterDcModel model = train_routerdc_model(set, head.columns, contrast, progress);
  std::vector<float> units, lines, projected(model.width);
  std::vector<std::vector<float>> scores(model.models), targets(model.models);
  for (std::size_t m = 0; m < model.models; ++m) {
    Direction direction;
    direction.set(std::span<const float>(model.vectors).subspan(m * model.width, model.width));
    units.insert(units.end(), direction.unit.begin(), direction.unit.end());
  }
  for (std::size_t row = 0; row < set.rows; ++row) {
    for (std::size_t k = 0; k < model.width; ++k) {
      projected[k] = scoring::dot(set.vector(row), &model.projection[k * set.dimension]);
    }
    Direction text;
    text.set(projected);
    for (std::size_t m = 0; m < model.models; ++m) {
      const float target = set.score_row(row)[head.columns[m]];
      if (target < 0) continue;
      scores[m].push_back(scoring::dot(text.unit, &units[m * model.width]));
      targets[m].push_back(target);
    }
  }
  for (std::size_t m = 0; m < model.models; ++m) {
    const PlattLine line = fit_platt(scores[m], targets[m]);
    lines.push_back(static_cast<float>(line.slope));
    lines.push_back(static_cast<float>(line.offset));
  }
  head.files["projection.npy"] = scoring::write_npy_f4(model.width, set.dimension, model.projection);
  head.files["models.npy"] = scoring::write_npy_f4(model.models, model.width, units);
  head.files["calibration.npy"] = scoring::write_npy_f4(model.models, 2, lines);
  return head;
}

}  // namespace switchyard::learning
