#include "scoring/estimator/forest.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

namespace switchyard::scoring::estimator {
namespace {

constexpr std::string_view kMagic = "SYFOREST";
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kHeaderBytes = 8 + 8 * sizeof(std::uint32_t);
/// Trees walked side by side: while one waits for memory the others go on.
constexpr std::size_t kAbreast = 8;

static_assert(std::endian::native == std::endian::little, "the file is little-endian, as are all supported machines");

std::unexpected<Error> bad(const std::string& what) { return fail(ErrorKind::kInvalidRequest, what); }

template <class T>
void append(std::string& out, std::span<const T> values) {
  out.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

/// Takes `count` values from the front of `bytes`, which holds them.
template <class T>
std::vector<T> take(std::string_view& bytes, std::size_t count) {
  std::vector<T> values(count);
  std::memcpy(values.data(), bytes.data(), count * sizeof(T));
  bytes.remove_prefix(count * sizeof(T));
  return values;
}

/// The rows of the leaves that `x` comes to in the trees from `first` on.
void walk(const Forest& forest, std::size_t first, std::size_t count, const float* x, std::uint32_t* rows) {
  std::array<const Node*, kAbreast> begin{}, at{};
  for (std::size_t i = 0; i < count; ++i) at[i] = begin[i] = forest.nodes.data() + forest.trees[first + i].first_node;
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t i = 0; i < count; ++i) {
      const Node node = *at[i];
      if (node.left == 0) continue;
      at[i] = begin[i] + node.left + (x[node.feature] > node.threshold ? 1 : 0);
      moved = true;
    }
  }
  for (std::size_t i = 0; i < count; ++i) rows[i] = std::bit_cast<std::uint32_t>(at[i]->threshold);
}

}  // namespace

void Forest::predict(std::size_t index, std::span<const float> x, std::span<float> values,
                     std::span<float> doubts) const {
  const Group& group = groups[index];
  std::array<std::int32_t, kParts * kOutputsMax> sums;
  std::fill_n(sums.begin(), kParts * group.outputs, 0);
  std::array<std::uint32_t, kAbreast> rows;
  for (std::size_t done = 0; done < group.trees; done += kAbreast) {
    const std::size_t count = std::min<std::size_t>(kAbreast, group.trees - done);
    walk(*this, group.first_tree + done, count, x.data(), rows.data());
    for (std::size_t i = 0; i < count; ++i) {
      const std::int8_t* const leaf =
          leaves.data() + trees[group.first_tree + done + i].first_leaf_byte + std::size_t{rows[i]} * group.outputs;
      std::int32_t* const part = sums.data() + (done + i) % kParts * group.outputs;
      for (std::size_t o = 0; o < group.outputs; ++o) part[o] += leaf[o];
    }
  }
  for (std::size_t o = 0; o < group.outputs; ++o) {
    std::int64_t sum = 0;
    for (std::size_t p = 0; p < kParts; ++p) sum += sums[p * group.outputs + o];
    const float mean = static_cast<float>(sum) / static_cast<float>(group.trees);
    float square = 0;
    std::size_t parts = 0;
    for (std::size_t p = 0; p < kParts && p < group.trees; ++p, ++parts) {
      const auto in_part = static_cast<float>((group.trees - p + kParts - 1) / kParts);
      const float off = static_cast<float>(sums[p * group.outputs + o]) / in_part - mean;
      square += off * off;
    }
    const std::size_t at = group.first_output + o;
    values[at] = base[at] + unit[at] * mean;
    doubts[at] = parts > 1 ? unit[at] * std::sqrt(square / static_cast<float>(parts * (parts - 1))) : 0.0f;
  }
}

Result<Forest> Forest::read(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with(kMagic)) return bad("not a forest file");
  bytes.remove_prefix(kMagic.size());
  const auto header = take<std::uint32_t>(bytes, 8);
  if (header[0] != kFormat) return bad("forest format: expected " + std::to_string(kFormat));
  // 64 bits, so that no product of two header fields can wrap.
  const std::uint64_t outputs = header[2], group_count = header[3], tree_count = header[4], node_count = header[5];
  const std::uint64_t leaf_bytes = header[6];
  const std::uint64_t size = group_count * sizeof(Group) + tree_count * sizeof(Tree) + node_count * sizeof(Node) +
                             outputs * 2 * sizeof(float) + leaf_bytes;
  if (size != bytes.size()) return bad("expected " + std::to_string(size) + " bytes after the header");
  Forest forest;
  forest.features = header[1];
  forest.groups = take<Group>(bytes, group_count);
  forest.trees = take<Tree>(bytes, tree_count);
  forest.nodes = take<Node>(bytes, node_count);
  forest.base = take<float>(bytes, outputs);
  forest.unit = take<float>(bytes, outputs);
  forest.leaves = take<std::int8_t>(bytes, leaf_bytes);
  SY_CHECK(forest.check());
  return forest;
}

Result<void> Forest::check() const {
  if (features == 0 || features > kFeaturesMax) return bad("features: expected 1 to " + std::to_string(kFeaturesMax));
  if (outputs() == 0 || outputs() > kOutputsMax) return bad("outputs: expected 1 to " + std::to_string(kOutputsMax));
  for (std::size_t o = 0; o < outputs(); ++o) {
    if (!std::isfinite(base[o]) || !std::isfinite(unit[o]) || unit[o] < 0)
      return bad("output " + std::to_string(o) + ": expected a finite base and a unit of at least 0");
  }
  std::vector<const Group*> owner(trees.size(), nullptr);
  for (const Group& group : groups) {
    if (group.outputs == 0 || std::uint64_t{group.first_output} + group.outputs > outputs() || group.trees == 0 ||
        group.trees > kTreesMax || std::uint64_t{group.first_tree} + group.trees > trees.size()) {
      return bad("a group reaches beyond the outputs or trees");
    }
    for (std::size_t t = 0; t < group.trees; ++t) {
      if (std::exchange(owner[group.first_tree + t], &group) != nullptr) return bad("two groups share a tree");
    }
  }
  for (std::size_t t = 0; t < trees.size(); ++t) {
    const std::string name = "tree " + std::to_string(t);
    const std::uint64_t begin = trees[t].first_node,
                        end = t + 1 < trees.size() ? trees[t + 1].first_node : nodes.size();
    if (owner[t] == nullptr) return bad(name + ": belongs to no group");
    if (begin >= end || end > nodes.size() || end - begin > kNodesMax) return bad(name + ": expected 1 to 65535 nodes");
    for (std::uint64_t i = begin; i < end; ++i) {
      const Node& node = nodes[i];
      if (node.left == 0) {
        const std::uint64_t row = std::bit_cast<std::uint32_t>(node.threshold);
        if (trees[t].first_leaf_byte + (row + 1) * owner[t]->outputs > leaves.size())
          return bad(name + ": a leaf lies beyond the file");
        continue;
      }
      // A child after its parent: no walk can go in circles.
      if (node.left <= i - begin || begin + node.left + 1 >= end) return bad(name + ": a child is out of place");
      if (node.feature >= features || !std::isfinite(node.threshold))
        return bad(name + ": expected a known feature and a finite threshold");
    }
  }
  return {};
}

std::string Forest::write() const {
  std::string out(kMagic);
  const std::array<std::uint32_t, 8> header{kFormat,
                                            features,
                                            static_cast<std::uint32_t>(outputs()),
                                            static_cast<std::uint32_t>(groups.size()),
                                            static_cast<std::uint32_t>(trees.size()),
                                            static_cast<std::uint32_t>(nodes.size()),
                                            static_cast<std::uint32_t>(leaves.size()),
                                            0};
  append(out, std::span<const std::uint32_t>(header));
  append(out, std::span<const Group>(groups));
  append(out, std::span<const Tree>(trees));
  append(out, std::span<const Node>(nodes));
  append(out, std::span<const float>(base));
  append(out, std::span<const float>(unit));
  append(out, std::span<const std::int8_t>(leaves));
  return out;
}

}  // namespace switchyard::scoring::estimator
