#include "learning/estimator/text_matrix.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace switchyard::learning::estimator {

std::vector<float> rarity_of(const BucketTexts& texts, std::uint32_t buckets) {
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

Sparse matrix_of(const BucketTexts& texts, const std::vector<float>& rarity) {
  Sparse m;
  std::vector<std::uint32_t> sorted;
  for (const auto& text : texts) {
    sorted.assign(text.begin(), text.end());
    std::ranges::sort(sorted);
    double square = 0;
    for (std::size_t i = 0; i < sorted.size();) {
      std::size_t end = i;
      while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
      const float value = static_cast<float>(end - i) * rarity[sorted[i]];
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

}  // namespace switchyard::learning::estimator
