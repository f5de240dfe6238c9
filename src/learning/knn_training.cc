// Storing what was measured is all there is to learn.

#include "learning/strategies.h"
#include "scoring/knn/knn_head.h"
#include "scoring/npy.h"

namespace switchyard::learning {

Result<TrainedHead> train_knn(const TrainingSet& set, const TrainSettings&, const Progress& progress) {
  TrainedHead head;
  head.columns = measured_columns(set);
  std::vector<float> scores;
  scores.reserve(set.rows * head.columns.size());
  for (std::size_t row = 0; row < set.rows; ++row) {
    for (const std::uint32_t m : head.columns) scores.push_back(set.score_row(row)[m]);
  }
  scoring::knn::KnnSettings settings;
  settings.pools = set.pools;
  head.files["vectors.npy"] = scoring::write_npy_f4(set.rows, set.dimension, set.vectors);
  head.files["scores.npy"] = scoring::write_npy_f4(set.rows, head.columns.size(), scores);
  head.files["knn.json"] = scoring::knn::write_settings(settings);
  report(progress, "neighbours", 1);
  return head;
}

}  // namespace switchyard::learning
