#pragma once
/// \file
/// Nearest neighbours: a model's expected score is what it scored on the most similar measured texts, the more similar
/// the more they weigh, pulled a little towards its mean. Exact: every stored vector is compared. The neighbours are
/// sought in each pool apart, because a pool's models were measured on that pool's texts alone.
///
///     vectors.npy  float32 [rows, dimension], each of length 1 or 0; a pool's rows follow one another
///     scores.npy   float32 [rows, columns], 0 to 1, or -1 where a model was not measured on a text
///     knn.json     {"neighbours": 40, "nearness": 20, "shrinkage": 5, "pools": [first row of each]}

#include <cstdint>
#include <vector>

#include "scoring/head.h"

namespace switchyard::scoring::knn {

constexpr std::size_t kNeighboursMax = 4096;
constexpr std::size_t kTracedNeighbours = 8;  ///< How many a decision's record names.

struct KnnSettings {
  std::size_t neighbours = 40;  ///< Of each pool.
  double nearness = 20;         ///< A neighbour whose cosine is 1/nearness lower weighs e times less.
  double shrinkage = 5;         ///< How many nearest neighbours the model's mean weighs.
  std::vector<std::size_t> pools = {0};
};

class KnnHead final : public Head {
 public:
  KnnHead(Matrix<float> vectors, Matrix<float> scores, KnnSettings settings);
  /// The trace names rows of the nearest neighbours.
  void expect(std::span<const float> vector, std::span<float> expected, ScoreTrace& trace) const override;

 private:
  struct Neighbour {
    float distance = 0;  ///< The cosine, negated: the nearest sorts first, then the lower row.
    std::uint32_t row = 0;
    friend auto operator<=>(const Neighbour&, const Neighbour&) = default;
  };
  /// The nearest of each pool; `ends` says where each pool's end.
  void find(std::span<const float> vector, std::vector<Neighbour>& near, std::vector<std::size_t>& ends) const;

  Matrix<float> vectors_, scores_;
  KnnSettings settings_;
  std::vector<float> means_;         ///< By column.
  std::vector<std::uint8_t> holds_;  ///< [pool, column]: whether any row of the pool has the column.
};

Result<std::unique_ptr<const Head>> make_head(const HeadFiles& files, HeadShape shape);
std::string write_settings(const KnnSettings& settings);

}  // namespace switchyard::scoring::knn
