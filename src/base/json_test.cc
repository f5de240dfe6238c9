#include "base/json.h"

#include <gtest/gtest.h>

#include "base/json_writer.h"

namespace switchyard::json {
namespace {

TEST(Json, KeepsDigitsEscapesAndOrder) {
  const std::string text = R"( {"b":1.50e+3,"a":"x\u00e9\n","list":[1,[],{}],"n":null,"t":true} )";
  const auto document = Document::parse(text);
  ASSERT_TRUE(document) << document.error().message;
  const Value root = document->root();
  EXPECT_EQ(root["b"].raw(), "1.50e+3");
  EXPECT_EQ(root["b"].number(), 1500.0);
  EXPECT_EQ(root["a"].escaped(), R"(x\u00e9\n)");
  EXPECT_EQ(root["a"].string(), "x\xc3\xa9\n");
  EXPECT_EQ(root["list"].raw(), "[1,[],{}]");
  EXPECT_EQ(root["list"].size(), 3u);
  EXPECT_EQ(root["t"].boolean(), true);
  EXPECT_TRUE(root["n"].is_null());
  EXPECT_FALSE(root["missing"]["deeper"].exists());
  std::string keys;
  for (const Member m : root.members()) keys += m.key.escaped();
  EXPECT_EQ(keys, "balistnt");
  EXPECT_EQ(text.substr(root["b"].offset(), 7), "1.50e+3");
}

TEST(Json, TakesTheLastOfTwoEqualKeysAndDecodesThem) {
  const auto document = Document::parse(R"({"a":1,"\u0061":2})");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root()["a"].integer(), 2);
}

TEST(Json, ReadsIntegersWithAZeroFraction) {
  const auto document = Document::parse("[7.0,7.5,9223372036854775807,9223372036854775808,-3]");
  ASSERT_TRUE(document);
  std::vector<std::optional<std::int64_t>> got;
  for (const Value v : document->root().elements()) got.push_back(v.integer());
  EXPECT_EQ(got, (std::vector<std::optional<std::int64_t>>{7, std::nullopt, INT64_MAX, std::nullopt, -3}));
}

struct Bad {
  std::string name, text, message;
};
class BadJson : public testing::TestWithParam<Bad> {};

TEST_P(BadJson, IsRefusedWithPlaceAndExpectation) {
  const auto document = Document::parse(GetParam().text);
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().message, GetParam().message);
  EXPECT_EQ(document.error().kind, ErrorKind::kInvalidRequest);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadJson,
    testing::Values(Bad{"Empty", "", "JSON, byte 0: expected a value"},
                    Bad{"TrailingComma", "[1,]", "JSON, byte 3: expected a value"},
                    Bad{"TrailingCommaInObject", R"({"a":1,})", "JSON, byte 7: expected a string as the key"},
                    Bad{"TwoValues", "1 2", "JSON, byte 2: expected the end of the text"},
                    Bad{"LeadingZero", "01", "JSON, byte 0: expected no leading zero"},
                    Bad{"BareWord", "nul", "JSON, byte 0: expected a value"},
                    Bad{"Unclosed", R"({"a":[1)", "JSON, byte 7: expected ',' or ']'"},
                    Bad{"ControlCharacter", "\"a\nb\"", "JSON, byte 2: expected no control character in a string"},
                    Bad{"HalfEscape", R"("\u12")", "JSON, byte 1: expected four hexadecimal digits"},
                    Bad{"MissingComma", "[1 2]", "JSON, byte 3: expected ',' or ']'"},
                    Bad{"LeadingComma", "[,1]", "JSON, byte 1: expected a value"},
                    Bad{"NotUtf8", "\"\xff\"", "JSON: expected UTF-8"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Json, RefusesTextsNestedTooDeep) {
  EXPECT_TRUE(Document::parse(std::string(200, '[') + std::string(200, ']')));
  const auto deep = Document::parse(std::string(201, '[') + std::string(201, ']'));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().message, "JSON, byte 200: nested deeper than 200 levels");
}

TEST(Json, UnescapesSurrogatePairsAndReplacesLoneOnes) {
  EXPECT_EQ(unescape(R"(\ud83d\ude00)"), "\xf0\x9f\x98\x80");
  EXPECT_EQ(unescape(R"(\ud83dx)"), "\xef\xbf\xbdx");
  EXPECT_EQ(unescape(R"(\ude00\"\/\\)"), "\xef\xbf\xbd\"/\\");
}

TEST(Json, EscapesOnlyWhatItMust) {
  EXPECT_EQ(quoted("a\"b\\c\n\x01 \xc3\xa9/ and a longer run than sixteen bytes\t"),
            "\"a\\\"b\\\\c\\n\\u0001 \xc3\xa9/ and a longer run than sixteen bytes\\t\"");
}

TEST(JsonWriter, PlacesCommas) {
  std::string out;
  Writer w(out);
  w.begin_object().field("a", 1).field("b", "x\"").key("c").begin_array().number(0.5).null().boolean(true).end_array();
  w.key("d").begin_object().end_object().field_raw("e", "[ 1 ]").end_object();
  EXPECT_EQ(out, R"({"a":1,"b":"x\"","c":[0.5,null,true],"d":{},"e":[ 1 ]})");
}

struct Number {
  std::string text;
  std::optional<std::int64_t> value;
};
class IntegerTest : public testing::TestWithParam<Number> {};
TEST_P(IntegerTest, IsReadWhole) {
  const auto document = Document::parse(GetParam().text);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().integer(), GetParam().value) << GetParam().text;
}
INSTANTIATE_TEST_SUITE_P(
    Numbers, IntegerTest,
    testing::Values(Number{"0", 0}, Number{"-0", 0}, Number{"7.0", 7}, Number{"7.5", std::nullopt},
                    Number{"123456789012345678", 123456789012345678},
                    Number{"1234567890123456789", 1234567890123456789}, Number{"9223372036854775807", INT64_MAX},
                    Number{"9223372036854775808", std::nullopt}, Number{"-9223372036854775808", INT64_MIN},
                    Number{"99999999999999999999999999", std::nullopt}, Number{"1e3", std::nullopt}));

TEST(Json, FindsMembersByTheirDecodedKeyTheLastOfThem) {
  const std::string text = R"({"ab":1,"a\u0062":2,"a":3,"abc":4,"":5})";
  const auto document = Document::parse(text);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root()["ab"].integer(), 2);
  EXPECT_EQ(document->root()["a"].integer(), 3);
  EXPECT_EQ(document->root()[""].integer(), 5);
  EXPECT_FALSE(document->root()["b"].exists());
}

}  // namespace
}  // namespace switchyard::json
