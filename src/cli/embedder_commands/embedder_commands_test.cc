#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/json.h"
#include "cli/embedder_commands/distill.h"
#include "cli/embedder_commands/embed.h"
#include "cli/embedder_commands/static_file.h"

namespace switchyard::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Knows whether a text speaks of the kitchen, of programs, or of both.
class Teacher final : public scoring::Encoder {
 public:
  [[nodiscard]] std::size_t dimension() const override { return 3; }
  [[nodiscard]] std::string_view identity() const override { return "test:teacher"; }
  [[nodiscard]] Result<std::vector<float>> encode(std::span<const std::string_view> texts) const override {
    ++calls;
    std::vector<float> out;
    for (const std::string_view text : texts) {
      const float kitchen = text.contains("butter") || text.contains("oven") ? 1 : 0;
      const float code = text.contains("pointer") || text.contains("loop") ? 1 : 0;
      const float size = std::sqrt(kitchen + code + 0.01f);
      out.insert(out.end(), {kitchen / size, code / size, 0.1f / size});
    }
    return out;
  }
  mutable int calls = 0;
};

class EmbedderCommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root_ / "pool");
    std::ofstream rows(root_ / "pool" / "train.jsonl");
    for (int i = 0; i < 400; ++i) {
      rows << R"({"query_id":"x","query":")" << (i % 2 == 0 ? "a pointer in a loop " : "butter in the oven ") << i
           << R"(","task":"t","outcomes":{"a":{"score":1,"cost":2},"b":{"score":0,"cost":1}}})" << "\n";
    }
    options_.data = {(root_ / "pool").string()};
    options_.out = root_ / "table.npy";
    options_.kept = root_ / "kept";
    options_.teacher = "teacher";
    options_.settings.buckets = 1024;
    options_.settings.dimension = 2;
  }
  void TearDown() override { fs::remove_all(root_); }
  static std::string bytes(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path root_ = fs::temp_directory_path() / ("switchyard-embedder-" + std::to_string(getpid()));
  Teacher teacher_;
  DistillOptions options_;
  std::ostringstream out_, err_;
};

TEST_F(EmbedderCommandsTest, DistillWritesATableAndAManifestThatFitsIt) {
  const auto done = distill(teacher_, options_, out_, err_);
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_TRUE(static_info(options_.out, out_));
  EXPECT_THAT(out_.str(), HasSubstr(R"("manifest_fits":true)"));
  EXPECT_THAT(out_.str(), HasSubstr(R"("teacher":"test:teacher")"));
  EXPECT_THAT(out_.str(), HasSubstr("--seed 42"));
  const auto table = StaticFile::open(options_.out);
  ASSERT_TRUE(table);
  const std::string_view texts[] = {"the oven", "butter and salt", "loop"};
  const auto v = (*table)->encode(texts).value();
  EXPECT_GT(v[0] * v[2] + v[1] * v[3], 0.8);
  EXPECT_LT(v[0] * v[4] + v[1] * v[5], 0);
}

TEST_F(EmbedderCommandsTest, TheSecondTimeTheTeacherIsNotAskedAndTheBytesAreTheSame) {
  ASSERT_TRUE(distill(teacher_, options_, out_, err_));
  const std::string first = bytes(options_.out);
  const int calls = teacher_.calls;
  ASSERT_TRUE(distill(teacher_, options_, out_, err_));
  EXPECT_EQ(teacher_.calls, calls);
  EXPECT_EQ(bytes(options_.out), first);
}

TEST_F(EmbedderCommandsTest, DistillRefusesWhatWouldNotFit) {
  options_.settings.buckets = 1 << 22;
  EXPECT_THAT(distill(teacher_, options_, out_, err_).error().message, HasSubstr("8 MiB"));
  options_.settings.buckets = 1000;
  EXPECT_THAT(distill(teacher_, options_, out_, err_).error().message, HasSubstr("power of two"));
  options_.settings.buckets = 1024;
  options_.settings.dimension = 4;
  EXPECT_THAT(distill(teacher_, options_, out_, err_).error().message, HasSubstr("at most the teacher's"));
}

TEST_F(EmbedderCommandsTest, EvalMeasuresATable) {
  ASSERT_TRUE(distill(teacher_, options_, out_, err_));
  const auto done = eval_table(options_.data, options_.out, false, out_, err_);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_THAT(out_.str(), HasSubstr("nearest questions: RGI"));
  EXPECT_THAT(out_.str(), HasSubstr("clusters: RGI"));
}

TEST_F(EmbedderCommandsTest, EmbedAnswersLineByLine) {
  std::istringstream in("\"butter\"\n\"\\n\"\n");
  ASSERT_TRUE(embed(teacher_, in, out_));
  const std::string text = out_.str();
  const auto first = json::Document::parse(std::string_view(text).substr(0, text.find('\n')));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->root().size(), 3);
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
  std::istringstream wrong("\"butter\"\n17\n");
  EXPECT_THAT(embed(teacher_, wrong, out_).error().message, HasSubstr("line 2"));
}

TEST_F(EmbedderCommandsTest, ATableThatIsNoneIsRefused) {
  std::ofstream(root_ / "no.npy") << "no";
  EXPECT_FALSE(StaticFile::open(root_ / "no.npy"));
  EXPECT_EQ(StaticFile::open(root_ / "absent.npy").error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace switchyard::cli
