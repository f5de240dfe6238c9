// The recorded shapes of Google's documentation: each is understood, and a request read and written stays the same.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "wire/gemini/error.h"
#include "wire/gemini/request.h"
#include "wire/gemini/response.h"
#include "wire/gemini/stream.h"
#include "wire/gemini/view.h"

namespace switchyard::wire::gemini {
namespace {

std::vector<std::string> cases() {
  std::vector<std::string> names;
  const std::filesystem::path folder = std::string(SWITCHYARD_SOURCE_DIR) + "/tests/golden/gemini";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

class GoldenTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::ifstream file(std::string(SWITCHYARD_SOURCE_DIR) + "/tests/golden/gemini/" + GetParam() + ".json");
    text_.assign(std::istreambuf_iterator<char>(file), {});
    auto parsed = json::Document::parse(text_);
    ASSERT_TRUE(parsed) << parsed.error().message;
    document_ = *std::move(parsed);
  }
  void request(json::Value value) {
    const auto body = json::Document::parse(value.raw());
    const auto view = view_request(*body);
    EXPECT_TRUE(view) << view.error().message;
    const auto request = parse_request(*body);
    ASSERT_TRUE(request) << request.error().message;
    std::string once, twice;
    emit_request(*request, {.model = "gemini-2.5-flash"}, once);
    const auto written = json::Document::parse(once);
    ASSERT_TRUE(written) << once;
    const auto again = parse_request(*written);
    ASSERT_TRUE(again) << again.error().message;
    emit_request(*again, {.model = "gemini-2.5-flash"}, twice);
    EXPECT_EQ(once, twice);
    EXPECT_EQ(request->messages.size(), again->messages.size());
    EXPECT_EQ(request->unknown.size(), again->unknown.size());
  }
  static void response(json::Value value) {
    const auto body = json::Document::parse(value.raw());
    const auto response = parse_response(*body);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_TRUE(response->has_usage);
    EXPECT_EQ(response->usage.prompt() + response->usage.completion(),
              value["usageMetadata"]["totalTokenCount"].integer());
  }
  static void stream(const std::string& bytes) {
    sse::Decoder events(1 << 20);
    StreamDecoder decoder;
    StreamEncoder encoder({.id = "r", .model = "m"});
    ASSERT_TRUE(events.feed(bytes));
    std::vector<ChatEvent> got;
    std::string out;
    while (const auto event = events.next()) {
      got.clear();
      ASSERT_TRUE(decoder.decode(*event, got));
      EXPECT_FALSE(encoder.ended()) << "events behind the end";
      for (const ChatEvent& e : got) encoder.encode(e, out);
    }
    EXPECT_TRUE(encoder.ended());
  }

  std::string text_;
  json::Document document_;
};

TEST_P(GoldenTest, IsUnderstood) {
  const json::Value root = document_.root();
  EXPECT_TRUE(root["name"].equals(GetParam()));
  EXPECT_FALSE(root["about"].escaped().empty());
  EXPECT_EQ(root.size(), 3u);
  if (root["request"].exists()) {
    request(root["request"]);
  } else if (root["response"].exists()) {
    response(root["response"]);
  } else if (root["stream"].exists()) {
    stream(root["stream"].string());
  } else {
    const json::Value error = root["error"];
    const ProviderError found = parse_error(static_cast<int>(*error["status"].integer()), error["body"].raw());
    EXPECT_FALSE(found.type.empty());
    EXPECT_FALSE(found.code.empty());
    EXPECT_FALSE(found.message.empty());
  }
}
INSTANTIATE_TEST_SUITE_P(Files, GoldenTest, testing::ValuesIn(cases()),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace switchyard::wire::gemini
