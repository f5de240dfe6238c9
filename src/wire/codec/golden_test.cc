// tests/golden/<dialect>/<case>.json through every other dialect: what is written, or why it is refused, stands in
// tests/golden_expected/<dialect>/<case>.txt. `make golden-update` rewrites those; read the diff.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "wire/codec/codec.h"
#include "wire/codec/dialect_page.h"

namespace switchyard::wire {
namespace {

namespace fs = std::filesystem;
const fs::path kRoot = fs::path(SWITCHYARD_SOURCE_DIR);

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
bool updating() { return std::getenv("SWITCHYARD_UPDATE_GOLDEN") != nullptr; }

struct GoldenCase {
  Dialect dialect{};
  std::string name;
};

std::vector<GoldenCase> cases() {
  std::vector<GoldenCase> found;
  for (const Dialect dialect : kDialects) {
    const fs::path folder = kRoot / "tests/golden" / dialect_name(dialect);
    if (!fs::is_directory(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) found.push_back({dialect, entry.path().stem().string()});
  }
  std::ranges::sort(found, {}, [](const GoldenCase& c) { return std::pair(c.dialect, c.name); });
  return found;
}

std::string request_to(Dialect target, const ChatRequest& request) {
  std::string out;
  for (const Refusal& refusal : refusals(target, request))
    out += "refused " + refusal.field + ": " + refusal.reason + "\n";
  if (!out.empty()) return out;
  emit_request(target, request, {.model = "target-model", .output_max = 64'000, .mode = request.stream}, out);
  EXPECT_TRUE(json::Document::parse(out)) << dialect_name(target) << ": " << out;
  std::string again;
  emit_request(target, request, {.model = "target-model", .output_max = 64'000, .mode = request.stream}, again);
  EXPECT_EQ(out, again) << "the same request must always give the same bytes";
  return out + "\n";
}

const AnswerContext kContext{
    .id = "1", .model = "shown", .created_unix = 9, .include_usage = true, .input_estimate = 7};

std::string stream_to(Dialect from, Dialect client, std::string_view bytes) {
  sse::Decoder events(1 << 20);
  StreamDecoder decoder(from);
  StreamEncoder encoder(client, kContext);
  EXPECT_TRUE(events.feed(bytes));
  std::string out;
  std::vector<ChatEvent> decoded;
  bool finished = false;
  while (const auto event = events.next()) {
    decoded.clear();
    if (const auto got = decoder.decode(*event, decoded); !got) return "error: " + got.error().message + "\n";
    for (const ChatEvent& chat_event : decoded) {
      finished |= std::holds_alternative<StreamFinish>(chat_event);
      encoder.encode(chat_event, out);
    }
  }
  if (finished && !encoder.ended()) encoder.encode(StreamEnd{}, out);
  return out;
}

/// All of a case's results, one block for each other dialect.
std::string results(Dialect dialect, json::Value root) {
  std::string out;
  const auto block = [&](Dialect other, const std::string& text) {
    out.append("=== ").append(dialect_name(other)).append("\n").append(text);
  };
  if (root["request"].exists()) {
    const auto body = json::Document::parse(root["request"].raw());
    const auto request = parse_request(dialect, *body);
    if (!request) return "error: " + request.error().message + "\n";
    for (const Dialect target : kDialects) {
      if (target != dialect && of_providers(target)) block(target, request_to(target, *request));
    }
  } else if (root["response"].exists()) {
    const auto body = json::Document::parse(root["response"].raw());
    const auto response = parse_response(dialect, *body);
    if (!response) return "error: " + response.error().message + "\n";
    for (const Dialect client : kDialects) {
      if (client == dialect || !of_clients(client)) continue;
      std::string text;
      emit_response(client, *response, kContext, text);
      EXPECT_TRUE(json::Document::parse(text)) << text;
      block(client, text + "\n");
    }
  } else if (root["stream"].exists()) {
    for (const Dialect client : kDialects) {
      if (client != dialect && of_clients(client)) block(client, stream_to(dialect, client, root["stream"].string()));
    }
  } else if (root["error"].exists()) {
    const json::Value error = root["error"];
    const auto status = static_cast<int>(error["status"].integer().value_or(0));
    const ProviderError told = parse_error(dialect, status, error["body"].raw());
    out = std::to_string(told.status) + " | " + told.type + " | " + told.code + " | " + told.message + "\n";
  }
  return out;
}

class GoldenCaseTest : public testing::TestWithParam<GoldenCase> {};
TEST_P(GoldenCaseTest, GivesWhatIsExpectedInEveryOtherDialect) {
  const auto& [dialect, name] = GetParam();
  const std::string text = read(kRoot / "tests/golden" / dialect_name(dialect) / (name + ".json"));
  const auto document = json::Document::parse(text);
  ASSERT_TRUE(document) << document.error().message;
  const std::string got = results(dialect, document->root());
  const fs::path expected = kRoot / "tests/golden_expected" / dialect_name(dialect) / (name + ".txt");
  if (updating()) {
    fs::create_directories(expected.parent_path());
    std::ofstream(expected, std::ios::binary) << got;
  }
  EXPECT_EQ(got, read(expected));
}
INSTANTIATE_TEST_SUITE_P(Files, GoldenCaseTest, testing::ValuesIn(cases()), [](const auto& tested) {
  return std::string(dialect_name(tested.param.dialect)) + "_" + tested.param.name;
});

// A row without a case is a promise that nobody checks.
TEST(GoldenCases, CoverEveryFieldThatADialectCanSay) {
  std::set<std::pair<Dialect, Field>> covered;
  for (const auto& [dialect, name] : cases()) {
    const std::string text = read(kRoot / "tests/golden" / dialect_name(dialect) / (name + ".json"));
    const auto document = json::Document::parse(text);
    if (!document || !document->root()["request"].exists()) continue;
    const auto body = json::Document::parse(document->root()["request"].raw());
    const auto request = parse_request(dialect, *body);
    if (!request) continue;
    for (const Field field : fields_said(*request)) covered.emplace(dialect, field);
    for (const Field always : {Field::kModel, Field::kText}) covered.emplace(dialect, always);
    if (request->stream == StreamMode::kStreamed || dialect == Dialect::kGemini)
      covered.emplace(dialect, Field::kStream);
  }
  for (const Dialect dialect : kDialects) {
    if (!of_clients(dialect)) continue;
    for (std::size_t i = 0; i < kFieldCount; ++i) {
      const auto field = static_cast<Field>(i);
      if (field_path(dialect, field).empty()) continue;
      EXPECT_TRUE(covered.contains({dialect, field})) << dialect_name(dialect) << ": " << field_path(dialect, field);
    }
  }
}

TEST(DialectPage, SaysWhatTheRulesSay) {
  const fs::path path = kRoot / "docs/reference/dialects.md";
  if (updating()) std::ofstream(path, std::ios::binary) << dialect_page();
  EXPECT_EQ(dialect_page(), read(path)) << "run `make docs`";
}

}  // namespace
}  // namespace switchyard::wire
