#include "wire/sigv4/signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/sigv4/verifier.h"

namespace switchyard::sigv4 {
namespace {

using namespace std::chrono_literals;

// The example keys and time of AWS's published test suite.
const Keys kKeys{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
constexpr std::string_view kToken = "IQoJb3JpZ2luX2VjEXAMPLE//token==";
const WallTime kNow = std::chrono::sys_days(std::chrono::year(2015) / 8 / 30) + 12h + 36min;

struct Case {
  std::string name;
  std::string_view service, method, path, query;
  std::vector<Field> headers;
  std::string_view body, token, signed_headers, signature;
};
class SignatureTest : public testing::TestWithParam<Case> {};

Keys keys_of(const Case& c) { return {kKeys.access_key_id, kKeys.secret_access_key, std::string(c.token)}; }

std::string hash_of(std::string_view body) { return payload_sha256({&body, 1}); }

/// Header lines as they were sent, as fields.
std::vector<Field> fields_of(std::string_view lines) {
  std::vector<Field> fields;
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    fields.push_back({line.substr(0, line.find(": ")), line.substr(line.find(": ") + 2)});
    lines.remove_prefix(end + 2);
  }
  return fields;
}

/// A signed request as it arrives, with room for a test to spoil it.
struct Signed {
  explicit Signed(const Case& c, WallTime at = kNow)
      : hash(hash_of(c.body)), request{c.method, c.path, c.query, c.headers, hash} {
    lines = Signer("us-east-1", std::string(c.service)).sign(request, keys_of(c), at);
    headers = c.headers;
    headers.insert(headers.end(), {{"User-Agent", "x"}, {"Accept", "*/*"}});
    for (const Field& field : fields_of(lines)) headers.push_back(field);
    request.headers = headers;
  }
  std::string hash, lines;
  std::vector<Field> headers;
  Request request;
};

std::string verdict(const Case& c, const Request& request, WallTime now = kNow, std::string_view region = "us-east-1") {
  const Keys keys = keys_of(c);
  const auto answer = verify(
      request, {region, c.service}, [&](std::string_view id) { return id == keys.access_key_id ? &keys : nullptr; },
      now);
  return answer ? *answer : answer.error().message;
}

TEST_P(SignatureTest, IsTheOneThatBotocoreComputes) {
  const Case& c = GetParam();
  const Signed sent(c);
  std::string want = "X-Amz-Date: 20150830T123600Z\r\n";
  if (!c.token.empty()) want.append("X-Amz-Security-Token: ").append(c.token).append("\r\n");
  want.append("Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/").append(c.service);
  want.append("/aws4_request, SignedHeaders=").append(c.signed_headers);
  want.append(", Signature=").append(c.signature).append("\r\n");
  EXPECT_EQ(sent.lines, want);
}

TEST_P(SignatureTest, IsAcceptedWithinFiveMinutesAndRefusedBeyond) {
  const Case& c = GetParam();
  const Signed sent(c);
  for (const auto skew : {-5min, 0min, 5min}) EXPECT_EQ(verdict(c, sent.request, kNow + skew), "AKIDEXAMPLE");
  EXPECT_EQ(verdict(c, sent.request, kNow + 5min + 1s), "InvalidSignatureException: Signature expired");
  EXPECT_EQ(verdict(c, sent.request, kNow - 5min - 1s), "InvalidSignatureException: Signature not yet current");
}

TEST_P(SignatureTest, IsRefusedIfAnySignedPartOfTheRequestChanges) {
  const Case& c = GetParam();
  const std::string wrong =
      "SignatureDoesNotMatch: The request signature we calculated does not match the one provided";
  const Signed sent(c);
  Request changed = sent.request;
  changed.method = "PUT";
  EXPECT_EQ(verdict(c, changed), wrong);
  changed = sent.request;
  changed.path = "/other";
  EXPECT_EQ(verdict(c, changed), wrong);
  changed = sent.request;
  changed.query = "other=1";
  EXPECT_EQ(verdict(c, changed), wrong);
  changed = sent.request;
  const std::string hash = hash_of("other");
  changed.payload_sha256 = hash;
  EXPECT_EQ(verdict(c, changed), wrong);
  for (std::size_t i = 0; i < c.headers.size(); ++i) {
    Signed spoilt(c);
    spoilt.headers[i].value = "other";
    EXPECT_EQ(verdict(c, spoilt.request), wrong) << c.headers[i].name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    // The signatures were computed by tools/vectors/sigv4.py; those of GetVanilla, QueryOrder and IamListUsers are also
    // the published ones.
    Requests, SignatureTest,
    testing::Values(
        Case{"GetVanilla",
             "service",
             "GET",
             "/",
             "",
             {{"host", "example.amazonaws.com"}},
             "",
             "",
             "host;x-amz-date",
             "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        Case{"QueryOrder",
             "service",
             "GET",
             "/",
             "Param2=value2&Param1=value1",
             {{"host", "example.amazonaws.com"}},
             "",
             "",
             "host;x-amz-date",
             "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
        Case{"QueryOfSameNames",
             "service",
             "GET",
             "/",
             "p=b&p=a&q=%20x&o",
             {{"host", "example.amazonaws.com"}},
             "",
             "",
             "host;x-amz-date",
             "8dadd23467badfd21dbbda0f40c16a1099f3ad5b9382185f62dac6d1bbf0a5d6"},
        Case{"HeaderBlanks",
             "service",
             "GET",
             "/",
             "",
             {{"host", "example.amazonaws.com"}, {"My-Header2", "  a   b  c "}, {"My-Header1", "value1"}},
             "",
             "",
             "host;my-header1;my-header2;x-amz-date",
             "8d7dcec83ce2237d764c4559fb5342b73697276a70e5103b6293f4b60ae8dc29"},
        Case{"DotSegments",
             "service",
             "GET",
             "/a/./b//../c/",
             "",
             {{"host", "example.amazonaws.com"}},
             "",
             "",
             "host;x-amz-date",
             "03815191a982245f233767bed9d5022ca4cf6dc96e4c7598525bfdbc1932b50c"},
        Case{"NoPath",
             "service",
             "POST",
             "",
             "",
             {{"host", "example.amazonaws.com"}},
             "x=y",
             "",
             "host;x-amz-date",
             "14209fedaf4eb431b1dca7466bcfc66e641a99f950d3909a6ec8cf3228e07e7e"},
        Case{"IamListUsers",
             "iam",
             "GET",
             "/",
             "Action=ListUsers&Version=2010-05-08",
             {{"host", "iam.amazonaws.com"}, {"content-type", "application/x-www-form-urlencoded; charset=utf-8"}},
             "",
             "",
             "content-type;host;x-amz-date",
             "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
        Case{"ModelWithColon",
             "bedrock",
             "POST",
             "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse-stream",
             "",
             {{"host", "bedrock-runtime.us-east-1.amazonaws.com"}, {"content-type", "application/json"}},
             "{\"messages\":[]}",
             "",
             "content-type;host;x-amz-date",
             "e0c77e13930a0059b13afccbf469915fc7749be19285f597580531731424ee6e"},
        Case{"ModelWithBareColon",
             "bedrock",
             "POST",
             "/model/anthropic.claude-3-5-sonnet-20241022-v2:0/invoke",
             "",
             {{"host", "bedrock-runtime.us-east-1.amazonaws.com"}, {"content-type", "application/json"}},
             "{\"messages\":[]}",
             "",
             "content-type;host;x-amz-date",
             "2bdf3aef2c6906ec34bb4812a82f3d6e438c7fd3011775e393853afaaa9f21eb"},
        Case{"ModelArn",
             "bedrock",
             "POST",
             "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2c3/converse",
             "",
             {{"host", "bedrock-runtime.us-east-1.amazonaws.com"}, {"content-type", "application/json"}},
             "{\"messages\":[]}",
             "",
             "content-type;host;x-amz-date",
             "f40eff802a3bfb060c0492fe3c28cf475367b7915645020180f237d80b70565a"},
        Case{"SessionToken",
             "bedrock",
             "POST",
             "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2c3/converse",
             "",
             {{"host", "bedrock-runtime.us-east-1.amazonaws.com"}, {"content-type", "application/json"}},
             "{\"messages\":[]}",
             kToken,
             "content-type;host;x-amz-date;x-amz-security-token",
             "d8181f0b06cd28ba37bc2a843eeb91fb1238d036d4cb26c5b4a325e5f80a7d3c"}),
    [](const auto& tested) { return tested.param.name; });

const Case kBedrock{"", "bedrock", "POST", "/model/a%3A0/converse", "", {{"host", "h"}}, "{}", "", "", ""};

TEST(Verifier, RefusesUnsignedHostsAndAmzHeaders) {
  Case hostless = kBedrock;
  hostless.headers = {{"content-type", "application/json"}};
  EXPECT_EQ(verdict(hostless, Signed(hostless).request), "SignatureDoesNotMatch: expected among SignedHeaders: host");
  Signed sent(kBedrock);
  sent.headers.push_back({"X-Amz-Target", "y"});
  sent.request.headers = sent.headers;
  EXPECT_EQ(verdict(kBedrock, sent.request), "SignatureDoesNotMatch: expected among SignedHeaders: x-amz-target");
}

TEST(Verifier, RefusesOtherScopesKeysAndTokens) {
  const Signed sent(kBedrock);
  EXPECT_THAT(verdict(kBedrock, sent.request, kNow, "eu-west-1"),
              testing::StartsWith("InvalidSignatureException: Credential"));
  EXPECT_EQ(verdict(kBedrock, sent.request, kNow, ""), "AKIDEXAMPLE") << "any region";
  Case other = kBedrock;
  other.service = "sts";
  EXPECT_THAT(verdict(other, sent.request), testing::StartsWith("InvalidSignatureException: Credential"));
  other = kBedrock;
  other.token = kToken;
  EXPECT_THAT(verdict(other, sent.request), testing::StartsWith("UnrecognizedClientException")) << "token missing";
  const auto nobody = verify(sent.request, {"", "bedrock"}, [](std::string_view) { return nullptr; }, kNow);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().kind, ErrorKind::kPermissionDenied);
}

TEST(Verifier, NamesWhatAMalformedAuthorizationLacks) {
  const auto with = [](std::string_view authorization) {
    Signed sent(kBedrock);
    sent.headers.back().value = authorization;
    return verdict(kBedrock, sent.request);
  };
  const std::string good = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/bedrock/aws4_request";
  EXPECT_EQ(with("Bearer x"), "IncompleteSignature: expected AWS4-HMAC-SHA256");
  EXPECT_EQ(with("AWS4-HMAC-SHA256 Credential=a/b"),
            "IncompleteSignature: expected Credential=KEY/DATE/REGION/SERVICE/aws4_request");
  EXPECT_EQ(with(good), "IncompleteSignature: expected SignedHeaders");
  EXPECT_EQ(with(good + ", SignedHeaders=host"), "IncompleteSignature: expected Signature");
  EXPECT_EQ(with(good + ", SignedHeaders=x-amz-date;host, Signature=0"),
            "SignatureDoesNotMatch: expected SignedHeaders sorted, each once");
  EXPECT_EQ(with(good + ", SignedHeaders=host;nope;x-amz-date, Signature=0"),
            "SignatureDoesNotMatch: a signed header is missing: nope");
  EXPECT_EQ(with(good + ",SignedHeaders=host;x-amz-date,Signature=0"),
            "SignatureDoesNotMatch: The request signature we calculated does not match the one provided");
}

TEST(Signer, SignsWithTheNewKeyWhenTheDayOrTheSecretChanges) {
  Signer kept("us-east-1", "bedrock");
  const Signed base(kBedrock);
  const Request request{"POST", kBedrock.path, "", kBedrock.headers, base.hash};
  Keys keys = kKeys;
  for (const auto later : {0h, 1h, 24h}) {
    for (const char* secret : {"first", "second"}) {
      keys.secret_access_key = secret;
      EXPECT_EQ(kept.sign(request, keys, kNow + later),
                Signer("us-east-1", "bedrock").sign(request, keys, kNow + later));
    }
  }
}

}  // namespace
}  // namespace switchyard::sigv4
