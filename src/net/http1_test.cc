#include "net/http1.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace switchyard::net {
namespace {

constexpr HeadLimits kLimits;

TEST(RequestHead, ReadsAPlainRequest) {
  const std::string text =
      "POST /v1/messages?beta=true HTTP/1.1\r\nHost: a:1\r\nContent-Length:  12 \r\nX-Api-Key: k\r\n"
      "Expect: 100-continue\r\n\r\n";
  RequestHead head;
  ASSERT_TRUE(parse_request_head(text, kLimits, head));
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.path, "/v1/messages");
  EXPECT_EQ(head.query, "beta=true");
  EXPECT_EQ(head.framing, Framing::kLength);
  EXPECT_EQ(head.content_length, 12u);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_TRUE(head.expect_continue);
  EXPECT_EQ(head.headers.get("x-API-key"), "k");
}

struct Persistence {
  std::string name, head;
  bool keep_alive;
};
class PersistenceTest : public testing::TestWithParam<Persistence> {};
TEST_P(PersistenceTest, FollowsVersionAndConnection) {
  RequestHead head;
  ASSERT_TRUE(parse_request_head(GetParam().head, kLimits, head));
  EXPECT_EQ(head.keep_alive, GetParam().keep_alive);
}
INSTANTIATE_TEST_SUITE_P(
    Heads, PersistenceTest,
    testing::Values(Persistence{"Plain", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
                    Persistence{"Close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", false},
                    Persistence{"Old", "GET / HTTP/1.0\r\n\r\n", false},
                    Persistence{"OldKept", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true}),
    [](const auto& tested) { return tested.param.name; });

struct Bad {
  std::string name, head;
  ErrorKind kind = ErrorKind::kInvalidRequest;
};
class BadRequestHead : public testing::TestWithParam<Bad> {};
TEST_P(BadRequestHead, IsRefused) {
  RequestHead head;
  const auto parsed = parse_request_head(GetParam().head, kLimits, head);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, GetParam().kind) << parsed.error().message;
}

std::string with(std::string fields) { return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"; }
std::string many_fields() {
  std::string fields;
  for (int i = 0; i < 100; ++i) fields += "x: y\r\n";
  return with(fields);
}

INSTANTIATE_TEST_SUITE_P(
    Heads, BadRequestHead,
    testing::Values(
        Bad{"LengthAndCoding", with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")},
        Bad{"TwoLengths", with("Content-Length: 1\r\nContent-Length: 1\r\n")},
        Bad{"SignedLength", with("Content-Length: +1\r\n")}, Bad{"NegativeLength", with("Content-Length: -1\r\n")},
        Bad{"ListedLength", with("Content-Length: 1, 1\r\n")},
        Bad{"HugeLength", with("Content-Length: 99999999999999999999\r\n")},
        Bad{"EmptyLength", with("Content-Length:\r\n")},
        Bad{"OtherCoding", with("Transfer-Encoding: gzip, chunked\r\n"), ErrorKind::kNotImplemented},
        Bad{"TwoCodings", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            ErrorKind::kNotImplemented},
        Bad{"OldChunked", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
        Bad{"Folded", with("X: a\r\n b\r\n")}, Bad{"SpaceBeforeColon", with("X : a\r\n")},
        Bad{"EmptyName", with(": a\r\n")}, Bad{"NoColon", with("X\r\n")}, Bad{"BareLf", "GET / HTTP/1.1\nHost: a\n\n"},
        Bad{"BareLfInside", with("X: a\nY: b\r\n")}, Bad{"BareCr", with("X: a\rb\r\n")},
        Bad{"Nul", with(std::string("X: a\0b\r\n", 8))}, Bad{"NoHost", "GET / HTTP/1.1\r\n\r\n"},
        Bad{"TwoHosts", with("Host: b\r\n")}, Bad{"BadMethod", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"},
        Bad{"NoTarget", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"},
        Bad{"AbsoluteTarget", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"},
        Bad{"ControlInTarget", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n"},
        Bad{"Http2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"}, Bad{"ExtraWord", "GET / HTTP/1.1 x\r\nHost: a\r\n\r\n"},
        Bad{"OtherExpectation", with("Expect: tea\r\n"), ErrorKind::kExpectationFailed},
        Bad{"LongLine", "GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", ErrorKind::kUriTooLong},
        Bad{"ManyFields", many_fields(), ErrorKind::kHeadersTooLarge}),
    [](const auto& tested) { return tested.param.name; });

TEST(FindHeadEnd, FindsTheEndUnderEveryCut) {
  const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    std::size_t scanned = 0;
    const auto first = find_head_end(std::string_view(text).substr(0, cut), scanned);
    EXPECT_EQ(first.has_value(), cut >= text.size() - 4) << cut;
    if (!first) {
      EXPECT_EQ(find_head_end(text, scanned), text.size() - 4) << cut;
    }
  }
}

TEST(FindHeadEnd, EndsAtBareLfsSoThatTheyAreRefusedAtOnce) {
  std::size_t scanned = 0;
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\n\n", scanned), 16u);
}

TEST(FindHeadEnd, FindsTheFirstEndOfAnyBytes) {
  Random random(4);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random.next() % 90, ' ');
    for (char& c : text) c = "\r\n\r\nabcdef"[random.next() % (round % 2 == 0 ? 10 : 5)];
    std::optional<std::size_t> expected;
    for (std::size_t i = 1; i < text.size() && !expected; ++i) {
      const bool bare = text[i] == '\n' && text[i - 1] == '\n';
      const bool usual = i >= 2 && text[i] == '\n' && text[i - 1] == '\r' && text[i - 2] == '\n';
      if (bare || usual) expected = i + 1;
    }
    std::size_t scanned = 0;
    auto found = find_head_end(std::string_view(text).substr(0, text.size() / 2), scanned);
    if (!found) found = find_head_end(text, scanned);
    ASSERT_EQ(found, expected) << testing::PrintToString(text);
  }
}

struct Reply {
  std::string name, head, method;
  Framing framing;
  bool keep_alive;
};
class ResponseHeadTest : public testing::TestWithParam<Reply> {};
TEST_P(ResponseHeadTest, KnowsWhereTheBodyEnds) {
  ResponseHead head;
  const auto parsed = parse_response_head(GetParam().head, GetParam().method, kLimits, head);
  ASSERT_TRUE(parsed) << parsed.error().detail;
  EXPECT_EQ(head.framing, GetParam().framing);
  EXPECT_EQ(head.keep_alive, GetParam().keep_alive);
}
INSTANTIATE_TEST_SUITE_P(
    Heads, ResponseHeadTest,
    testing::Values(Reply{"Length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "GET", Framing::kLength, true},
                    Reply{"Chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "GET", Framing::kChunked,
                          true},
                    Reply{"UntilClose", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", "GET", Framing::kUntilClose, false},
                    Reply{"NoContent", "HTTP/1.1 204 No Content\r\n\r\n", "GET", Framing::kNone, true},
                    Reply{"Head", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "HEAD", Framing::kNone, true},
                    Reply{"NoReason", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "GET", Framing::kNone, true},
                    Reply{"Close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\n", "GET",
                          Framing::kLength, false}),
    [](const auto& tested) { return tested.param.name; });

TEST(ResponseHead, RefusesWhatIsNotHttp) {
  ResponseHead head;
  for (const std::string_view text :
       {"SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n", "HTTP/1.1 999 Odd\r\n\r\n", "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    const auto parsed = parse_response_head(text, "GET", kLimits, head);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kUpstreamUnavailable);
  }
}

/// Decodes `bytes` in pieces of `size`; returns the payload, or "error: ...", and how much was left over.
std::string decode(std::string_view bytes, std::size_t size, std::size_t* left = nullptr) {
  ChunkedDecoder decoder;
  std::string payload;
  for (std::size_t at = 0; at < bytes.size() && !decoder.done();) {
    std::string data(bytes.substr(at, size));
    std::size_t consumed = 0;
    const auto got = decoder.decode(data, consumed);
    if (!got) return "error: " + got.error().message;
    payload += data.substr(0, *got);
    at += consumed;
    if (left != nullptr) *left = bytes.size() - at;
  }
  return decoder.done() ? payload : payload + "(unfinished)";
}

struct Body {
  std::string name, bytes, want;
};
class ChunkedTest : public testing::TestWithParam<Body> {};
// The network cuts a body where it likes, so each case runs once for every piece size.
TEST_P(ChunkedTest, YieldsTheSameHoweverTheBytesAreCut) {
  for (std::size_t size = 1; size <= GetParam().bytes.size(); ++size) {
    EXPECT_EQ(decode(GetParam().bytes, size), GetParam().want) << size;
  }
}
INSTANTIATE_TEST_SUITE_P(
    Bodies, ChunkedTest,
    testing::Values(Body{"Two", "4\r\nwiki\r\n5\r\npedia\r\n0\r\n\r\n", "wikipedia"}, Body{"Empty", "0\r\n\r\n", ""},
                    Body{"Extension", "4;a=\"b\"\r\nwiki\r\n0\r\n\r\n", "wiki"},
                    Body{"Trailer", "1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n", "x"},
                    Body{"UpperHex", "A\r\n0123456789\r\n0\r\n\r\n", "0123456789"},
                    Body{"NoSize", "\r\nwiki", "error: chunked body: expected a size in hexadecimal digits"},
                    Body{"Negative", "-1\r\n", "error: chunked body: expected a size in hexadecimal digits"},
                    Body{"BareLf", "1\nx\n0\n\n", "error: chunked body: expected a size in hexadecimal digits"},
                    Body{"LongData", "1\r\nxy\r\n", "error: chunked body: expected CR LF behind a chunk"},
                    Body{"HugeSize", "1234567890abcdef\r\n",
                         "error: chunked body: expected a size of at most 15 digits"},
                    Body{"Cut", "5\r\nwi", "wi(unfinished)"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Chunked, LeavesWhatFollowsTheBody) {
  std::size_t left = 0;
  EXPECT_EQ(decode("1\r\nx\r\n0\r\n\r\nGET /", 100, &left), "x");
  EXPECT_EQ(left, 5u);
}

TEST(Chunked, BoundsTrailers) {
  EXPECT_EQ(decode("0\r\n" + std::string(17 * 1024, 'a'), 4096),
            "error: chunked body: more than 16 KiB of extensions and trailers");
}

}  // namespace
}  // namespace switchyard::net
