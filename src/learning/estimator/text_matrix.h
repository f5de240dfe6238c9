#pragma once
/// \file
/// Texts as a sparse matrix: a row of length 1 for each, a column for each bucket of the word table.

#include <cstdint>
#include <span>
#include <vector>

namespace switchyard::learning::estimator {

/// For each text the table rows of its features (scoring::for_each_feature), repetitions included.
using BucketTexts = std::vector<std::vector<std::uint32_t>>;

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

/// By bucket: the logarithm of how few texts it stands in; 0 for one that stands in a single text or none.
std::vector<float> rarity_of(const BucketTexts& texts, std::uint32_t buckets);

/// Each row: counts times rarity, brought to length 1 (or 0 if all of it is without).
Sparse matrix_of(const BucketTexts& texts, const std::vector<float>& rarity);

}  // namespace switchyard::learning::estimator
