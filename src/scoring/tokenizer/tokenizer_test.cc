#include "scoring/tokenizer/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace switchyard::scoring::tokenizer {
namespace {

using Ids = std::vector<std::uint32_t>;

std::string word_piece(std::string_view more = "", std::string_view normalizer = R"({"type":"BertNormalizer"})") {
  return std::string(R"({"added_tokens":[{"id":102,"content":"[SEP]","special":true}],"normalizer":)")
      .append(normalizer)
      .append(R"(,"pre_tokenizer":{"type":"BertPreTokenizer"},)")
      .append(R"("post_processor":{"type":"BertProcessing","sep":["[SEP]",102],"cls":["[CLS]",101]},)")
      .append(more)
      .append(R"("model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",)")
      .append(R"("max_input_chars_per_word":8,"vocab":{"[UNK]":100,"[CLS]":101,"[SEP]":102,"un":1,"##want":2,)")
      .append(R"("##ed":3,"run":4,",":5,"cafe":6,"\u4e2d":7,"##ning":8,"caf\u00e9":9}}})");
}

std::string byte_pair(std::string_view more = "", std::string_view pre = R"({"type":"ByteLevel"})") {
  return std::string(R"({"added_tokens":[{"id":50,"content":"<mask>","lstrip":true}],"pre_tokenizer":)")
      .append(pre)
      .append(R"(,"model":{"type":"BPE",)")
      .append(more)
      .append(R"("vocab":{"<mask>":50,"a":1,"b":2,"\u0120":3,"ab":4,"\u0120a":5,"aba":6,"?":7},)")
      .append(R"("merges":["\u0120 a","a b",["ab","a"]]}})");
}

Ids encode(const std::string& json, std::string_view text) {
  const auto tokenizer = read_tokenizer(json);
  EXPECT_TRUE(tokenizer) << tokenizer.error().message;
  return tokenizer ? tokenizer->encode(text) : Ids{};
}

struct Case {
  std::string name, json;
  std::string_view text;
  Ids want;
};
class EncodeTest : public testing::TestWithParam<Case> {};

// Agreement with the package itself is tested in tests/tokenizers; these cases say what was meant.
TEST_P(EncodeTest, GivesTheTokensOfTheFile) { EXPECT_EQ(encode(GetParam().json, GetParam().text), GetParam().want); }
INSTANTIATE_TEST_SUITE_P(
    WordPiece, EncodeTest,
    testing::Values(Case{"LongestPieceFirst", word_piece(), "unwanted, running", {101, 1, 2, 3, 5, 4, 8, 102}},
                    Case{"AWordWithAnUnknownPieceIsUnknown", word_piece(), "run unrun", {101, 4, 100, 102}},
                    Case{"NoText", word_piece(), "", {101, 102}},
                    Case{"AccentsAndCase", word_piece(), "CAF\u00c9", {101, 6, 102}},
                    Case{"AccentsKept",
                         word_piece("", R"({"type":"BertNormalizer","strip_accents":false})"),
                         "CAF\u00c9",
                         {101, 9, 102}},
                    Case{"Ideograph", word_piece(), "run\u4e2drun", {101, 4, 7, 4, 102}},
                    Case{"ControlsVanish", word_piece(), "r\x01u\u200bn", {101, 4, 102}},
                    Case{"OverlongWord", word_piece(), "unununununun run", {101, 100, 4, 102}},
                    Case{"SpecialTokenInTheText", word_piece(), "run[SEP]run", {101, 4, 102, 4, 102}},
                    Case{"CutAtTheEnd", word_piece(R"("truncation":{"max_length":4},)"), "un, run", {101, 1, 5, 102}},
                    Case{"CutAtTheBeginning",
                         word_piece(R"("truncation":{"max_length":4,"direction":"Left"},)"),
                         "un, run",
                         {101, 5, 4, 102}},
                    Case{"NoRoomForAnything", word_piece(R"("truncation":{"max_length":1},)"), "un", {101, 102}}),
    [](const auto& tested) { return tested.param.name; });
INSTANTIATE_TEST_SUITE_P(
    BytePair, EncodeTest,
    testing::Values(Case{"EarlierMergesFirst", byte_pair(), "aba", {5, 2, 1}},
                    Case{"NoPrefix", byte_pair("", R"({"type":"ByteLevel","add_prefix_space":false})"), "aba", {6}},
                    Case{"UnknownBytesVanish", byte_pair(), "aXb", {5, 2}},
                    Case{"UnknownBytesFused", byte_pair(R"("unk_token":"?","fuse_unk":true,)"), "aXXb", {5, 7, 2}},
                    Case{"UnknownBytesSingly", byte_pair(R"("unk_token":"?",)"), "aXXb", {5, 7, 7, 2}},
                    Case{"WholeWordsFirst",
                         byte_pair(R"("ignore_merges":true,)", R"({"type":"ByteLevel","add_prefix_space":false})"),
                         "aba",
                         {6}},
                    Case{"AddedTokenTakesTheSpaceBefore", byte_pair(), "a  <mask>b", {5, 50, 3, 2}}),
    [](const auto& tested) { return tested.param.name; });

struct Refused {
  std::string name, json;
  std::string_view says;
};
class ReadTokenizerTest : public testing::TestWithParam<Refused> {};

TEST_P(ReadTokenizerTest, NamesWhatIsNotSupported) {
  const auto read = read_tokenizer(GetParam().json);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::kInvalidRequest);
  EXPECT_THAT(read.error().message, testing::HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Files, ReadTokenizerTest,
    testing::Values(
        Refused{"NoJson", "{", "expected"}, Refused{"NoModel", "{}", "model"},
        Refused{"OtherNormalizer", word_piece("", R"({"type":"NFKC"})"), "normalizer"},
        Refused{"OtherModel", R"({"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"Unigram","vocab":{}}})",
                "model.type"},
        Refused{"MixedUp", R"({"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"type":"BPE","vocab":{}}})",
                "pre_tokenizer"},
        Refused{"NegativeNumber", R"({"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"BPE","vocab":{"a":-1}}})",
                "token numbers"},
        Refused{"MergeOfUnknownTokens",
                R"({"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"BPE","vocab":{"a":1},)"
                R"("merges":["a a"]}})",
                "model.merges"},
        Refused{"RandomMerges", byte_pair(R"("dropout":0.1,)"), "model.dropout"},
        Refused{"OtherPostProcessor",
                R"({"pre_tokenizer":{"type":"ByteLevel"},"post_processor":{"type":"New"},)"
                R"("model":{"type":"BPE","vocab":{},"merges":[]}})",
                "post_processor"}),
    [](const auto& tested) { return tested.param.name; });

TEST(TokenizerTest, ALimitGivesTheFirstTokens) {
  const auto tokenizer = read_tokenizer(word_piece());
  ASSERT_TRUE(tokenizer);
  Ids out = {7};
  tokenizer->append_tokens("unwanted run", 2, out);
  EXPECT_EQ(out, (Ids{7, 1, 2}));
}

}  // namespace
}  // namespace switchyard::scoring::tokenizer
