#include "learning/estimator/task_directions.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace switchyard::learning::estimator {
namespace {

/// Turns values into probabilities.
void softmax(std::vector<float>& values) {
  const float top = *std::ranges::max_element(values);
  float sum = 0;
  for (float& v : values) sum += v = std::exp(v - top);
  for (float& v : values) v /= sum;
}

}  // namespace

std::vector<float> learn_tasks(const Sparse& texts, std::uint32_t buckets, const TaskLabels& labels,
                               const std::vector<std::size_t>& used, const TaskSettings& settings) {
  std::vector<float> weights(std::size_t{buckets} * labels.labels, 0.0f);
  Random random(settings.seed);
  std::vector<std::size_t> order = used;
  const double steps = static_cast<double>(settings.epochs) * static_cast<double>(order.size());
  double done = 0;
  std::vector<float> answer;
  for (std::uint32_t epoch = 0; epoch < settings.epochs; ++epoch) {
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.next() % i]);
    for (const std::size_t text : order) {
      const auto rate = static_cast<float>(settings.rate * (1 - done++ / steps));
      const std::uint32_t first = labels.first[text], count = labels.end[text] - first;
      if (count < 2) continue;
      answer.assign(count, 0.0f);
      for (const Entry e : texts.row(text)) {
        const float* const row = &weights[std::size_t{e.column} * labels.labels + first];
        for (std::uint32_t k = 0; k < count; ++k) answer[k] += e.value * row[k];
      }
      softmax(answer);
      answer[labels.label[text] - first] -= 1.0f;
      // Weights shrink only where the text has words: the others' turn comes with texts that have them.
      const auto keep = static_cast<float>(1 - settings.decay * rate);
      for (const Entry e : texts.row(text)) {
        float* const row = &weights[std::size_t{e.column} * labels.labels + first];
        for (std::uint32_t k = 0; k < count; ++k) row[k] = keep * row[k] - rate * e.value * answer[k];
      }
    }
  }
  return weights;
}

}  // namespace switchyard::learning::estimator
