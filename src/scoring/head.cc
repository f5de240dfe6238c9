#include "scoring/head.h"

#include <algorithm>
#include <cmath>

#include "scoring/artifact_files.h"
#include "scoring/knn/knn_head.h"
#include "scoring/linear/linear_head.h"
#include "scoring/network/network_head.h"
#include "scoring/ranking/ranking_head.h"
#include "scoring/ranking/weighted_ranking_head.h"
#include "scoring/routerdc/routerdc_head.h"

namespace switchyard::scoring {

std::span<const HeadKind> head_kinds() {
  // What is learned differs more than what is computed: three of them end in one row of numbers a model.
  static constexpr HeadKind kKinds[] = {{"knn", knn::make_head},
                                        {"svm", linear::make_head},
                                        {"mlp", network::make_head},
                                        {"mf", linear::make_head},
                                        {"elo", ranking::make_head},
                                        {"routerdc", routerdc::make_head},
                                        {"hybrid", network::make_pair_head},
                                        {"graph", linear::make_head},
                                        {"largest", ranking::make_head},
                                        {"smallest", ranking::make_head},
                                        {"sw_ranking", ranking::make_weighted_head}};
  return kKinds;
}

const HeadKind* find_head(std::string_view strategy) {
  const auto kinds = head_kinds();
  const auto found = std::ranges::find(kinds, strategy, &HeadKind::strategy);
  return found == kinds.end() ? nullptr : &*found;
}

Result<Matrix<float>> head_matrix(const HeadFiles& files, const std::string& name, std::size_t rows,
                                  std::size_t columns) {
  const auto file = files.find(name);
  if (file == files.end()) return bad_artifact(name, "is missing");
  const auto matrix = read_npy_f4(file->second);
  if (!matrix) return bad_artifact(name, matrix.error().message);
  if (matrix->rows == 0 || matrix->columns == 0 || (rows != 0 && matrix->rows != rows) ||
      (columns != 0 && matrix->columns != columns)) {
    const auto text = [](std::size_t n) { return n == 0 ? std::string("any") : std::to_string(n); };
    return bad_artifact(name, "expected the shape (" + text(rows) + ", " + text(columns) + "), not (" +
                                  std::to_string(matrix->rows) + ", " + std::to_string(matrix->columns) + ")");
  }
  const std::span<const float> values(matrix->data, matrix->rows * matrix->columns);
  if (!std::ranges::all_of(values, [](float v) { return std::abs(v) <= kHeadValueMax; })) {
    return bad_artifact(name, "expected numbers from -1000000 to 1000000");
  }
  return *matrix;
}

}  // namespace switchyard::scoring
