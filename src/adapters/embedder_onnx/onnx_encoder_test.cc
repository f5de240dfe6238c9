#include "adapters/embedder_onnx/onnx_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace switchyard::embedder_onnx {
namespace {

namespace fs = std::filesystem;

// What the encoder computes is compared with Python in tests/onnx; here is what happens when something is not there.
class OnnxEncoderTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root_);
    write(
        "tokenizer.json",
        R"({"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0}}})");
    write("model.onnx", "no model");
  }
  void TearDown() override { fs::remove_all(root_); }
  void write(const char* name, std::string_view text) const { std::ofstream(root_ / name) << text; }
  void expect_error(std::string_view says) const {
    const auto opened = OnnxEncoder::open({.assets = root_, .library = root_});
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message,
                testing::AllOf(testing::HasSubstr(says), testing::HasSubstr("ROUTER_ONNX_ASSETS_DIR"),
                               testing::HasSubstr("ROUTER_ONNX_LIBRARY_DIR")));
  }
  fs::path root_ = fs::temp_directory_path() / ("switchyard-onnx-" + std::to_string(getpid()));
};

TEST_F(OnnxEncoderTest, AMissingLibraryIsAnErrorThatNamesBothVariables) { expect_error("has no libonnxruntime.so"); }

TEST_F(OnnxEncoderTest, AMissingTokenizerIsAnErrorThatNamesBothVariables) {
  fs::remove(root_ / "tokenizer.json");
  expect_error("tokenizer.json");
}

TEST_F(OnnxEncoderTest, AMissingModelIsAnErrorThatNamesBothVariables) {
  fs::remove(root_ / "model.onnx");
  expect_error("model.onnx");
}

TEST_F(OnnxEncoderTest, AFileThatIsNoLibraryIsAnError) {
  write("libonnxruntime.so.1", "no library");
  expect_error("does not load");
}

TEST_F(OnnxEncoderTest, ADescriptionOutOfRangeIsAnError) {
  write("encoder.json", R"({"tokens_max": 1})");
  expect_error("tokens_max");
}

TEST_F(OnnxEncoderTest, AnUnknownPoolingIsAnError) {
  write("encoder.json", R"({"pooling": "max"})");
  expect_error("pooling");
}

}  // namespace
}  // namespace switchyard::embedder_onnx
