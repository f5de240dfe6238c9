#include "learning/graph_training.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "learning/adam.h"
#include "learning/strategies.h"
#include "scoring/npy.h"
#include "scoring/vector_math.h"

namespace switchyard::learning {
namespace {

/// Correlations of unit vectors are small numbers; this brings a history's length to about 1.
constexpr float kHistoryScale = 10.0f;

float logit(float p) {
  const double inside = std::clamp(static_cast<double>(p), 0.01, 0.99);
  return static_cast<float>((scoring::portable_log2(inside) - scoring::portable_log2(1.0 - inside)) *
                            0.6931471805599453);
}

std::vector<float> product(const std::vector<float>& matrix, std::span<const float> vector) {
  std::vector<float> out(matrix.size() / vector.size());
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = scoring::dot(vector, &matrix[k * vector.size()]);
  return out;
}

class GraphTrainer {
 public:
  GraphTrainer(const TrainingSet& set, std::span<const std::uint32_t> columns, const GraphSettings& settings)
      : set_(set),
        columns_(columns),
        settings_(settings),
        random_(settings.seed),
        model_{settings.width, set.dimension, {}, {}, std::vector<float>(settings.width), {1.0f, 0.0f}} {
    const double bound = std::sqrt(6.0 / static_cast<double>(settings.width + set.dimension));
    for (std::vector<float>* weights : {&model_.texts, &model_.messages}) {
      weights->resize(settings.width * set.dimension);
      for (float& w : *weights) {
        w = static_cast<float>(bound * (static_cast<double>(random_.next() >> 11) * 0x1p-52 - 1.0));
      }
    }
    for (std::vector<float>* weights : parts()) {
      adams_.emplace_back(weights->size(), settings.rate);
      gradients_.emplace_back(weights->size());
    }
    visible_.resize(set.rows);
  }

  GraphModel run(const Progress& progress) {
    std::vector<std::uint32_t> order(set_.rows);
    std::iota(order.begin(), order.end(), 0u);
    const auto threshold = static_cast<std::uint64_t>(settings_.visible * 0x1p32);
    for (int epoch = 0; epoch < settings_.epochs; ++epoch) {
      for (std::size_t i = set_.rows; i > 1; --i) std::swap(order[i - 1], order[random_.next() % i]);
      for (std::uint8_t& v : visible_) v = (random_.next() >> 32) < threshold ? 1 : 0;
      histories_.clear();
      for (const std::uint32_t m : columns_) histories_.push_back(graph_history(set_, m, visible_));
      for (std::size_t begin = 0; begin < order.size(); begin += settings_.batch) {
        batch(std::span(order).subspan(begin, std::min(settings_.batch, order.size() - begin)));
      }
      report(progress, "graph", (epoch + 1.0) / settings_.epochs);
    }
    return std::move(model_);
  }

 private:
  std::vector<std::vector<float>*> parts() { return {&model_.texts, &model_.messages, &model_.bias, &model_.level}; }

  void batch(std::span<const std::uint32_t> rows) {
    std::vector<std::vector<float>> nodes, node_slopes(columns_.size(), std::vector<float>(settings_.width));
    std::vector<float> levels;
    for (const GraphHistory& history : histories_) {
      nodes.push_back(model_.node(history));
      levels.push_back(logit(history.mean));
    }
    std::size_t hidden = 0;
    for (const std::uint32_t row : rows) {
      if (visible_[row] != 0) continue;
      ++hidden;
      const std::vector<float> text = product(model_.texts, set_.vector(row));
      std::vector<float> text_slope(settings_.width);
      for (std::size_t m = 0; m < columns_.size(); ++m) {
        const float score = set_.score_row(row)[columns_[m]];
        if (score < 0) continue;
        const float z = scoring::dot(text, nodes[m].data()) + model_.level[0] * levels[m] + model_.level[1];
        const auto slope = static_cast<float>(scoring::portable_sigmoid(z)) - score;
        for (std::size_t k = 0; k < settings_.width; ++k) {
          text_slope[k] += slope * nodes[m][k];
          node_slopes[m][k] += slope * text[k];
        }
        gradients_[3][0] += slope * levels[m];
        gradients_[3][1] += slope;
      }
      add_outer(gradients_[0], text_slope, set_.vector(row), 1.0f);
    }
    if (hidden == 0) return;
    for (std::size_t m = 0; m < columns_.size(); ++m) {
      add_outer(gradients_[1], node_slopes[m], histories_[m].correlation, kHistoryScale);
      for (std::size_t k = 0; k < settings_.width; ++k) gradients_[2][k] += node_slopes[m][k];
    }
    step(1.0f / static_cast<float>(hidden));
  }

  static void add_outer(std::vector<float>& into, const std::vector<float>& left, std::span<const float> right,
                        float scale) {
    for (std::size_t k = 0; k < left.size(); ++k) {
      const float slope = scale * left[k];
      for (std::size_t d = 0; d < right.size(); ++d) into[k * right.size() + d] += slope * right[d];
    }
  }

  void step(float scale) {
    const auto all = parts();
    for (std::size_t p = 0; p < all.size(); ++p) {
      const float decay = static_cast<float>(p < 2 ? settings_.decay : 0.0);
      for (std::size_t i = 0; i < gradients_[p].size(); ++i) {
        gradients_[p][i] = gradients_[p][i] * scale + decay * (*all[p])[i];
      }
      adams_[p].step(*all[p], gradients_[p]);
      std::ranges::fill(gradients_[p], 0.0f);
    }
  }

  const TrainingSet& set_;
  std::span<const std::uint32_t> columns_;
  const GraphSettings& settings_;
  Random random_;
  GraphModel model_;
  std::vector<Adam> adams_;
  std::vector<std::vector<float>> gradients_;
  std::vector<std::uint8_t> visible_;
  std::vector<GraphHistory> histories_;
};

}  // namespace

std::vector<float> GraphModel::node(const GraphHistory& history) const {
  std::vector<float> out = product(messages, history.correlation);
  for (std::size_t k = 0; k < width; ++k) out[k] = kHistoryScale * out[k] + bias[k];
  return out;
}

std::vector<float> GraphModel::row(const GraphHistory& history) const {
  const std::vector<float> of_model = node(history);
  std::vector<float> out(dimension + 1);
  for (std::size_t k = 0; k < width; ++k) {
    for (std::size_t d = 0; d < dimension; ++d) out[d] += of_model[k] * texts[k * dimension + d];
  }
  out[dimension] = level[0] * logit(history.mean) + level[1];
  return out;
}

GraphHistory graph_history(const TrainingSet& set, std::uint32_t column, std::span<const std::uint8_t> visible) {
  GraphHistory history{std::vector<float>(set.dimension), 0.5f};
  double sum = 0, count = 0;
  for (std::size_t row = 0; row < set.rows; ++row) {
    const float score = set.score_row(row)[column];
    if (visible[row] == 0 || score < 0) continue;
    sum += score;
    count += 1;
  }
  if (count == 0) return history;
  history.mean = static_cast<float>(sum / count);
  for (std::size_t row = 0; row < set.rows; ++row) {
    const float score = set.score_row(row)[column];
    if (visible[row] == 0 || score < 0) continue;
    const float weight = (score - history.mean) / static_cast<float>(count);
    const std::span<const float> vector = set.vector(row);
    for (std::size_t d = 0; d < set.dimension; ++d) history.correlation[d] += weight * vector[d];
  }
  return history;
}

GraphModel train_graph_model(const TrainingSet& set, std::span<const std::uint32_t> columns,
                             const GraphSettings& settings, const Progress& progress) {
  return GraphTrainer(set, columns, settings).run(progress);
}

Result<TrainedHead> train_graph(const TrainingSet& set, const TrainSettings& settings, const Progress& progress) {
  TrainedHead head;
  head.columns = measured_columns(set);
  GraphSettings graph;
  graph.seed = settings.seed;
  const GraphModel model = train_graph_model(set, head.columns, graph, progress);
  const std::vector<std::uint8_t> all(set.rows, 1);
  std::vector<float> rows;
  for (const std::uint32_t m : head.columns) {
    const std::vector<float> row = model.row(graph_history(set, m, all));
    rows.insert(rows.end(), row.begin(), row.end());
  }
  head.files["linear.npy"] = scoring::write_npy_f4(head.columns.size(), set.dimension + 1, rows);
  return head;
}

}  // namespace switchyard::learning
