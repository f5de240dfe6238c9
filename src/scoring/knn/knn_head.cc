#include "scoring/knn/knn_head.h"

#include <algorithm>
#include <cmath>

#include "base/json_writer.h"
#include "scoring/artifact_files.h"
#include "scoring/vector_math.h"

namespace switchyard::scoring::knn {
namespace {

Result<KnnSettings> read_settings(std::string_view text, std::size_t rows) {
  const auto bad = [](const std::string& what) { return bad_artifact("knn.json", what); };
  const auto document = json::Document::parse(text);
  if (!document) return bad(document.error().message);
  const json::Value root = document->root();
  const auto neighbours = root["neighbours"].integer();
  const auto nearness = root["nearness"].number(), shrinkage = root["shrinkage"].number();
  if (!neighbours || *neighbours < 1 || *neighbours > static_cast<std::int64_t>(kNeighboursMax)) {
    return bad("neighbours: expected 1 to " + std::to_string(kNeighboursMax));
  }
  if (!nearness || !(*nearness >= 0 && *nearness <= 1000)) return bad("nearness: expected 0 to 1000");
  if (!shrinkage || !(*shrinkage >= 0 && *shrinkage <= 1e6)) return bad("shrinkage: expected 0 to 1000000");
  KnnSettings settings{static_cast<std::size_t>(*neighbours), *nearness, *shrinkage, {}};
  for (const json::Value first : root["pools"].elements()) {
    const std::int64_t row = first.integer().value_or(-1);
    const bool rises = settings.pools.empty() ? row == 0 : row > static_cast<std::int64_t>(settings.pools.back());
    if (!rises || row >= static_cast<std::int64_t>(rows)) {
      return bad("pools: expected the first row of each, from 0, rising");
    }
    settings.pools.push_back(static_cast<std::size_t>(row));
  }
  if (settings.pools.empty()) return bad("pools: expected at least one");
  return settings;
}

}  // namespace

std::string write_settings(const KnnSettings& settings) {
  std::string text;
  json::Writer w(text);
  w.begin_object().field("neighbours", settings.neighbours).field("nearness", settings.nearness);
  w.field("shrinkage", settings.shrinkage).key("pools").begin_array();
  for (const std::size_t first : settings.pools) w.number(first);
  w.end_array().end_object();
  return text;
}

KnnHead::KnnHead(Matrix<float> vectors, Matrix<float> scores, KnnSettings settings)
    : vectors_(vectors),
      scores_(scores),
      settings_(std::move(settings)),
      means_(scores.columns, 0.5f),
      holds_(settings_.pools.size() * scores.columns) {
  std::vector<double> sums(scores.columns), counts(scores.columns);
  for (std::size_t row = 0, pool = 0; row < scores.rows; ++row) {
    while (pool + 1 < settings_.pools.size() && settings_.pools[pool + 1] <= row) ++pool;
    for (std::size_t m = 0; m < scores.columns; ++m) {
      const float score = scores.row(row)[m];
      if (score < 0) continue;
      sums[m] += score;
      counts[m] += 1;
      holds_[pool * scores.columns + m] = 1;
    }
  }
  for (std::size_t m = 0; m < scores.columns; ++m) {
    if (counts[m] > 0) means_[m] = static_cast<float>(sums[m] / counts[m]);
  }
}

void KnnHead::find(std::span<const float> vector, std::vector<Neighbour>& near, std::vector<std::size_t>& ends) const {
  std::vector<Neighbour> pool;
  for (std::size_t p = 0; p < settings_.pools.size(); ++p) {
    const std::size_t begin = settings_.pools[p];
    const std::size_t end = p + 1 < settings_.pools.size() ? settings_.pools[p + 1] : vectors_.rows;
    pool.resize(end - begin);
    for (std::size_t row = begin; row < end; ++row) {
      pool[row - begin] = {-dot(vector, vectors_.row(row).data()), static_cast<std::uint32_t>(row)};
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(settings_.neighbours, pool.size()));
    // Selecting first keeps the sort to the few that count.
    if (count < static_cast<std::ptrdiff_t>(pool.size()))
      std::nth_element(pool.begin(), pool.begin() + count, pool.end());
    std::sort(pool.begin(), pool.begin() + count);
    near.insert(near.end(), pool.begin(), pool.begin() + count);
    ends.push_back(near.size());
  }
}

void KnnHead::expect(std::span<const float> vector, std::span<float> expected, ScoreTrace& trace) const {
  std::vector<Neighbour> near;
  std::vector<std::size_t> ends;
  find(vector, near, ends);

  // Relative to the nearest in the pool, the sums stay exact; a column of two pools is weighed anew below.
  std::vector<double> weights(near.size()), nearest(ends.size());
  for (std::size_t p = 0, i = 0; p < ends.size(); ++p) {
    nearest[p] = near[i].distance;
    for (; i < ends[p]; ++i) {
      weights[i] = portable_exp(settings_.nearness * std::min(0.0, nearest[p] - static_cast<double>(near[i].distance)));
    }
  }
  for (std::size_t m = 0; m < scores_.columns; ++m) {
    double best = 2;
    for (std::size_t p = 0; p < ends.size(); ++p) {
      if (holds_[p * scores_.columns + m] != 0) best = std::min(best, nearest[p]);
    }
    double sum = settings_.shrinkage * means_[m], total = settings_.shrinkage;
    for (std::size_t p = 0; p < ends.size(); ++p) {
      if (holds_[p * scores_.columns + m] == 0) continue;
      const double pool_weight = portable_exp(settings_.nearness * (best - nearest[p]));
      for (std::size_t i = p == 0 ? 0 : ends[p - 1]; i < ends[p]; ++i) {
        const float score = scores_.row(near[i].row)[m];
        if (score < 0) continue;
        sum += pool_weight * weights[i] * score;
        total += pool_weight * weights[i];
      }
    }
    expected[m] = total > 0 ? static_cast<float>(sum / total) : means_[m];
  }

  const auto traced = static_cast<std::ptrdiff_t>(std::min(kTracedNeighbours, near.size()));
  std::partial_sort(near.begin(), near.begin() + traced, near.end());
  double total = 0;
  for (std::ptrdiff_t i = 0; i < traced; ++i) {
    weights[static_cast<std::size_t>(i)] = portable_exp(
        settings_.nearness * (static_cast<double>(near[0].distance) - near[static_cast<std::size_t>(i)].distance));
    total += weights[static_cast<std::size_t>(i)];
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(traced); ++i) {
    trace.clusters.push_back(near[i].row);
    trace.weights.push_back(static_cast<float>(weights[i] / total));
  }
}

Result<std::unique_ptr<const Head>> make_head(const HeadFiles& files, HeadShape shape) {
  SY_TRY(const Matrix<float> vectors, head_matrix(files, "vectors.npy", 0, shape.dimension));
  SY_TRY(const Matrix<float> scores, head_matrix(files, "scores.npy", vectors.rows, shape.columns));
  for (std::size_t row = 0; row < vectors.rows; ++row) {
    const float square = dot(vectors.row(row), vectors.row(row).data());
    if (!(square < 1e-6f || std::abs(square - 1.0f) < 1e-3f)) {
      return bad_artifact("vectors.npy", "row " + std::to_string(row) + ": expected length 1 or 0");
    }
    for (const float score : scores.row(row)) {
      if (score != -1.0f && !(score >= 0 && score <= 1)) {
        return bad_artifact("scores.npy", "row " + std::to_string(row) + ": expected values from 0 to 1, or -1");
      }
    }
  }
  const auto file = files.find("knn.json");
  if (file == files.end()) return bad_artifact("knn.json", "is missing");
  SY_TRY(KnnSettings settings, read_settings(file->second, vectors.rows));
  return std::make_unique<const KnnHead>(vectors, scores, std::move(settings));
}

}  // namespace switchyard::scoring::knn
