#include "wire/scan.h"

#include <gtest/gtest.h>

#include <string>

#include <vector>

namespace switchyard::wire {
namespace {

TEST(BalancedObject, EndsAtTheMatchingBrace) {
  EXPECT_EQ(balanced_object(R"( {"a":{"b":"}\"{"},"c":[{}]} ,"x":1})"), R"({"a":{"b":"}\"{"},"c":[{}]})");
  EXPECT_EQ(balanced_object(R"({"a":1)"), "");
  EXPECT_EQ(balanced_object("null"), "");
  EXPECT_EQ(balanced_object(R"({"a":"\)"), "");
}

std::vector<std::string> split(std::string_view bytes, std::size_t size) {
  EventSplitter splitter;
  std::vector<std::string> events;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    splitter.feed(bytes.substr(at, size), [&](std::string_view event) { events.emplace_back(data_of(event)); });
  }
  return events;
}

struct Case {
  std::string name, bytes;
  std::vector<std::string> want;
};
class SplitterTest : public testing::TestWithParam<Case> {};
TEST_P(SplitterTest, FindsTheSameEventsHoweverTheBytesAreCut) {
  for (std::size_t size = 1; size <= GetParam().bytes.size(); ++size) {
    std::vector<std::string> got = split(GetParam().bytes, size);
    std::erase(got, "");  // Comment blocks, and the LF of a CR LF that was cut.
    EXPECT_EQ(got, GetParam().want) << size;
  }
}
INSTANTIATE_TEST_SUITE_P(Streams, SplitterTest,
                         testing::Values(Case{"Lf", "data: a\n\ndata: b\n\n", {"a", "b"}},
                                         Case{"CrLf", "data: a\r\n\r\nevent: x\r\ndata: b\r\n\r\n", {"a", "b"}},
                                         Case{"Cr", "data: a\r\rdata: b\r\r", {"a", "b"}},
                                         Case{"Comment", ": hi\n\ndata:a\n\n", {"a"}},
                                         Case{"Unfinished", "data: a\n\ndata: b\n", {"a"}}),
                         [](const auto& tested) { return tested.param.name; });

TEST(TailFrom, FindsTheLastKeyNearTheEnd) {
  char buffer[64];
  EXPECT_EQ(tail_from(R"({"a":1,"usage":{"x":2},"b":3})", "\"usage\":", buffer, sizeof buffer),
            R"({"usage":{"x":2},"b":3})");
  EXPECT_EQ(tail_from(R"({"usage":1,"usage":2})", "\"usage\":", buffer, sizeof buffer), R"({"usage":2})");
  EXPECT_EQ(tail_from("{}", "\"usage\":", buffer, sizeof buffer), "");
  EXPECT_EQ(tail_from("", "\"usage\":", buffer, sizeof buffer), "");
  const std::string far = R"({"usage":{"x":2},"text":")" + std::string(100, 'x') + "\"}";
  EXPECT_EQ(tail_from(far, "\"usage\":", buffer, sizeof buffer), "");
}

}  // namespace
}  // namespace switchyard::wire
