#include "adapters/embedder_remote/embeddings_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace switchyard::embedder_remote {
namespace {

TEST(EmbeddingsAnswerTest, AsksForAllTextsAtOnce) {
  const std::string_view texts[] = {"a \"b\"", "\u00e9"};
  EXPECT_EQ(embeddings_request("m", texts), R"({"model":"m","encoding_format":"float","input":["a \"b\"","é"]})");
}

TEST(EmbeddingsAnswerTest, PutsVectorsInTheOrderOfTheTextsAndToLengthOne) {
  const auto read =
      read_embeddings(R"({"object":"list","data":[{"index":1,"embedding":[0,-2]},{"index":0,"embedding":[3,4]}]})", 2);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(*read, testing::ElementsAre(0.6f, 0.8f, 0, -1));
}

TEST(EmbeddingsAnswerTest, WithoutIndicesTheOrderCounts) {
  EXPECT_THAT(read_embeddings(R"({"data":[{"embedding":[2]},{"embedding":[-5]}]})", 2).value(),
              testing::ElementsAre(1, -1));
}

struct Refused {
  std::string name;
  std::string_view json, says;
};
class RefusedTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedTest, SaysWhatWasExpected) {
  const auto read = read_embeddings(GetParam().json, 2);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::kUpstreamUnavailable);
  EXPECT_THAT(read.error().message, testing::HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Answers, RefusedTest,
    testing::Values(
        Refused{"NoJson", "<html>", "JSON"}, Refused{"NoData", "{}", "data"},
        Refused{"TooFew", R"({"data":[{"embedding":[1]}]})", "each text"},
        Refused{"Empty", R"({"data":[{"embedding":[]},{"embedding":[]}]})", "1 to 8192"},
        Refused{"OtherDimension", R"({"data":[{"embedding":[1]},{"embedding":[1,2]}]})", "one dimension"},
        Refused{"SameIndex", R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})", "once"},
        Refused{"IndexBeyond", R"({"data":[{"index":2,"embedding":[1]},{"index":0,"embedding":[1]}]})", "indices"},
        Refused{"NoNumbers", R"({"data":[{"embedding":["1"]},{"embedding":[1]}]})", "finite"},
        Refused{"Infinite", R"({"data":[{"embedding":[1e300]},{"embedding":[1]}]})", "finite"},
        Refused{"Zeros", R"({"data":[{"embedding":[0]},{"embedding":[1]}]})", "direction"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace switchyard::embedder_remote
