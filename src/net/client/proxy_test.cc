#include <gtest/gtest.h>

#include "net/client/connector.h"

namespace switchyard::net {
namespace {

TEST(ProxyRules, ApplyToHttpsHostsThatAreNotExcepted) {
  const auto rules = parse_proxy_rules("http://user:p%40ss@proxy:3128", "internal.example, .corp");
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->host, "proxy");
  EXPECT_EQ(rules->authorization, "Basic dXNlcjpwQHNz");
  EXPECT_TRUE(rules->applies(parse_url("https://api.example")->origin));
  EXPECT_FALSE(rules->applies(parse_url("http://api.example")->origin));
  EXPECT_FALSE(rules->applies(parse_url("https://a.internal.example")->origin));
  EXPECT_FALSE(rules->applies(parse_url("https://x.corp")->origin));
  EXPECT_TRUE(rules->applies(parse_url("https://notinternal.example")->origin));
  EXPECT_FALSE(parse_proxy_rules("", "")->applies(parse_url("https://a")->origin));
  EXPECT_FALSE(parse_proxy_rules("https://proxy", ""));
}

TEST(ProxyRules, ExceptHostsInWhateverCaseTheyAreWritten) {
  const auto rules = parse_proxy_rules("http://Proxy:3128", "Internal.Example,.CORP");
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->host, "proxy");
  EXPECT_FALSE(rules->applies(parse_url("https://a.INTERNAL.example")->origin));
  EXPECT_FALSE(rules->applies(parse_url("https://x.corp")->origin));
  EXPECT_FALSE(rules->applies(Origin{.tls = true, .host = "X.Corp"}));
  EXPECT_TRUE(rules->applies(parse_url("https://notinternal.example")->origin));
}

TEST(ProxyRules, AreNotBentByEmptyItems) {
  const auto rules = parse_proxy_rules("proxy:3128", " ,., ,");
  ASSERT_TRUE(rules);
  EXPECT_TRUE(rules->applies(parse_url("https://a")->origin));
  EXPECT_FALSE(parse_proxy_rules("proxy:3128", "a,*")->applies(parse_url("https://b")->origin));
}

}  // namespace
}  // namespace switchyard::net
