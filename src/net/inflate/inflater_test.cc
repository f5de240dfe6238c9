#include "net/inflate/inflater.h"

#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace switchyard::net {
namespace {

std::string zlib(const std::string& text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
std::string gzip(const std::string& text) { return zlib(text, MAX_WBITS + 16); }
std::string brotli(const std::string& text) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 16;
  std::string out(size, '\0');
  BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, text.size(), reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                        reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(size);
  return out;
}
std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

/// The inflated text, or "error: ...".
std::string inflated(std::string_view coding, std::string_view bytes, std::size_t piece,
                     std::size_t bytes_max = 1 << 20) {
  auto inflater = Inflater::create(coding, bytes_max);
  if (!inflater) return "error: " + inflater.error().message;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (auto fed = inflater->feed(bytes.substr(at, piece), out); !fed) return "error: " + fed.error().message;
  }
  if (auto done = inflater->finish(); !done) return "error: " + done.error().message;
  return out;
}

std::string sample() {
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += "{\"role\":\"user\",\"content\":\"message " + std::to_string(i * 7919 % 1000) + "\"},";
  return text;
}

struct Coding {
  std::string name, coding, bytes;
};
class CodingTest : public testing::TestWithParam<Coding> {};

TEST_P(CodingTest, InflatesHoweverTheBytesAreCut) {
  const std::string text = sample();
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 100u, 100'000u}) {
    EXPECT_EQ(inflated(GetParam().coding, GetParam().bytes, piece), text) << piece;
  }
}
TEST_P(CodingTest, StopsAtTheLimitExactly) {
  const std::size_t size = sample().size();
  EXPECT_EQ(inflated(GetParam().coding, GetParam().bytes, 50, size), sample());
  EXPECT_EQ(inflated(GetParam().coding, GetParam().bytes, 50, size - 1),
            "error: body: inflates to more than " + std::to_string(size - 1) + " bytes");
}
TEST_P(CodingTest, RefusesCutAndTrailingBytes) {
  const std::string& bytes = GetParam().bytes;
  EXPECT_TRUE(inflated(GetParam().coding, std::string_view(bytes).substr(0, bytes.size() - 3), 100)
                  .starts_with("error: body: "));
  EXPECT_TRUE(inflated(GetParam().coding, bytes + "garbage", 10'000).starts_with("error: body: not valid "));
  EXPECT_TRUE(inflated(GetParam().coding, "\xff\xfe\xfd not compressed at all", 100).starts_with("error: body: "));
}
INSTANTIATE_TEST_SUITE_P(Codings, CodingTest,
                         testing::Values(Coding{"Gzip", "gzip", gzip(sample())},
                                         Coding{"XGzip", "X-GZip", gzip(sample())},
                                         Coding{"Deflate", "deflate", zlib(sample(), MAX_WBITS)},
                                         Coding{"RawDeflate", "deflate", zlib(sample(), -MAX_WBITS)},
                                         Coding{"Brotli", "br", brotli(sample())},
                                         Coding{"Zstd", "zstd", zstd(sample())},
                                         Coding{"Two", "gzip, zstd", zstd(gzip(sample()))}),
                         [](const auto& tested) { return tested.param.name; });

// Log shippers and parallel compressors append one gzip member to another; RFC 1952 calls that one file.
TEST(Inflater, ReadsGzipMembersThatFollowEachOther) {
  const std::string bytes = gzip("one, ") + gzip("") + gzip(sample()) + gzip("end");
  const std::string want = "one, " + sample() + "end";
  for (const std::size_t piece : {1u, 2u, 5u, 20u, 100'000u}) EXPECT_EQ(inflated("gzip", bytes, piece), want) << piece;
  EXPECT_EQ(inflated("gzip", bytes, 50, want.size()), want);
  EXPECT_EQ(inflated("gzip, zstd", zstd(bytes), 50), want);
}
TEST(Inflater, HoldsTheLimitOverAllGzipMembersTogether) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += gzip(std::string(1'000, 'a'));
  EXPECT_EQ(inflated("gzip", bytes, 64, 99'999), "error: body: inflates to more than 99999 bytes");
  EXPECT_EQ(inflated("gzip", bytes, bytes.size(), 100'000), std::string(100'000, 'a'));
}
TEST(Inflater, RefusesWhatFollowsAGzipMemberAndIsNone) {
  const std::string member = gzip("one");
  EXPECT_EQ(inflated("gzip", member + "garbage", 1), "error: body: not valid gzip");
  EXPECT_EQ(inflated("gzip", member + member[0], 1), "error: body: its compressed bytes end too early");
  EXPECT_EQ(inflated("gzip", member + member.substr(0, member.size() - 1), 7),
            "error: body: its compressed bytes end too early");
  EXPECT_EQ(inflated("gzip", member + zlib("two", MAX_WBITS), 7), "error: body: not valid gzip");
  const std::string deflated = zlib("one", MAX_WBITS);
  EXPECT_EQ(inflated("deflate", deflated + deflated, 7), "error: body: not valid deflate");
}

// A few kilobytes that inflate to a gigabyte must not cost a gigabyte.
TEST(Inflater, SurvivesBombs) {
  const std::string bomb = gzip(std::string(50'000'000, '\0'));
  EXPECT_EQ(inflated("gzip", bomb, bomb.size(), 1'000'000), "error: body: inflates to more than 1000000 bytes");
}

TEST(Inflater, PassesIdentityOnWithinTheLimit) {
  EXPECT_EQ(inflated("identity", "abc", 1), "abc");
  EXPECT_EQ(inflated("identity", "abc", 1, 2), "error: body: inflates to more than 2 bytes");
}

TEST(Inflater, RefusesOtherCodings) {
  for (const char* coding : {"compress", "gzip, gzip, gzip", "gzip;q=1"}) {
    const auto made = Inflater::create(coding, 100);
    ASSERT_FALSE(made) << coding;
    EXPECT_EQ(made.error().kind, ErrorKind::kUnsupportedMediaType);
  }
}

}  // namespace
}  // namespace switchyard::net
