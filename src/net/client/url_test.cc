#include <gtest/gtest.h>

#include "net/http_client.h"

namespace switchyard::net {
namespace {

struct BadUrl {
  std::string name, text;
};
class BadUrlTest : public testing::TestWithParam<BadUrl> {};
TEST_P(BadUrlTest, IsRefusedWithoutRepeatingSecrets) {
  const auto url = parse_url(GetParam().text);
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Texts, BadUrlTest,
                         testing::Values(BadUrl{"Scheme", "ftp://a"}, BadUrl{"NoHost", "http://"},
                                         BadUrl{"Port", "http://a:99999"}, BadUrl{"EmptyPort", "http://a:"},
                                         BadUrl{"Blank", "http://a b"}, BadUrl{"Query", "http://a/?x"},
                                         BadUrl{"Password", "http://user:secret@a/"}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Url, IsTakenApart) {
  const auto url = parse_url("https://[::1]:8443/api/v1");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->origin.tls);
  EXPECT_EQ(url->origin.host, "::1");
  EXPECT_EQ(url->origin.port, 8443);
  EXPECT_EQ(url->origin.authority, "[::1]:8443");
  EXPECT_EQ(url->path, "/api/v1");
}

// RFC 3986, section 6.2.2.1: scheme and host are the same in any case; a path is not.
TEST(Url, NamesOneOriginInWhateverCaseItsHostIsWritten) {
  const auto url = parse_url("HTTPS://API.Example.COM:8443/V1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin, parse_url("https://api.example.com:8443")->origin);
  EXPECT_EQ(url->origin.authority, "api.example.com:8443");
  EXPECT_EQ(url->path, "/V1");
}

}  // namespace
}  // namespace switchyard::net
