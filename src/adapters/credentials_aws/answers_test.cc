#include "adapters/credentials_aws/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/credentials_aws/xml.h"

namespace switchyard::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

// The shape of the example in AWS's API reference of AssumeRoleWithWebIdentity.
const std::string kSts = R"(<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>amzn1.account.AF6R</SubjectFromWebIdentityToken>
    <Audience>client.5498841531868486423.1548@apps.example.com</Audience>
    <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/app1</Arn><AssumedRoleId>A:app1</AssumedRoleId></AssumedRoleUser>
    <Credentials>
      <SessionToken>AQoDYXdzEE0a8ANXXXXXXXXNO1ewxE5TijQyp+IEXAMPLE==</SessionToken>
      <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey>
      <Expiration>2014-10-24T23:00:23Z</Expiration>
      <AccessKeyId>ASgeIAIOSFODNN7EXAMPLE</AccessKeyId>
    </Credentials>
    <Provider>www.amazon.com</Provider>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>ad4156e9-bce1-11e2-82e6-6b6efEXAMPLE</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>
)";

std::string describe(const Result<Credentials>& got) {
  if (!got) return got.error().detail;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(got->expires->time_since_epoch()).count();
  return got->keys.access_key_id + " " + got->keys.secret_access_key + " " + got->keys.session_token + " " +
         std::to_string(seconds);
}

TEST(StsAnswer, GivesTheCredentials) {
  const std::string want =
      "ASgeIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY "
      "AQoDYXdzEE0a8ANXXXXXXXXNO1ewxE5TijQyp+IEXAMPLE== "
      "1414191623";
  EXPECT_EQ(describe(parse_sts_answer(200, kSts)), want);
  EXPECT_EQ(describe(parse_sts_answer(200, "<?xml version=\"1.0\"?>\n" + kSts)), want);
}

TEST(StsAnswer, TellsTheNameOfAnErrorAndNothingElse) {
  const auto refused = [](std::string_view code) {
    return describe(
        parse_sts_answer(400, "<ErrorResponse xmlns='x'><Error><Type>Sender</Type><Code>" + std::string(code) +
                                  "</Code><Message>hush</Message></Error><RequestId>1</RequestId></ErrorResponse>"));
  };
  EXPECT_EQ(refused("ExpiredTokenException"), "AWS STS: status 400, error 'ExpiredTokenException'");
  EXPECT_EQ(refused("hush, hush"), "AWS STS: status 400, error 'unknown'");
  EXPECT_EQ(describe(parse_sts_answer(503, "hush")), "AWS STS: status 503, error 'unknown'");
}

TEST(StsAnswer, NeverShowsASecretOfAnAnswerThatLacksSomething) {
  for (const std::string_view gone : {"SessionToken", "SecretAccessKey", "Expiration", "AccessKeyId"}) {
    std::string text = kSts;
    for (std::size_t at = 0; (at = text.find(gone, at)) != std::string::npos;) text.replace(at, gone.size(), "Gone");
    const auto got = parse_sts_answer(200, text);
    ASSERT_FALSE(got) << gone;
    EXPECT_THAT(got.error().detail, testing::StartsWith("AWS STS: expected "));
    EXPECT_THAT(got.error().message + got.error().detail, Not(HasSubstr("EXAMPLE")));
  }
  EXPECT_EQ(describe(parse_sts_answer(200, "{}")), "AWS STS: expected XML");
  std::string split = kSts;
  split.replace(split.find("EXAMPLE=="), 3, "&#10;");
  EXPECT_FALSE(parse_sts_answer(200, split)) << "a token with a line end would end a header";
}

TEST(EndpointAnswer, GivesTheCredentialsOrTheNameOfTheError) {
  const auto parse = [](int status, std::string_view body) {
    return describe(parse_endpoint_answer(status, body, "x"));
  };
  const std::string good =
      R"("AccessKeyId":"AK","SecretAccessKey":"SK","Token":"T","Expiration":"2014-10-24T23:00:23Z"})";
  EXPECT_EQ(parse(200, R"({"Code":"Success","LastUpdated":"2014-10-24T17:00:00Z","Type":"AWS-HMAC",)" + good),
            "AK SK T 1414191623");
  EXPECT_EQ(parse(200, "{" + good), "AK SK T 1414191623");
  EXPECT_EQ(parse(200, R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"hush"})"),
            "x: status 200, error 'AssumeRoleUnauthorizedAccess'");
  EXPECT_EQ(parse(403, R"({"code":"AccessDenied","message":"hush"})"), "x: status 403, error 'AccessDenied'");
  EXPECT_EQ(parse(500, "hush"), "x: status 500, error 'unknown'");
  EXPECT_EQ(parse(200, "hush"), "x: expected a JSON object");
  EXPECT_EQ(parse(200, R"({"AccessKeyId":"AK","SecretAccessKey":"hush"})"),
            "x: expected an access key, a secret and a session token");
  EXPECT_EQ(
      parse(200, R"({"AccessKeyId":"AK","SecretAccessKey":"a\r\nb","Token":"T","Expiration":"2014-10-24T23:00:23Z"})"),
      "x: expected an access key, a secret and a session token");
  EXPECT_EQ(parse(200, R"({"AccessKeyId":"AK","SecretAccessKey":"SK","Token":"T","Expiration":"soon"})"),
            "x: expected a time of expiry");
}

TEST(Xml, GivesTheLeavesWithTheirPaths) {
  const auto leaves =
      parse_xml("<a x='1' y = \"2\"><b/> <c>&lt;1 &amp; 2&#62;&#x21;</c>\n<b>x</b><d><e></e></d></a >\n");
  ASSERT_TRUE(leaves);
  EXPECT_EQ(*leaves, (std::vector<XmlLeaf>{{"a/b", ""}, {"a/c", "<1 & 2>!"}, {"a/b", "x"}, {"a/d/e", ""}}));
}

TEST(Xml, RefusesWhatStsNeverSends) {
  std::string deep;
  for (int i = 0; i < 9; ++i) deep += "<a>";
  for (int i = 0; i < 9; ++i) deep += "</a>";
  for (const std::string& text : std::vector<std::string>{"",
                                                          " ",
                                                          "x",
                                                          "<a>",
                                                          "<a></b>",
                                                          "<a/><a/>",
                                                          "<a/>x",
                                                          "</a>",
                                                          "<a><b></a></b>",
                                                          "<a>x<b/></a>",
                                                          "<a><b/>x</a>",
                                                          "<!DOCTYPE a><a/>",
                                                          "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
                                                          "<a>&x;</a>",
                                                          "<a>&#0;</a>",
                                                          "<a>&#x1F600;</a>",
                                                          "<a>&amp</a>",
                                                          "<a><!-- c --></a>",
                                                          "<a><![CDATA[x]]></a>",
                                                          "<a><?php ?></a>",
                                                          "<?xml <a/>",
                                                          "<a b></a>",
                                                          "<a b=c/>",
                                                          "<a b='<'/>",
                                                          "<a b='1'c='2'/>",
                                                          "<1a/>",
                                                          "<n:a/>",
                                                          "<a",
                                                          "<a b='",
                                                          deep,
                                                          "<" + std::string(65, 'a') + "/>"}) {
    EXPECT_FALSE(parse_xml(text)) << text;
  }
}

}  // namespace
}  // namespace switchyard::aws
