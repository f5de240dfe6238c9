#pragma once
/// \file
/// A forest of regression trees with several outputs a leaf, laid out to be walked fast: eight bytes a node with both
/// children side by side, leaves of one byte an output, sums in whole numbers. Trees belong to groups; a group has its
/// own range of outputs. Reads and writes its own file; a file that could make a walk leave its bounds is refused.
///
///     "SYFOREST" | u32 format, features, outputs, groups, trees, nodes, leaf bytes, 0
///     groups   first output, outputs, first tree, trees            u32 each
///     trees    first node, first leaf byte                         u32 each
///     nodes    threshold f32, feature u16, left child u16          8 bytes each
///     outputs  base f32, unit f32
///     leaves   int8

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::scoring::estimator {

/// An inner node sends x[feature] > threshold to the right child, which follows the left one. A node without a left
/// child is a leaf; `threshold` then holds the bits of its row number.
struct Node {
  float threshold = 0;
  std::uint16_t feature = 0;
  std::uint16_t left = 0;  ///< Counted from the tree's first node.
};
static_assert(sizeof(Node) == 8);

struct Tree {
  std::uint32_t first_node = 0, first_leaf_byte = 0;
};

struct Group {
  std::uint32_t first_output = 0, outputs = 0, first_tree = 0, trees = 0;
};

constexpr std::size_t kNodesMax = 0xffff;   ///< Of one tree: children are 16 bits.
constexpr std::size_t kFeaturesMax = 1024;  ///< A walk keeps the features in the first-level cache.
constexpr std::size_t kOutputsMax = 1024;   ///< Of a forest; a decision sums them on the stack.
constexpr std::size_t kTreesMax = 4096;     ///< Of a group: the sum of as many bytes fits 32 bits many times over.
constexpr std::size_t kParts = 8;           ///< A group's trees are summed in as many parts; their spread is the doubt.

class Forest {
 public:
  std::uint32_t features = 0;
  std::vector<Group> groups;
  std::vector<Tree> trees;
  std::vector<Node> nodes;
  std::vector<float> base, unit;  ///< By output: value = base + unit * mean of the leaves' bytes.
  std::vector<std::int8_t> leaves;

  [[nodiscard]] std::size_t outputs() const { return base.size(); }
  /// Fills `values` and `doubts` (standard error, from the spread between parts of the group's trees), both of
  /// `outputs()`, in the range of one group. `x` has `features` numbers.
  void predict(std::size_t group, std::span<const float> x, std::span<float> values, std::span<float> doubts) const;

  /// Errors: kInvalidRequest, saying what is not as expected.
  static Result<Forest> read(std::string_view bytes);
  [[nodiscard]] std::string write() const;

 private:
  [[nodiscard]] Result<void> check() const;
};

}  // namespace switchyard::scoring::estimator
