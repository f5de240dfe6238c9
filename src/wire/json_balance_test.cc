#include "wire/json_balance.h"

#include <gtest/gtest.h>

#include <string>

namespace switchyard::wire {
namespace {

bool complete(std::string_view escaped) {
  JsonBalance balance;
  balance.feed(escaped);
  return balance.complete();
}

TEST(JsonBalance, KnowsWholeObjectsFromUnfinishedOnes) {
  EXPECT_TRUE(complete(R"({})"));
  EXPECT_TRUE(complete(R"({\"a\":[1,{\"b\":2}]})"));
  EXPECT_FALSE(complete(""));
  EXPECT_FALSE(complete(R"({\"a\":)"));
  EXPECT_FALSE(complete(R"({\"a\":[1})"));
}

TEST(JsonBalance, DoesNotCountBracesInsideStrings) {
  EXPECT_FALSE(complete(R"({\"a\":\"}\")"));
  EXPECT_TRUE(complete(R"({\"a\":\"}{\"})"));
  EXPECT_FALSE(complete(R"({\"a\":\"\\\"})"));  // The inner quote is escaped: the string goes on.
  EXPECT_TRUE(complete(R"({\"a\":\"\\\"\"})"));
  EXPECT_TRUE(complete(R"({\"a\":\"\\\\\"})"));
  EXPECT_TRUE(complete(R"(\n\t{\u0020})"));
  EXPECT_FALSE(complete(R"({\u0022a\u0022:\u0022})"));
}

}  // namespace
}  // namespace switchyard::wire
