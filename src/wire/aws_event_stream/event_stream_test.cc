#include "wire/aws_event_stream/decoder.h"

#include <gtest/gtest.h>

#include <charconv>
#include <vector>

#include "wire/aws_event_stream/encoder.h"

namespace switchyard::aws_event_stream {
namespace {

// Computed by tools/vectors/aws_event_stream.py.
constexpr std::string_view kEmpty = "000000100000000005c248eb7d98c8ff";
constexpr std::string_view kPayloadOnly = "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936";
constexpr std::string_view kAllTypes =
    "0000008a00000079b7adbec20379657300026e6f01046279746502f90573686f727403fed407696e746567657204fffe"
    "ee90046c6f6e6705fffffffed5fa0e0005627974657306000300ff0106737472696e670700066772c3bcc39f0974696d"
    "657374616d70080000018bcfe5687b047575696409000102030405060708090a0b0c0d0e0f78d051fde9";
constexpr std::string_view kBedrockEvent =
    "0000009e00000057fe1b824f0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a636f"
    "6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576"
    "656e747b22636f6e74656e74426c6f636b496e646578223a302c2264656c7461223a7b2274657874223a224869227d2c"
    "2270223a22616263227d9343f010";
constexpr std::string_view kBedrockException =
    "00000090000000618e91a9b70f3a657863657074696f6e2d747970650700137468726f74746c696e6745786365707469"
    "6f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970"
    "65070009657863657074696f6e7b226d657373616765223a22546f6f206d616e79207265717565737473227de67f8005";
constexpr std::string_view kUnknownType = "0000001300000003db6b638101780a64ab3f3a";
constexpr std::string_view kNamelessHeader = "0000001200000002910c7aa700007bc1361e";
constexpr std::string_view kCutHeader = "0000001a0000000aafa7b95403616263070005646566a7544d8e";

std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(digits.data() + i, digits.data() + i + 2, value, 16);
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

Header text(std::string_view name, std::string_view value) {
  return {.name = name, .type = HeaderType::kString, .bytes = value};
}

/// Every message in `bytes` fed in chunks, encoded again; an error's detail as the last entry.
std::vector<std::string> decode(std::string_view bytes, std::size_t chunk_size) {
  Decoder decoder;
  Message message;
  std::vector<std::string> seen;
  for (std::size_t at = 0; at < bytes.size(); at += chunk_size) {
    // A copy that dies: the decoder must not keep views into the caller's bytes.
    decoder.feed(std::string(bytes.substr(at, chunk_size)));
    for (;;) {
      const Result<bool> more = decoder.next(message);
      if (!more) {
        seen.push_back(more.error().detail);
        return seen;
      }
      if (!*more) break;
      std::string again;
      EXPECT_TRUE(encode(message.headers, message.payload, again));
      seen.push_back(again);
    }
  }
  if (!decoder.at_boundary()) seen.emplace_back("unfinished");
  return seen;
}

struct Case {
  std::string name;
  std::string bytes;
  std::vector<Header> headers;
  std::string_view payload;
};
class MessageTest : public testing::TestWithParam<Case> {};

// The network cuts a stream where it likes, so each case runs once for every chunk size.
TEST_P(MessageTest, ComesOutTheSameHoweverTheBytesAreCut) {
  const Case& c = GetParam();
  const std::string three = c.bytes + from_hex(kPayloadOnly) + c.bytes;
  const std::vector<std::string> want = {c.bytes, from_hex(kPayloadOnly), c.bytes};
  for (std::size_t size = 1; size <= three.size(); ++size) {
    EXPECT_EQ(decode(three, size), want) << "chunks of " << size << " bytes";
  }
}

TEST_P(MessageTest, HasTheHeadersAndPayloadThatWereWritten) {
  const Case& c = GetParam();
  Decoder decoder;
  decoder.feed(c.bytes);
  Message message;
  ASSERT_EQ(decoder.next(message).value_or(false), true);
  EXPECT_EQ(message, (Message{c.headers, c.payload}));
  EXPECT_TRUE(decoder.at_boundary());
}

TEST_P(MessageTest, EncodesToTheIndependentlyComputedBytes) {
  const Case& c = GetParam();
  std::string bytes = "before";
  ASSERT_TRUE(encode(c.headers, c.payload, bytes));
  EXPECT_EQ(bytes, "before" + c.bytes);
}

// CRC-32 finds every error of one byte, so no changed byte may give a message.
TEST_P(MessageTest, IsRefusedWhicheverByteIsDamaged) {
  const Case& c = GetParam();
  for (std::size_t i = 0; i < c.bytes.size(); ++i) {
    std::string damaged = c.bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    const auto seen = decode(damaged, damaged.size());
    ASSERT_EQ(seen.size(), 1u) << "byte " << i;
    EXPECT_EQ(seen[0], i < kPreludeBytes ? "wrong CRC of a prelude" : "wrong CRC of a message") << "byte " << i;
  }
}

TEST_P(MessageTest, IsUnfinishedWithoutItsLastByte) {
  const Case& c = GetParam();
  EXPECT_EQ(decode(std::string_view(c.bytes).substr(0, c.bytes.size() - 1), 7), std::vector<std::string>{"unfinished"});
}

INSTANTIATE_TEST_SUITE_P(
    Messages, MessageTest,
    testing::Values(
        Case{"Empty", from_hex(kEmpty), {}, ""}, Case{"PayloadOnly", from_hex(kPayloadOnly), {}, "{'foo':'bar'}"},
        Case{"AllHeaderTypes",
             from_hex(kAllTypes),
             {{.name = "yes", .type = HeaderType::kTrue},
              {.name = "no", .type = HeaderType::kFalse},
              {.name = "byte", .type = HeaderType::kByte, .number = -7},
              {.name = "short", .type = HeaderType::kShort, .number = -300},
              {.name = "integer", .type = HeaderType::kInteger, .number = -70'000},
              {.name = "long", .type = HeaderType::kLong, .number = -5'000'000'000},
              {.name = "bytes", .type = HeaderType::kBytes, .bytes = std::string_view("\x00\xff\x01", 3)},
              {.name = "string", .type = HeaderType::kString, .bytes = "gr\xc3\xbc\xc3\x9f"},
              {.name = "timestamp", .type = HeaderType::kTimestamp, .number = 1'700'000'000'123},
              {.name = "uuid",
               .type = HeaderType::kUuid,
               .bytes = std::string_view("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", 16)}},
             "x"},
        Case{"BedrockEvent",
             from_hex(kBedrockEvent),
             {text(":event-type", "contentBlockDelta"), text(":content-type", "application/json"),
              text(":message-type", "event")},
             R"({"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abc"})"},
        Case{"BedrockException",
             from_hex(kBedrockException),
             {text(":exception-type", "throttlingException"), text(":content-type", "application/json"),
              text(":message-type", "exception")},
             R"({"message":"Too many requests"})"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Decoder, RefusesHeadersThatTheFormatDoesNotKnowThoughTheirCrcIsRight) {
  for (const std::string_view digits : {kUnknownType, kNamelessHeader, kCutHeader}) {
    EXPECT_EQ(decode(from_hex(digits), 5), std::vector<std::string>{"a malformed header"}) << digits;
  }
}

TEST(Decoder, RefusesAMessageOverItsLimitBeforeItsBytesCome) {
  const std::string bytes = from_hex(kBedrockEvent);
  Decoder decoder(bytes.size() - 1);
  decoder.feed(std::string_view(bytes).substr(0, kPreludeBytes));
  Message message;
  const auto refused = decoder.next(message);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUpstreamUnavailable);
  EXPECT_EQ(refused.error().detail, "a message over its limit");
  decoder.feed(bytes);
  EXPECT_FALSE(decoder.next(message)) << "a decoder that failed stays failed";
  EXPECT_FALSE(decoder.at_boundary());
}

TEST(Message, FindsStringHeadersByName) {
  Decoder decoder;
  decoder.feed(from_hex(kBedrockException));
  Message message;
  ASSERT_EQ(decoder.next(message).value_or(false), true);
  EXPECT_EQ(message.string(":message-type"), "exception");
  EXPECT_EQ(message.string(":exception-type"), "throttlingException");
  EXPECT_EQ(message.string(":event-type"), std::nullopt);
}

TEST(Encoder, RefusesWhatTheFormatCannotHoldAndLeavesTheOutputAlone) {
  const std::string long_name(256, 'n'), long_value(65'536, 'v');
  const Header bad[] = {
      text("", "x"),
      text(long_name, "x"),
      text("x", long_value),
      {.name = "x", .type = HeaderType::kByte, .number = 128},
      {.name = "x", .type = HeaderType::kShort, .number = -32'769},
      {.name = "x", .type = HeaderType::kInteger, .number = 1ll << 31},
      {.name = "x", .type = HeaderType::kUuid, .bytes = "short"},
  };
  for (const Header& header : bad) {
    std::string out = "before";
    const auto encoded = encode(std::span(&header, 1), "", out);
    ASSERT_FALSE(encoded);
    EXPECT_EQ(encoded.error().kind, ErrorKind::kInvalidRequest);
    EXPECT_EQ(out, "before");
  }
  const std::vector<Header> many(3, text("x", std::string_view(long_value).substr(1)));
  std::string out;
  EXPECT_FALSE(encode(many, "", out));
}

}  // namespace
}  // namespace switchyard::aws_event_stream
