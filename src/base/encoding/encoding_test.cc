#include "base/encoding/base64.h"
#include "base/encoding/uri.h"

#include <gtest/gtest.h>

namespace switchyard {
namespace {

struct Row {
  std::string_view bytes, standard, url;
};
// RFC 4648, section 10; the last row has the letters in which the alphabets differ.
constexpr Row kRows[] = {{"", "", ""},
                         {"f", "Zg==", "Zg"},
                         {"fo", "Zm8=", "Zm8"},
                         {"foo", "Zm9v", "Zm9v"},
                         {"foob", "Zm9vYg==", "Zm9vYg"},
                         {"fooba", "Zm9vYmE=", "Zm9vYmE"},
                         {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
                         {"\xfb\xff\xfe", "+//+", "-__-"}};

TEST(Base64, WritesAndReadsBothAlphabets) {
  for (const Row& row : kRows) {
    EXPECT_EQ(base64(row.bytes, Base64::kStandard), row.standard);
    EXPECT_EQ(base64(row.bytes, Base64::kUrl), row.url);
    EXPECT_EQ(from_base64(row.standard, Base64::kStandard).value_or("refused"), row.bytes);
    EXPECT_EQ(from_base64(row.url, Base64::kUrl).value_or("refused"), row.bytes);
  }
}

TEST(Base64, RefusesEveryTextThatItWouldNotWrite) {
  for (const std::string_view text :
       {"Zg", "Zg=", "Zh==", "Zm9=", "====", "A===", "Zm 9v", "Zm9v\n", "-__-", "Zg==Zg=="}) {
    EXPECT_FALSE(from_base64(text, Base64::kStandard)) << text;
  }
  for (const std::string_view text : {"Z", "Zg==", "Zh", "Zm9", "+//+", "Zm9v="}) {
    EXPECT_FALSE(from_base64(text, Base64::kUrl)) << text;
  }
}

TEST(Uri, EncodesAllButTheUnreservedCharacters) {
  EXPECT_EQ(uri_encode("anthropic.claude-v2:0"), "anthropic.claude-v2%3A0");
  EXPECT_EQ(uri_encode("a/b c~d_e"), "a%2Fb%20c~d_e");
  EXPECT_EQ(uri_encode("/a/b%3A\xc3\xbc", Slash::kKeep), "/a/b%253A%C3%BC");
}

TEST(Uri, DecodesWhatIsEncodedAndLeavesOtherPercentSigns) {
  EXPECT_EQ(uri_decode("a%2fb%2F%C3%BC+"), "a/b/\xc3\xbc+");
  EXPECT_EQ(uri_decode("100%"), "100%");
  EXPECT_EQ(uri_decode("%4"), "%4");
  EXPECT_EQ(uri_decode("%zz%41"), "%zzA");
}

}  // namespace
}  // namespace switchyard
