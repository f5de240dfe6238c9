// The small rules that requests and answers share: spellings, schemas, places in a text, rows of the field table.

#include <gtest/gtest.h>

#include <set>

#include "wire/gemini/call_ids.h"
#include "wire/gemini/field_rules.h"
#include "wire/gemini/keys.h"
#include "wire/gemini/schema.h"
#include "wire/gemini/signature.h"
#include "wire/gemini/text_positions.h"
#include "wire/gemini/thinking.h"

namespace switchyard::wire::gemini {
namespace {

TEST(GeminiKeysTest, BothSpellingsAndNoOthersAreTheSameKey) {
  for (const char* same : {"maxOutputTokens", "max_output_tokens"}) EXPECT_TRUE(same_key(same, "maxOutputTokens"));
  for (const char* other :
       {"maxoutputtokens", "max_output_token", "max_output_tokens_", "MaxOutputTokens", "max__output_tokens", ""}) {
    EXPECT_FALSE(same_key(other, "maxOutputTokens")) << other;
  }
}

struct SchemaCase {
  std::string name, in, want;
};
class SchemaTest : public testing::TestWithParam<SchemaCase> {};
TEST_P(SchemaTest, BecomesJsonSchema) {
  std::string out;
  write_json_schema(json::Document::parse(GetParam().in)->root(), out);
  EXPECT_EQ(out, GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Schemas, SchemaTest,
    testing::Values(
        SchemaCase{"Types", R"({"type":"OBJECT","properties":{"a":{"type":"STRING"}}})",
                   R"({"type":"object","properties":{"a":{"type":"string"}}})"},
        SchemaCase{"LowerAlready", R"({"type":["string","null"]})", R"({"type":["string","null"]})"},
        SchemaCase{"Nullable", R"({"nullable":true,"type":"INTEGER"})", R"({"type":["integer","null"]})"},
        SchemaCase{"NotNullable", R"({"type":"INTEGER","nullable":false})", R"({"type":"integer"})"},
        SchemaCase{"NoType", R"({"type":"TYPE_UNSPECIFIED","description":"d"})", R"({"description":"d"})"},
        SchemaCase{"Counts", R"({"max_items":"3","minLength":"1","maximum":2.50,"title":"7"})",
                   R"({"maxItems":3,"minLength":1,"maximum":2.50,"title":"7"})"},
        SchemaCase{
            "Nested",
            R"({"any_of":[{"type":"ARRAY","items":{"type":"NUMBER"}}],"additionalProperties":{"type":"BOOLEAN"}})",
            R"({"anyOf":[{"type":"array","items":{"type":"number"}}],"additionalProperties":{"type":"boolean"}})"},
        SchemaCase{"Ordering", R"({"properties":{"a":{},"b":{},"c":{}},"property_ordering":["c","a","gone"]})",
                   R"({"properties":{"c":{},"a":{},"b":{}}})"},
        SchemaCase{"EnumValuesKeepTheirCase", R"({"type":"STRING","enum":["STRING"],"default":{"type":"OBJECT"}})",
                   R"({"type":"string","enum":["STRING"],"default":{"type":"OBJECT"}})"}),
    [](const auto& tested) { return tested.param.name; });

TEST(GeminiCallIdsTest, AResultBelongsToTheOldestUnansweredCallOfItsName) {
  CallIds ids;
  TextStorage storage;
  const JsonText first = ids.call({}, {"f"}, storage), second = ids.call({}, {"f"}, storage);
  const JsonText third = ids.call({"own"}, {"f"}, storage);
  EXPECT_NE(first.escaped, second.escaped);
  EXPECT_EQ(ids.result(second, {"f"})->escaped, second.escaped);
  EXPECT_EQ(ids.result({}, {"f"})->escaped, first.escaped);
  EXPECT_EQ(ids.result({}, {"f"})->escaped, third.escaped);
  EXPECT_FALSE(ids.result({}, {"f"}));
  EXPECT_FALSE(ids.result({}, {"g"}));
  EXPECT_FALSE(ids.result({"unheard of"}, {"f"}));
}

TEST(GeminiSignatureTest, Base64IsPadded) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
}

TEST(GeminiSignatureTest, AForgedStateCannotWriteIntoTheNextRequest) {
  TextStorage storage;
  for (const std::string forged : {"sy1.anthropic.\",\"x\":\"", "sy1.anthropic.a\\"}) {
    ThinkingPart thought;
    const std::string shown = base64(forged);
    read_signature({shown}, thought, storage);
    EXPECT_EQ(thought.issuer, Dialect::kAnthropic);
    EXPECT_TRUE(json::Document::parse("\"" + std::string(thought.signature.escaped) + "\""))
        << thought.signature.escaped;
  }
  ThinkingPart binary;
  const std::string shown = base64(std::string("sy1.anthropic.\xff\x00", 16));
  read_signature({shown}, binary, storage);
  EXPECT_EQ(binary.issuer, Dialect::kGemini) << "not a state of ours: Gemini may judge it";
  ThinkingPart nobodys;
  const std::string unknown = base64("sy1.nobody.x");
  read_signature({unknown}, nobodys, storage);
  EXPECT_TRUE(nobodys.signature.empty());
}

TEST(GeminiTextPositionsTest, BytesAndCharactersMapBothWays) {
  TextPositions text;
  for (int i = 0; i < 500; ++i) text.append("a\\u00e9\xe4\xb8\xad");  // 3 characters, 6 bytes.
  EXPECT_EQ(text.bytes(), 3000u);
  for (const std::int64_t i : {0, 1, 255, 256, 257, 499}) {
    EXPECT_EQ(text.char_at(i * 6 + 1), i * 3 + 1);
    EXPECT_EQ(text.byte_at(i * 3 + 2), i * 6 + 3);
    EXPECT_EQ(text.between(i * 6 + 1, i * 6 + 3), "\xc3\xa9");
  }
  EXPECT_EQ(text.char_at(3000), 1500);
  EXPECT_EQ(text.byte_at(1500), 3000);
  EXPECT_EQ(text.char_at(3001), -1);
  EXPECT_EQ(text.byte_at(1501), -1);
  EXPECT_EQ(text.char_at(-1), -1);
  EXPECT_EQ(text.between(5, 3001), "");
}

TEST(GeminiTextPositionsTest, ATextWithoutEndIsNotKept) {
  TextPositions text;
  const std::string piece(1u << 20, 'a');
  for (int i = 0; i < 6; ++i) text.append(piece);
  EXPECT_LE(text.bytes(), TextPositions::kTextBytesMax);
  EXPECT_EQ(text.char_at(0), -1);
}

TEST(GeminiThinkingTest, TheGenerationStandsInTheName) {
  EXPECT_EQ(generation_of("gemini-3-pro-preview"), 3);
  EXPECT_EQ(generation_of("models/gemini-2.5-flash"), 2);
  EXPECT_EQ(generation_of("gemini-flash-latest"), 0);
  EXPECT_EQ(generation_of("gemini-"), 0);
  EXPECT_EQ(generation_of("m"), 0);
}

TEST(GeminiFieldRulesTest, EachFieldStandsOnceInItsOrder) {
  EXPECT_EQ(rules().target, Dialect::kGemini);
  ASSERT_EQ(rules().rows.size(), kFieldCount);
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    EXPECT_EQ(static_cast<std::size_t>(rules().rows[i].field), i);
    if (rules().rows[i].carriage == Carriage::kRefused) EXPECT_FALSE(rules().rows[i].note.empty());
  }
}

}  // namespace
}  // namespace switchyard::wire::gemini
