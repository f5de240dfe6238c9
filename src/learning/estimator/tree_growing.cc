#include "learning/estimator/tree_growing.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>
#include <thread>

#include "base/random.h"

namespace switchyard::learning::estimator {
namespace {

constexpr std::size_t kThreads = 2;

using scoring::estimator::Node;

struct Split {
  double gain = 0;
  std::size_t feature = 0;
  std::uint8_t bin = 0;  ///< Rows with a bin of at most this go left.
};

class Grower {
 public:
  Grower(const TreeLessons& lessons, const TreeSettings& settings, std::uint64_t seed)
      : lessons_(lessons),
        settings_(settings),
        random_(seed),
        features_(lessons.bins->columns.size()),
        total_(lessons.target_count),
        left_(lessons.target_count),
        class_total_(lessons.class_count),
        class_left_(lessons.class_count) {
    std::iota(features_.begin(), features_.end(), 0u);
  }

  /// `used`: whether a row takes part, by row.
  GrownTree grow(std::vector<bool>& used) {
    const auto threshold = static_cast<std::uint64_t>(settings_.row_share * 0x1p32);
    for (std::uint32_t row = 0; row < lessons_.bins->rows; ++row) {
      used[row] = settings_.row_share >= 1 || (random_.next() >> 32) < threshold;
      if (used[row]) rows_.push_back(row);
    }
    tree_.nodes.emplace_back();
    add_node({0, rows_.size(), 0, std::vector<float>(lessons_.value_count, 0.0f), true});
    while (!open_.empty()) {
      const Job job = std::move(open_.back());
      open_.pop_back();
      divide(job);
    }
    return std::move(tree_);
  }

 private:
  struct Job {
    std::size_t begin, end;  ///< In `rows_`.
    std::size_t node;
    std::vector<float> means;  ///< The parent's, then this node's.
    bool root = false;
  };

  void add_node(Job job) {
    const std::size_t count = job.end - job.begin;
    std::vector<double> sums(lessons_.value_count);
    for (std::size_t i = job.begin; i < job.end; ++i) {
      const float* const row = &lessons_.values[rows_[i] * lessons_.value_count];
      for (std::size_t v = 0; v < sums.size(); ++v) sums[v] += row[v];
    }
    const double pull = job.root ? 1e-9 : settings_.shrinkage;
    for (std::size_t v = 0; v < sums.size(); ++v) {
      job.means[v] = static_cast<float>((sums[v] + pull * job.means[v]) / (static_cast<double>(count) + pull));
    }
    open_.push_back(std::move(job));
  }

  void divide(const Job& job) {
    // Two more nodes must fit the tree's 16-bit numbers.
    const bool room = tree_.nodes.size() + 2 <= scoring::estimator::kNodesMax;
    const Split split = room ? best_split(job) : Split{};
    if (split.gain <= 0) {
      const auto row = static_cast<std::uint32_t>(tree_.leaves.size() / std::max<std::size_t>(lessons_.value_count, 1));
      tree_.nodes[job.node] = {std::bit_cast<float>(row), 0, 0};
      tree_.leaves.insert(tree_.leaves.end(), job.means.begin(), job.means.end());
      return;
    }
    const std::vector<std::uint8_t>& column = lessons_.bins->columns[split.feature];
    // Both sides keep their order, so that rows are read from memory in theirs.
    right_.clear();
    std::size_t cut = job.begin;
    for (std::size_t i = job.begin; i < job.end; ++i) {
      const std::uint32_t row = rows_[i];
      if (column[row] <= split.bin) {
        rows_[cut++] = row;
      } else {
        right_.push_back(row);
      }
    }
    std::ranges::copy(right_, rows_.begin() + static_cast<std::ptrdiff_t>(cut));
    const std::size_t left = tree_.nodes.size();
    tree_.nodes[job.node] = {lessons_.bins->edges[split.feature][split.bin], static_cast<std::uint16_t>(split.feature),
                             static_cast<std::uint16_t>(left)};
    tree_.nodes.resize(left + 2);
    add_node({job.begin, cut, left, job.means});
    add_node({cut, job.end, left + 1, job.means});
  }

  Split best_split(const Job& job) {
    Split best;
    const std::size_t count = job.end - job.begin;
    if (count < 2 * settings_.leaf_rows_min) return best;
    measure(job.begin, job.end, total_, class_total_);
    bins_.resize(count);
    std::size_t tried = 0;
    for (std::size_t i = 0; i < features_.size() && tried < settings_.candidates; ++i) {
      std::swap(features_[i], features_[i + random_.next() % (features_.size() - i)]);
      const std::vector<std::uint8_t>& column = lessons_.bins->columns[features_[i]];
      std::uint8_t low = 255, high = 0;
      for (std::size_t k = 0; k < count; ++k) {
        bins_[k] = column[rows_[job.begin + k]];
        low = std::min(low, bins_[k]);
        high = std::max(high, bins_[k]);
      }
      if (low == high) continue;
      ++tried;
      const auto bin = static_cast<std::uint8_t>(low + random_.next() % static_cast<std::uint64_t>(high - low));
      const double gain = gain_of(job, bin);
      if (gain > best.gain) best = {gain, features_[i], bin};
    }
    return best;
  }

  void measure(std::size_t begin, std::size_t end, std::vector<float>& sums, std::vector<std::uint32_t>& classes) {
    std::ranges::fill(sums, 0.0f);
    std::ranges::fill(classes, 0u);
    for (std::size_t i = begin; i < end; ++i) add(rows_[i], sums, classes);
  }
  void add(std::uint32_t row, std::vector<float>& sums, std::vector<std::uint32_t>& classes) const {
    const float* const targets = &lessons_.targets[row * lessons_.target_count];
    for (std::size_t t = 0; t < sums.size(); ++t) sums[t] += targets[t];
    if (!classes.empty()) ++classes[lessons_.classes[row]];
  }

  /// How much less the targets vary, and the labels mix, when rows with a bin of at most `bin` go left.
  double gain_of(const Job& job, std::uint8_t bin) {
    const std::size_t count = job.end - job.begin;
    std::ranges::fill(left_, 0.0f);
    std::ranges::fill(class_left_, 0u);
    std::size_t lefts = 0;
    for (std::size_t k = 0; k < count; ++k) {
      if (bins_[k] > bin) continue;
      ++lefts;
      add(rows_[job.begin + k], left_, class_left_);
    }
    if (lefts < settings_.leaf_rows_min || count - lefts < settings_.leaf_rows_min) return 0;
    const double n = static_cast<double>(count), l = static_cast<double>(lefts), r = n - l;
    double a = 0, b = 0, c = 0;
    for (std::size_t t = 0; t < left_.size(); ++t) {
      const double left = left_[t], all = total_[t], right = all - left;
      a += left * left;
      b += right * right;
      c += all * all;
    }
    double gain = a / l + b / r - c / n;
    a = b = c = 0;
    for (std::size_t t = 0; t < class_left_.size(); ++t) {
      const double left = class_left_[t], all = class_total_[t], right = all - left;
      a += left * left;
      b += right * right;
      c += all * all;
    }
    return gain + settings_.class_weight * (a / l + b / r - c / n);
  }

  const TreeLessons& lessons_;
  const TreeSettings& settings_;
  Random random_;
  std::vector<std::size_t> features_;
  std::vector<std::uint32_t> rows_, right_;
  std::vector<std::uint8_t> bins_;  ///< Of the candidate feature, by place in the job.
  std::vector<float> total_, left_;
  std::vector<std::uint32_t> class_total_, class_left_;
  std::vector<Job> open_;
  GrownTree tree_;
};

/// The leaf that a row of the bins comes to.
std::size_t leaf_of(const GrownTree& tree, const Bins& bins, std::size_t row) {
  std::size_t at = 0;
  while (tree.nodes[at].left != 0) {
    const Node& node = tree.nodes[at];
    const std::uint8_t bin = bins.columns[node.feature][row];
    const std::vector<float>& edges = bins.edges[node.feature];
    // Bin b lies above edge b - 1 and not above edge b: it is right of a threshold if that is an edge below it.
    const bool right = bin > 0 && edges[bin - 1u] >= node.threshold;
    at = node.left + (right ? 1u : 0u);
  }
  return std::bit_cast<std::uint32_t>(tree.nodes[at].threshold);
}

}  // namespace

Bins make_bins(const std::vector<float>& values, std::size_t features) {
  Bins bins;
  bins.rows = values.size() / features;
  bins.edges.resize(features);
  bins.columns.resize(features);
  std::vector<float> sorted(bins.rows);
  for (std::size_t f = 0; f < features; ++f) {
    for (std::size_t i = 0; i < bins.rows; ++i) sorted[i] = values[i * features + f];
    std::ranges::sort(sorted);
    std::vector<float>& edges = bins.edges[f];
    for (std::size_t b = 1; b < kBinsMax; ++b) {
      const float edge = sorted[std::min(b * bins.rows / kBinsMax, bins.rows - 1)];
      if (edge < sorted.back() && (edges.empty() || edge > edges.back())) edges.push_back(edge);
    }
    bins.columns[f].resize(bins.rows);
    for (std::size_t i = 0; i < bins.rows; ++i) {
      const auto above = std::ranges::lower_bound(edges, values[i * features + f]);
      bins.columns[f][i] = static_cast<std::uint8_t>(above - edges.begin());
    }
  }
  return bins;
}

Growth grow_trees(const TreeLessons& lessons, const TreeSettings& settings, const Progress& progress) {
  Growth growth;
  growth.trees.resize(settings.trees);
  const std::size_t rows = lessons.bins->rows;
  std::vector<std::vector<bool>> used(settings.trees, std::vector<bool>(rows));
  std::atomic<std::size_t> next{0}, done{0};
  std::mutex telling;
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        // A tree's randomness is its own, so it comes out the same whichever thread grows it.
        for (std::size_t i = next++; i < settings.trees; i = next++) {
          growth.trees[i] = Grower(lessons, settings, settings.seed * 1'000'003 + i).grow(used[i]);
          const std::scoped_lock lock(telling);
          report(progress, "trees", static_cast<double>(++done) / static_cast<double>(settings.trees));
        }
      });
    }
  }
  std::vector<double> sums(lessons.value_count);
  growth.unseen.assign(rows * lessons.value_count, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t row = 0; row < rows; ++row) {
    std::ranges::fill(sums, 0.0);
    std::size_t count = 0;
    for (std::size_t i = 0; i < settings.trees; ++i) {
      if (used[i][row]) continue;
      ++count;
      const float* const leaf = &growth.trees[i].leaves[leaf_of(growth.trees[i], *lessons.bins, row) * sums.size()];
      for (std::size_t v = 0; v < sums.size(); ++v) sums[v] += leaf[v];
    }
    for (std::size_t v = 0; v < sums.size() && count > 0; ++v) {
      growth.unseen[row * sums.size() + v] = static_cast<float>(sums[v] / static_cast<double>(count));
    }
  }
  return growth;
}

}  // namespace switchyard::learning::estimator
