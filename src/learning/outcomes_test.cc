#include "learning/outcomes.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cmath>
#include <fstream>

namespace switchyard::learning {
namespace {

class OutcomesTest : public testing::Test {
 protected:
  OutcomesTest()
      : folder_(std::filesystem::temp_directory_path() / ("switchyard-outcomes-" + std::to_string(getpid())) /
                "small") {
    std::filesystem::create_directories(folder_);
  }
  ~OutcomesTest() override { std::filesystem::remove_all(folder_.parent_path()); }
  std::filesystem::path put(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  std::filesystem::path folder_;
};

const std::string kRow =
    R"({"query_id":"1","query":"What is 2+2?","task":"math","outcomes":{"big":{"score":1,"cost":0.5},"small":{"score":0.25,"cost":null}}})"
    "\n";

TEST_F(OutcomesTest, ReadsRowsWithTheirPricesAndKinds) {
  put("models.json",
      R"({"big":{"in_per_m":3,"kind":"chat"},"small":{"in_per_m":null,"kind":"base"},"absent":{"in_per_m":1}})");
  Outcomes o;
  ASSERT_TRUE(read_outcomes(put("train.jsonl", kRow), o));
  EXPECT_EQ(o.columns, (std::vector<std::string>{"big", "small"}));
  ASSERT_EQ(o.rows.size(), 1u);
  EXPECT_EQ(o.rows[0].query, "What is 2+2?");
  EXPECT_EQ(o.rows[0].scores, (std::vector<std::pair<std::uint32_t, float>>{{0, 1.0f}, {1, 0.25f}}));
  EXPECT_EQ(o.rows[0].costs_usd[0], 0.5f);
  EXPECT_TRUE(std::isnan(o.rows[0].costs_usd[1]));
  EXPECT_EQ(o.facts[0].usd_per_million, 3.0);
  EXPECT_TRUE(o.facts[0].chat);
  EXPECT_EQ(o.facts[1].usd_per_million, std::nullopt);
  EXPECT_FALSE(o.facts[1].chat);
  ASSERT_EQ(o.pools.size(), 1u);
  EXPECT_EQ(o.pools[0].name, "small");
  EXPECT_EQ(o.pools[0].columns, (std::vector<std::uint32_t>{0, 1}));
}

TEST_F(OutcomesTest, ReadsGzipTheSame) {
  Outcomes plain, packed;
  ASSERT_TRUE(read_outcomes(put("train.jsonl", kRow + kRow), plain));
  const std::filesystem::path path = folder_ / "train.jsonl.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  gzputs(file, (kRow + kRow).c_str());
  gzclose(file);
  ASSERT_TRUE(read_outcomes(path, packed));
  EXPECT_EQ(packed.rows.size(), plain.rows.size());
  EXPECT_EQ(packed.rows[1].query, plain.rows[1].query);

  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 6);
  Outcomes cut;
  const auto result = read_outcomes(path, cut);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("gzip"), std::string::npos);
}

TEST_F(OutcomesTest, CountsRowsInErrorAndNamesWhatIsWrong) {
  const std::string bad[] = {"{",
                             R"({"query":1,"outcomes":{}})",
                             R"({"query":"q"})",
                             R"({"query":"q","task":"t","outcomes":{}})",
                             R"({"query":"q","task":"t","outcomes":{"m":{"score":2}}})",
                             R"({"query":"q","task":"t","outcomes":{"m":{"score":1,"cost":-1}}})"};
  std::string text;
  for (const std::string& line : bad) text += line + "\n" + kRow;
  Outcomes o;
  ASSERT_TRUE(read_outcomes(put("train.jsonl", text + "\n"), o));
  EXPECT_EQ(o.rows.size(), std::size(bad));
  EXPECT_EQ(o.errors,
            (std::map<std::string, std::size_t>{{"not valid JSON", 1},
                                                {"query: expected a string", 1},
                                                {"outcomes: expected an object", 1},
                                                {"outcomes: expected at least one", 1},
                                                {"outcomes: expected scores from 0 to 1", 1},
                                                {"outcomes: expected costs that are null or at least 0", 1}}));
  EXPECT_EQ(o.columns.size(), 2u) << "a refused row must leave nothing behind";
}

TEST_F(OutcomesTest, RefusesWhatCannotBeRead) {
  Outcomes o;
  EXPECT_FALSE(read_outcomes(folder_ / "none.jsonl", o));
  put("models.json", "[]");
  EXPECT_FALSE(read_outcomes(put("train.jsonl", kRow), o));
}

TEST(QuestionHash, SeesLettersAndDigitsOnly) {
  EXPECT_EQ(question_hash("What is 2+2?"), question_hash("what IS\n22"));
  EXPECT_NE(question_hash("What is 2+2?"), question_hash("What is 2+3?"));
  std::size_t held = 0;
  for (int i = 0; i < 5000; ++i) held += question_hash("question " + std::to_string(i)) % 5 == 0;
  EXPECT_NEAR(static_cast<double>(held), 1000.0, 120.0);  // One in five, within four standard deviations.
}

}  // namespace
}  // namespace switchyard::learning
