#include "service/forward/usage_tap.h"

#include <gtest/gtest.h>

#include <optional>

namespace switchyard::forward {
namespace {

struct Case {
  std::string name, bytes;
  std::optional<Usage> want;
};
class UsageTapTest : public testing::TestWithParam<Case> {};

std::optional<Usage> tap(std::string_view bytes, std::size_t size) {
  UsageTap tap;
  for (std::size_t at = 0; at < bytes.size(); at += size) tap.feed(bytes.substr(at, size));
  Usage usage;
  return tap.usage(usage) ? std::optional(usage) : std::nullopt;
}

TEST_P(UsageTapTest, ReadsTheSameHoweverTheBytesAreCut) {
  const Case& c = GetParam();
  const std::size_t all = c.bytes.size();
  for (std::size_t size = 1; size <= std::min<std::size_t>(all, 70); ++size)
    EXPECT_EQ(tap(c.bytes, size), c.want) << size;
  for (const std::size_t size : {std::size_t{4096}, std::size_t{5000}, all})
    EXPECT_EQ(tap(c.bytes, size), c.want) << size;
}
const std::string kMany(50'000, '1');
INSTANTIATE_TEST_SUITE_P(
    Answers, UsageTapTest,
    testing::Values(
        Case{"Embeddings", R"({"data":[],"usage":{"prompt_tokens":8,"total_tokens":8}})", Usage{.input = 8}},
        Case{"BehindManyNumbers", R"({"data":[)" + kMany + R"(],"usage": {"prompt_tokens":8,"total_tokens":8}})",
             Usage{.input = 8}},
        Case{"BeforeManyNumbers", R"({"usage":{"total_tokens":9},"data":[)" + kMany + "]}", Usage{.input = 9}},
        Case{"OverTheFirstWindowsEnd", "{\"data\":[" + std::string(4070, '1') + R"(],"usage":{"prompt_tokens":7}})",
             Usage{.input = 7}},
        Case{"Images", R"({"usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":2},"output_tokens":100}})",
             Usage{.input = 3, .cache_read = 2, .output = 100}},
        Case{"LastOfAStream",
             "data: {\"usage\":null}\n\ndata: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":3,"
             "\"output_tokens\":4,\"total_tokens\":7}}\n\n",
             Usage{.input = 3, .output = 4}},
        Case{"InAText", R"({"text":"\"usage\":{\"total_tokens\":9}"})", std::nullopt},
        Case{"Duration", R"({"text":"a","usage":{"type":"duration","seconds":3}})", std::nullopt},
        Case{"NegativeIsNothing", R"({"usage":{"prompt_tokens":-5}})", Usage{}},
        Case{"CutOff", R"({"usage":{"prompt_tokens":5)", std::nullopt}, Case{"None", R"({"data":[]})", std::nullopt}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace switchyard::forward
