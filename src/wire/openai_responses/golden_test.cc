// Every golden case is understood whole: requests and answers are written the same the second time, streams end once,
// errors have words.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "wire/openai_responses/error.h"
#include "wire/openai_responses/request.h"
#include "wire/openai_responses/response.h"
#include "wire/openai_responses/stream.h"
#include "wire/openai_responses/tap.h"
#include "wire/openai_responses/view.h"

namespace switchyard::wire::openai_responses {
namespace {

const std::filesystem::path kFolder = SWITCHYARD_SOURCE_DIR "/tests/golden/openai_responses";

std::vector<std::string> names() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) found.push_back(entry.path().stem().string());
  std::ranges::sort(found);
  return found;
}

/// The request written for its own dialect.
std::string written(std::string_view body) {
  const auto document = json::Document::parse(body);
  if (!document) return "error: " + document.error().message;
  const auto view = view_request(*document);
  if (!view) return "error: " + view.error().message;
  const auto request = parse_request(*document);
  if (!request) return "error: " + request.error().message;
  std::string out;
  emit_request(*request, {.model = "m"}, out);
  return out;
}

void check_request(std::string_view body) {
  const std::string once = written(body);
  EXPECT_FALSE(once.starts_with("error")) << once;
  EXPECT_EQ(written(once), once);
}

void check_response(json::Value body) {
  const auto document = json::Document::parse(body.raw());
  const auto response = parse_response(*document);
  if (body["status"].equals("failed")) {
    EXPECT_FALSE(response);
    return;
  }
  ASSERT_TRUE(response) << response.error().message;
  Usage usage;
  EXPECT_TRUE(tap_body(body.raw(), usage));
  EXPECT_EQ(usage, response->usage);
  std::string out;
  emit_response(*response, {.id = "1", .model = "m", .request = document->root()}, out);
  const auto again = json::Document::parse(out);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->root()["id"].raw(), body["id"].raw());
  EXPECT_EQ(again->root()["status"].raw(), body["status"].raw());
  EXPECT_EQ(again->root()["output"].size(), body["output"].size());
}

void check_stream(const std::string& stream) {
  sse::Decoder events(1 << 20);
  ASSERT_TRUE(events.feed(stream));
  StreamDecoder decoder;
  StreamEncoder encoder({.id = "1", .model = "m"});
  StreamTap tap;
  tap.feed(stream);
  std::string out;
  std::size_t text_bytes = 0;
  while (const auto event = events.next()) {
    std::vector<ChatEvent> decoded;
    const auto result = decoder.decode(*event, decoded);
    ASSERT_TRUE(result) << result.error().message;
    for (const ChatEvent& chat_event : decoded) {
      if (const auto* text = std::get_if<TextDelta>(&chat_event)) text_bytes += text->text.escaped.size();
      encoder.encode(chat_event, out);
    }
  }
  EXPECT_TRUE(encoder.ended());
  EXPECT_TRUE(tap.ended() || tap.failed());
  EXPECT_EQ(tap.failed(), out.find("event: response.failed") != std::string::npos);
  if (text_bytes > 0) EXPECT_TRUE(tap.had_output());
}

class GoldenTest : public testing::TestWithParam<std::string> {};
TEST_P(GoldenTest, IsUnderstoodWhole) {
  std::ifstream file(kFolder / (GetParam() + ".json"));
  std::stringstream text;
  text << file.rdbuf();
  const std::string bytes = text.str();
  const auto document = json::Document::parse(bytes);
  ASSERT_TRUE(document);
  const json::Value root = document->root();
  EXPECT_TRUE(root["about"].is_string());
  if (root["request"].exists()) return check_request(root["request"].raw());
  if (root["response"].exists()) return check_response(root["response"]);
  if (root["stream"].exists()) return check_stream(root["stream"].string());
  const ProviderError error =
      parse_error(static_cast<int>(root["error"]["status"].integer().value_or(0)), root["error"]["body"].raw());
  EXPECT_GE(error.status, 400);
  EXPECT_FALSE(error.message.empty());
  EXPECT_FALSE(error.type.empty());
}
INSTANTIATE_TEST_SUITE_P(Cases, GoldenTest, testing::ValuesIn(names()),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace switchyard::wire::openai_responses
