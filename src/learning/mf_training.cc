#include "learning/mf_training.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "learning/adam.h"
#include "learning/platt.h"
#include "learning/strategies.h"
#include "scoring/npy.h"
#include "scoring/vector_math.h"

namespace switchyard::learning {
namespace {

std::vector<float> unit(std::span<const float> p) {
  const float length = std::sqrt(scoring::dot(p, p.data()));
  std::vector<float> out(p.begin(), p.end());
  for (float& v : out) v /= std::max(length, 1e-12f);
  return out;
}

struct Pair {
  std::size_t better = 0, worse = 0;
  float gap = 0;
};

class MfTrainer {
 public:
  MfTrainer(MfModel& model, const MfSettings& settings)
      : model_(model),
        p_adam_(model.p.size(), settings.rate),
        projection_adam_(model.projection.size(), settings.rate),
        w_adam_(model.w.size(), settings.rate),
        p_gradient_(model.p.size()),
        projection_gradient_(model.projection.size()),
        w_gradient_(model.w.size()),
        u_(model.width),
        du_(model.width) {
    renew_units();
  }

  void look(std::span<const float> vector, std::span<const Pair> pairs) {
    const std::size_t width = model_.width;
    for (std::size_t k = 0; k < width; ++k) {
      u_[k] = scoring::dot(vector, &model_.projection[k * model_.dimension]);
      du_[k] = 0;
    }
    for (const Pair& pair : pairs) {
      const float* const better = units_[pair.better].data();
      const float* const worse = units_[pair.worse].data();
      float logit = 0;
      for (std::size_t k = 0; k < width; ++k) logit += model_.w[k] * (better[k] - worse[k]) * u_[k];
      const auto slope = static_cast<float>(-scoring::portable_sigmoid(-logit)) * pair.gap;
      for (std::size_t k = 0; k < width; ++k) {
        const float apart = better[k] - worse[k], pull = slope * model_.w[k] * u_[k];
        w_gradient_[k] += slope * apart * u_[k];
        du_[k] += slope * model_.w[k] * apart;
        p_gradient_[pair.better * width + k] += pull;
        p_gradient_[pair.worse * width + k] -= pull;
      }
    }
    for (std::size_t k = 0; k < width; ++k) {
      float* const row = &projection_gradient_[k * model_.dimension];
      for (std::size_t d = 0; d < model_.dimension; ++d) row[d] += du_[k] * vector[d];
    }
    pairs_ += pairs.size();
  }

  void step() {
    if (pairs_ == 0) return;
    const float scale = 1.0f / static_cast<float>(pairs_);
    for (std::size_t m = 0; m < model_.models; ++m) {
      // Only what turns P_m counts; its length does not.
      const std::span<float> gradient(&p_gradient_[m * model_.width], model_.width);
      const std::span<const float> p(&model_.p[m * model_.width], model_.width);
      const float along = scoring::dot(gradient, units_[m].data());
      const float length = std::max(std::sqrt(scoring::dot(p, p.data())), 1e-12f);
      for (std::size_t k = 0; k < model_.width; ++k) gradient[k] = (gradient[k] - along * units_[m][k]) / length;
    }
    for (std::vector<float>* gradient : {&p_gradient_, &projection_gradient_, &w_gradient_}) {
      for (float& g : *gradient) g *= scale;
    }
    p_adam_.step(model_.p, p_gradient_);
    projection_adam_.step(model_.projection, projection_gradient_);
    w_adam_.step(model_.w, w_gradient_);
    for (std::vector<float>* gradient : {&p_gradient_, &projection_gradient_, &w_gradient_}) {
      std::ranges::fill(*gradient, 0.0f);
    }
    pairs_ = 0;
    renew_units();
  }

 private:
  void renew_units() {
    units_.clear();
    for (std::size_t m = 0; m < model_.models; ++m) {
      units_.push_back(unit(std::span(model_.p).subspan(m * model_.width, model_.width)));
    }
  }
  MfModel& model_;
  Adam p_adam_, projection_adam_, w_adam_;
  std::vector<float> p_gradient_, projection_gradient_, w_gradient_, u_, du_;
  std::vector<std::vector<float>> units_;
  std::size_t pairs_ = 0;
};

/// Every better answer against every worse one, or as many drawn from them.
void pairs_of(std::span<const float> scores, std::span<const std::uint32_t> columns, std::size_t most, Random& random,
              std::vector<Pair>& pairs) {
  pairs.clear();
  for (std::size_t a = 0; a < columns.size(); ++a) {
    for (std::size_t b = 0; b < columns.size(); ++b) {
      const float better = scores[columns[a]], worse = scores[columns[b]];
      if (worse >= 0 && better > worse) pairs.push_back({a, b, better - worse});
    }
  }
  if (pairs.size() <= most) return;
  for (std::size_t i = 0; i < most; ++i) std::swap(pairs[i], pairs[i + random.next() % (pairs.size() - i)]);
  pairs.resize(most);
}

/// The models' rows less the mean row of the first pool that has the model.
std::vector<std::vector<float>> centred_rows(const MfModel& model, const TrainingSet& set,
                                             std::span<const std::uint32_t> columns) {
  std::vector<std::vector<float>> rows(columns.size());
  for (const std::vector<std::uint32_t>& pool : set.pool_columns) {
    std::vector<std::size_t> members;
    for (std::size_t m = 0; m < columns.size(); ++m) {
      if (std::ranges::find(pool, columns[m]) != pool.end()) members.push_back(m);
    }
    std::vector<float> mean(set.dimension);
    for (const std::size_t m : members) {
      const std::vector<float> row = model.row(m);
      for (std::size_t d = 0; d < mean.size(); ++d) mean[d] += row[d] / static_cast<float>(members.size());
    }
    for (const std::size_t m : members) {
      if (!rows[m].empty()) continue;
      rows[m] = model.row(m);
      for (std::size_t d = 0; d < mean.size(); ++d) rows[m][d] -= mean[d];
    }
  }
  return rows;
}

}  // namespace

float MfModel::score(std::size_t model, std::span<const float> vector) const {
  const std::vector<float> direction = unit(std::span(p).subspan(model * width, width));
  float sum = 0;
  for (std::size_t k = 0; k < width; ++k) sum += w[k] * direction[k] * scoring::dot(vector, &projection[k * dimension]);
  return sum;
}

std::vector<float> MfModel::row(std::size_t model) const {
  const std::vector<float> direction = unit(std::span(p).subspan(model * width, width));
  std::vector<float> out(dimension);
  for (std::size_t k = 0; k < width; ++k) {
    for (std::size_t d = 0; d < dimension; ++d) out[d] += w[k] * direction[k] * projection[k * dimension + d];
  }
  return out;
}

double win_probability(float score_a, float score_b) {
  return scoring::portable_sigmoid(static_cast<double>(score_a) - score_b);
}

MfModel start_mf(std::size_t models, std::size_t dimension, const MfSettings& settings) {
  MfModel model{settings.width,
                dimension,
                models,
                std::vector<float>(models * settings.width),
                std::vector<float>(settings.width * dimension),
                std::vector<float>(settings.width)};
  Random random(settings.seed);
  const auto uniform = [&](double bound) {
    return static_cast<float>(bound * (static_cast<double>(random.next() >> 11) * 0x1p-52 - 1.0));
  };
  for (float& v : model.p) v = uniform(1.0);
  for (float& v : model.projection) v = uniform(1.0 / std::sqrt(static_cast<double>(dimension)));
  for (float& v : model.w) v = uniform(1.0);
  return model;
}

void train_mf_model(MfModel& model, const TrainingSet& set, std::span<const std::uint32_t> columns,
                    const MfSettings& settings, const Progress& progress) {
  MfTrainer trainer(model, settings);
  Random random(settings.seed ^ 0x7061697273);  // Not the numbers that the model started from.
  std::vector<std::uint32_t> order(set.rows);
  std::iota(order.begin(), order.end(), 0u);
  std::vector<Pair> pairs;
  for (int epoch = 0; epoch < settings.epochs; ++epoch) {
    for (std::size_t i = set.rows; i > 1; --i) std::swap(order[i - 1], order[random.next() % i]);
    std::size_t texts = 0;
    for (const std::uint32_t row : order) {
      pairs_of(set.score_row(row), columns, settings.pairs_of_text, random, pairs);
      if (pairs.empty()) continue;
      trainer.look(set.vector(row), pairs);
      if (++texts % settings.batch == 0) trainer.step();
    }
    trainer.step();
    report(progress, "factors", (epoch + 1.0) / settings.epochs);
  }
}

double share_threshold(std::vector<double> probabilities, double share) {
  std::ranges::sort(probabilities);
  const double at = (1.0 - share) * static_cast<double>(probabilities.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(at), probabilities.size() - 1);
  const std::size_t above = std::min(below + 1, probabilities.size() - 1);
  return probabilities[below] + (at - static_cast<double>(below)) * (probabilities[above] - probabilities[below]);
}

Result<TrainedHead> train_mf(const TrainingSet& set, const TrainSettings& settings, const Progress& progress) {
  TrainedHead head;
  head.columns = measured_columns(set);
  MfSettings mf;
  mf.seed = settings.seed;
  MfModel model = start_mf(head.columns.size(), set.dimension, mf);
  train_mf_model(model, set, head.columns, mf, progress);
  // Pairs tell which answer is better, not how good either is. What a model's score exceeds its pool's mean by is all
  // they say; a line for each model makes expected scores of that.
  const std::vector<std::vector<float>> centred = centred_rows(model, set, head.columns);
  std::vector<float> rows;
  for (std::size_t m = 0; m < head.columns.size(); ++m) {
    const std::vector<float>& row = centred[m];
    std::vector<float> scores, targets;
    for (std::size_t i = 0; i < set.rows; ++i) {
      const float target = set.score_row(i)[head.columns[m]];
      if (target < 0) continue;
      scores.push_back(scoring::dot(row, set.vector(i).data()));
      targets.push_back(target);
    }
    const PlattLine line = fit_platt(scores, targets);
    for (const float v : row) rows.push_back(static_cast<float>(line.slope * v));
    rows.push_back(static_cast<float>(line.offset));
  }
  head.files["linear.npy"] = scoring::write_npy_f4(head.columns.size(), set.dimension + 1, rows);
  return head;
}

}  // namespace switchyard::learning
