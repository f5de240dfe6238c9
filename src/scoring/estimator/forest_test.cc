#include "scoring/estimator/forest.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>

#include "base/json.h"

namespace switchyard::scoring::estimator {
namespace {

std::string golden(const std::string& name) {
  std::ifstream file(std::string(SWITCHYARD_SOURCE_DIR) + "/tests/golden/estimator/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::vector<double> numbers(json::Value array) {
  std::vector<double> values;
  for (const json::Value value : array.elements()) values.push_back(value.number().value());
  return values;
}

/// Our numbering, siblings side by side and children after parents, from scikit-learn's.
void add_tree(Forest& forest, json::Value source) {
  const std::vector<double> left = numbers(source["left"]), right = numbers(source["right"]);
  const std::vector<double> feature = numbers(source["feature"]), threshold = numbers(source["threshold"]);
  std::vector<std::vector<double>> leaves;
  for (const json::Value leaf : source["leaves"].elements()) leaves.push_back(numbers(leaf));
  forest.trees.push_back(
      {static_cast<std::uint32_t>(forest.nodes.size()), static_cast<std::uint32_t>(forest.leaves.size())});
  std::vector<std::size_t> theirs{0};
  std::vector<Node> nodes(1);
  std::uint32_t rows = 0;
  for (std::size_t at = 0; at < theirs.size(); ++at) {
    const std::size_t source_at = theirs[at];
    if (left[source_at] < 0) {
      nodes[at] = {std::bit_cast<float>(rows++), 0, 0};
      for (const double value : leaves[source_at]) forest.leaves.push_back(static_cast<std::int8_t>(value));
      continue;
    }
    nodes[at] = {static_cast<float>(threshold[source_at]), static_cast<std::uint16_t>(feature[source_at]),
                 static_cast<std::uint16_t>(nodes.size())};
    for (const double child : {left[source_at], right[source_at]}) theirs.push_back(static_cast<std::size_t>(child));
    nodes.resize(nodes.size() + 2);
  }
  forest.nodes.insert(forest.nodes.end(), nodes.begin(), nodes.end());
}

Forest golden_forest(json::Value root) {
  Forest forest;
  forest.features = 6;
  forest.base.assign(3, 0.0f);
  forest.unit.assign(3, static_cast<float>(root["unit"].number().value()));
  for (const json::Value tree : root["trees"].elements()) add_tree(forest, tree);
  forest.groups.push_back({0, 3, 0, static_cast<std::uint32_t>(forest.trees.size())});
  return forest;
}

TEST(Forest, PredictsWhatScikitLearnsTreesPredict) {
  const std::string text = golden("forest.json");
  const auto document = json::Document::parse(text);
  ASSERT_TRUE(document);
  const auto forest = Forest::read(golden_forest(document->root()).write());
  ASSERT_TRUE(forest) << forest.error().message;
  const std::vector<double> probe = numbers(document->root()["probe"]);
  const std::vector<double> want = numbers(document->root()["predictions"]);
  const std::vector<double> unrounded = numbers(document->root()["scikit_learn"]);
  ASSERT_EQ(want.size(), 120u);
  for (std::size_t i = 0; i < want.size() / 3; ++i) {
    const std::vector<float> x(probe.begin() + static_cast<std::ptrdiff_t>(6 * i),
                               probe.begin() + static_cast<std::ptrdiff_t>(6 * i + 6));
    float values[3], doubts[3];
    forest->predict(0, x, values, doubts);
    for (std::size_t o = 0; o < 3; ++o) {
      EXPECT_NEAR(values[o], want[3 * i + o], 1e-6) << i;
      EXPECT_NEAR(values[o], unrounded[3 * i + o], 1.0 / 64) << i;
      EXPECT_GE(doubts[o], 0) << i;
    }
  }
}

/// A stump in one tree: below 0.5 the leaf (10, -20), above it (30, 40).
Forest stump() {
  Forest forest;
  forest.features = 2;
  forest.base = {0.5f, 0.25f};
  forest.unit = {0.01f, 0.5f};
  forest.nodes = {{0.5f, 1, 1}, {std::bit_cast<float>(0u), 0, 0}, {std::bit_cast<float>(1u), 0, 0}};
  forest.leaves = {10, -20, 30, 40};
  forest.trees = {{0, 0}};
  forest.groups = {{0, 2, 0, 1}};
  return forest;
}

TEST(Forest, SendsWhatEqualsTheThresholdLeft) {
  const Forest forest = stump();
  float values[2], doubts[2];
  forest.predict(0, std::vector<float>{9, 0.5f}, values, doubts);
  EXPECT_FLOAT_EQ(values[0], 0.6f);
  EXPECT_FLOAT_EQ(values[1], -9.75f);
  forest.predict(0, std::vector<float>{9, std::nextafter(0.5f, 1.0f)}, values, doubts);
  EXPECT_FLOAT_EQ(values[0], 0.8f);
  EXPECT_FLOAT_EQ(values[1], 20.25f);
}

TEST(Forest, DoubtsWhatItsTreesDisagreeOn) {
  Forest forest = stump();
  // A second tree that says the same of the first output and the opposite of the second one.
  forest.trees.push_back({3, 4});
  forest.nodes.push_back({std::bit_cast<float>(0u), 0, 0});
  forest.leaves.insert(forest.leaves.end(), {10, 20});
  forest.groups[0].trees = 2;
  float values[2], doubts[2];
  forest.predict(0, std::vector<float>{0, 0}, values, doubts);
  EXPECT_FLOAT_EQ(doubts[0], 0);
  EXPECT_FLOAT_EQ(doubts[1], 0.5f * 20);  // Parts -20 and 20: standard error of their mean.
}

TEST(Forest, RefusesAFileThatCouldLeadAWalkAstray) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  struct Case {
    const char* says;
    std::function<void(Forest&)> spoil;
  };
  const Case cases[] = {
      {"features: ", [](Forest& f) { f.features = 0; }},
      {"known feature", [](Forest& f) { f.features = 1; }},
      {"finite threshold", [](Forest& f) { f.nodes[0].threshold = kNan; }},
      {"out of place", [](Forest& f) { f.nodes[0].left = 2; }},
      {"out of place", [](Forest& f) { f.nodes[1] = {0.5f, 0, 1}; }},
      {"a leaf lies beyond", [](Forest& f) { f.nodes[2].threshold = std::bit_cast<float>(2u); }},
      {"a leaf lies beyond", [](Forest& f) { f.nodes[2].threshold = std::bit_cast<float>(0xffffffffu); }},
      {"a leaf lies beyond", [](Forest& f) { f.trees[0].first_leaf_byte = 0xffffffff; }},
      {"65535 nodes", [](Forest& f) { f.trees[0].first_node = 3; }},
      {"finite base", [](Forest& f) { f.base[1] = kNan; }},
      {"unit of at least 0", [](Forest& f) { f.unit[0] = -1; }},
      {"belongs to no group", [](Forest& f) { f.groups.clear(); }},
      {"share a tree", [](Forest& f) { f.groups.push_back(f.groups[0]); }},
      {"beyond the outputs", [](Forest& f) { f.groups[0].first_output = 1; }},
      {"beyond the outputs", [](Forest& f) { f.groups[0].trees = 2; }},
      {"beyond the outputs", [](Forest& f) { f.groups[0].first_tree = 0xffffffff; }}};
  for (const Case& c : cases) {
    Forest forest = stump();
    c.spoil(forest);
    const auto read = Forest::read(forest.write());
    ASSERT_FALSE(read) << c.says;
    EXPECT_NE(read.error().message.find(c.says), std::string::npos) << read.error().message << " / " << c.says;
  }
}

TEST(Forest, RefusesAFileThatWasCutAnywhere) {
  const std::string whole = stump().write();
  ASSERT_TRUE(Forest::read(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(Forest::read(whole.substr(0, size))) << size;
  EXPECT_FALSE(Forest::read(whole + "x"));
  std::string other = whole;
  other[8] = 9;
  EXPECT_FALSE(Forest::read(other));
}

}  // namespace
}  // namespace switchyard::scoring::estimator
