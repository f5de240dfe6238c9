#include "wire/tool_ids.h"

#include <gtest/gtest.h>

namespace switchyard::wire {
namespace {

TEST(ToolIds, KeepsWhatEveryDialectTakes) {
  TextStorage storage;
  for (const std::string_view id : {"call_abc", "toolu_01AbC", "a", "x-y_z"})
    EXPECT_EQ(portable_tool_id({id}, storage), id);
  EXPECT_TRUE(storage.empty());
}

TEST(ToolIds, MakesTheSameShortIdFromTheSameForeignOne) {
  TextStorage storage;
  const std::string longest(300, 'x');
  for (const std::string_view id :
       {std::string_view(longest), std::string_view("functions.get:0"), std::string_view("")}) {
    const std::string first(portable_tool_id({id}, storage)), second(portable_tool_id({id}, storage));
    EXPECT_EQ(first, second);
    EXPECT_TRUE(first.starts_with("tc_"));
    EXPECT_LE(first.size(), kToolIdBytesMax);
  }
  EXPECT_NE(portable_tool_id({"functions.get:0"}, storage), portable_tool_id({"functions.get:1"}, storage));
}

}  // namespace
}  // namespace switchyard::wire
