#include "service/forward/path.h"

#include <gtest/gtest.h>

namespace switchyard::forward {
namespace {

struct Case {
  std::string name, path;
  bool good;
};
class PathTest : public testing::TestWithParam<Case> {};

TEST_P(PathTest, StaysInsideTheProvidersApi) {
  const auto checked = check_path(GetParam().path);
  EXPECT_EQ(checked.has_value(), GetParam().good);
  if (!checked) {
    EXPECT_EQ(checked.error().kind, ErrorKind::kInvalidRequest);
    EXPECT_TRUE(checked.error().message.starts_with("path: ")) << checked.error().message;
  }
}
INSTANTIATE_TEST_SUITE_P(
    Paths, PathTest,
    testing::Values(Case{"OneSegment", "/embeddings", true}, Case{"AnId", "/files/file-abc_1.2/content", true},
                    Case{"AnIdWithAColon", "/models/ft:gpt-4o:acme::x1", true}, Case{"ThreeDots", "/files/...", true},
                    Case{"DotInside", "/files/a..b", true}, Case{"Up", "/files/../models", false},
                    Case{"UpAtTheEnd", "/files/..", false}, Case{"Here", "/files/./x", false},
                    Case{"EncodedUp", "/files/%2e%2e/x", false}, Case{"HalfEncodedUp", "/files/.%2E/x", false},
                    Case{"EncodedSlash", "/files/a%2Fb", false}, Case{"EncodedTwice", "/files/%252e%252e", false},
                    Case{"EncodedNothing", "/files/a%00", false}, Case{"Backslash", "/files/..\\x", false},
                    Case{"EmptySegment", "/files//x", false}, Case{"EmptyLast", "/files/", false},
                    Case{"Semicolon", "/files/..;/x", false}, Case{"Control", "/files/a\rb", false},
                    Case{"Nul", std::string("/files/a\0b", 10), false}, Case{"Delete", "/files/\x7f", false},
                    Case{"Blank", "/files/a b", false}, Case{"NotAscii", "/files/\xc3\xa9", false},
                    Case{"Question", "/files?x", false}, Case{"NoSlash", "files", false}, Case{"Nothing", "", false},
                    Case{"TooLong", "/" + std::string(kPathBytesMax, 'a'), false}),
    [](const auto& tested) { return tested.param.name; });

class QueryTest : public testing::TestWithParam<Case> {};
TEST_P(QueryTest, IsVisibleAndCarriesNoKey) { EXPECT_EQ(check_query(GetParam().path).has_value(), GetParam().good); }
INSTANTIATE_TEST_SUITE_P(Queries, QueryTest,
                         testing::Values(Case{"None", "", true}, Case{"Cursor", "after=file-1&limit=20", true},
                                         Case{"Brackets", "include[]=a%20b", true},
                                         Case{"WordWithRk", "order=work_first&x=rk", true},
                                         Case{"Key", "key=rk_abc", false}, Case{"KeyFirst", "rk_abc", false},
                                         Case{"EncodedKey", "key=%72k%5Fabc", false}, Case{"LargeKey", "k=RK_1", false},
                                         Case{"Control", "a=\x01", false}, Case{"Fragment", "a#b", false},
                                         Case{"TooLong", std::string(kQueryBytesMax + 1, 'a'), false}),
                         [](const auto& tested) { return tested.param.name; });

struct Place {
  std::string name, chat_path, query, want;
};
class PlaceTest : public testing::TestWithParam<Place> {};
TEST_P(PlaceTest, IsBesideChat) {
  Provider provider;
  provider.chat_path = GetParam().chat_path;
  ASSERT_TRUE(has_openai_paths(provider));
  EXPECT_EQ(upstream_path(provider, "/embeddings", GetParam().query, "a/b"), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(Providers, PlaceTest,
                         testing::Values(Place{"WithV1", "/v1/chat/completions", "", "/v1/embeddings"},
                                         Place{"WithoutV1", "/chat/completions", "a=b", "/embeddings?a=b"},
                                         Place{"Deployment",
                                               "/openai/deployments/{model}/chat/completions?api-version=1", "a=b",
                                               "/openai/deployments/a%2Fb/embeddings?api-version=1&a=b"}),
                         [](const auto& tested) { return tested.param.name; });

TEST(PathTest, ProvidersWithoutOpenAisPathsHaveNone) {
  Provider other;
  other.chat_path = "/v1/messages";
  EXPECT_FALSE(has_openai_paths(other));
  other.chat_path = "/v1/chat/completions";
  other.dialect = Dialect::kAnthropic;
  EXPECT_FALSE(has_openai_paths(other));
}

}  // namespace
}  // namespace switchyard::forward
