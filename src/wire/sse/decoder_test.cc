#include "wire/sse/decoder.h"

#include <gtest/gtest.h>

#include <vector>

namespace switchyard::sse {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

Events decode(std::string_view bytes, std::size_t chunk_size) {
  Decoder decoder(1 << 20);
  Events events;
  for (std::size_t at = 0; at < bytes.size(); at += chunk_size) {
    // A copy that dies: the decoder must not keep views into the caller's bytes.
    const std::string chunk(bytes.substr(at, chunk_size));
    EXPECT_TRUE(decoder.feed(chunk));
    while (const auto event = decoder.next()) events.emplace_back(event->name, event->data);
  }
  return events;
}

struct Case {
  std::string name;
  std::string bytes;
  Events want;
};
class DecoderTest : public testing::TestWithParam<Case> {};

// The network cuts a stream where it likes, so each case runs once for every chunk size.
TEST_P(DecoderTest, YieldsTheSameEventsHoweverTheBytesAreCut) {
  const Case& c = GetParam();
  for (std::size_t size = 1; size <= c.bytes.size(); ++size) {
    EXPECT_EQ(decode(c.bytes, size), c.want) << "chunks of " << size << " bytes";
  }
}
INSTANTIATE_TEST_SUITE_P(
    Streams, DecoderTest,
    testing::Values(Case{"OneLine", "data: hi\n\n", {{"", "hi"}}}, Case{"NoBlank", "data:hi\n\n", {{"", "hi"}}},
                    Case{"CrLf", "data: a\r\n\r\ndata: b\r\r", {{"", "a"}, {"", "b"}}},
                    Case{"Named", "event: ping\ndata: {}\n\n", {{"ping", "{}"}}},
                    Case{"NameBehindData", "data: x\nevent: late\n\ndata: y\n\n", {{"late", "x"}, {"", "y"}}},
                    Case{"NameDoesNotLeak", "event: a\n\ndata: x\n\n", {{"", "x"}}},
                    Case{"TwoLines", "data: a\ndata: b\n\n", {{"", "a\nb"}}},
                    Case{"ThreeLinesOneEmpty", "data: a\ndata\ndata: b\n\n", {{"", "a\n\nb"}}},
                    Case{"EmptyData", "data:\n\n", {{"", ""}}},
                    Case{"Comments", ": keep-alive\n\ndata: a\n: inside\n\n:\n\n", {{"", "a"}}},
                    Case{"ByteOrderMark",
                         "\xef\xbb\xbf"
                         "data: a\n\n",
                         {{"", "a"}}},
                    Case{"OtherFields", "id: 7\nretry: 10\nfoo: bar\ndata: a\n\n", {{"", "a"}}},
                    Case{"SplitUtf8", "data: \xe2\x82\xac\xf0\x9f\x98\x80\n\n", {{"", "\xe2\x82\xac\xf0\x9f\x98\x80"}}},
                    Case{"UnfinishedTailIsDropped", "data: a\n\ndata: b\n", {{"", "a"}}}),
    [](const auto& tested) { return tested.param.name; });

TEST(Decoder, RefusesAnEventThatOutgrowsItsLimit) {
  Decoder decoder(100);
  ASSERT_TRUE(decoder.feed("data: " + std::string(150, 'x')));
  EXPECT_FALSE(decoder.next());
  const auto more = decoder.feed("y");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().kind, ErrorKind::kUpstreamUnavailable);
}

}  // namespace
}  // namespace switchyard::sse
