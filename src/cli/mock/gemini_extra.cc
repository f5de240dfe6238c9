#include "cli/mock/gemini_extra.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/sha256.h"
#include "cli/mock/gemini_fields.h"

namespace switchyard::cli {
namespace {

constexpr std::int64_t kDimensions = 8;  ///< Unless the request says how many.
constexpr std::int64_t kDimensionsMax = 3072;
constexpr std::string_view kEmbedNames = "model content taskType title outputDimensionality embedContentConfig";

std::size_t words_of(json::Value content) { return count_words(text_of(content["parts"])); }

/// The same numbers for the same text, each from -1 to 1.
void write_embedding(json::Value request, json::Writer& w) {
  const auto digest = sha256(text_of(request["content"]["parts"]));
  const std::int64_t size = std::clamp<std::int64_t>(
      google_field(request, "outputDimensionality").integer().value_or(kDimensions), 1, kDimensionsMax);
  w.begin_object().key("values").begin_array();
  for (std::int64_t i = 0; i < size; ++i)
    w.number(static_cast<double>(digest.at(static_cast<std::size_t>(i) % digest.size())) / 127.5 - 1);
  w.end_array().end_object();
}

Checked check_embed(json::Value request, const std::string& path) {
  if (auto refusal = google_unknown(request, kEmbedNames, path)) return refusal;
  if (request["content"]["parts"].size() == 0)
    return google_refusal("* EmbedContentRequest.content: contents is not specified\n");
  return std::nullopt;
}

std::string count_tokens(json::Value root) {
  const json::Value whole = google_field(root, "generateContentRequest");
  const json::Value request = whole.exists() ? whole : root;
  std::size_t words = words_of(google_field(request, "systemInstruction"));
  for (const json::Value content : request["contents"].elements()) words += words_of(content);
  return "{\"totalTokens\":" + std::to_string(words + 7) +
         R"(,"promptTokensDetails":[{"modality":"TEXT","tokenCount":)" + std::to_string(words + 7) + "}]}";
}

void write_model(std::string_view name, json::Writer& w) {
  w.begin_object().field("name", "models/" + std::string(name)).field("version", "001").field("displayName", name);
  w.field("inputTokenLimit", 1048576).field("outputTokenLimit", 65536).key("supportedGenerationMethods").begin_array();
  w.string("generateContent").string("countTokens").end_array().end_object();
}

}  // namespace

std::string gemini_extra(std::string_view verb, const MockRequest& request, Checked& refusal) {
  const json::Value root = request.root;
  if (verb == "countTokens") {
    refusal = google_unknown(root, "model contents generateContentRequest", "");
    return count_tokens(root);
  }
  std::string out;
  json::Writer w(out);
  w.begin_object();
  if (verb == "embedContent") {
    refusal = check_embed(root, "");
    w.key("embedding");
    write_embedding(root, w);
  } else if (verb == "batchEmbedContents") {
    refusal = google_unknown(root, "model requests", "");
    w.key("embeddings").begin_array();
    for (const json::Value one : root["requests"].elements()) {
      if (!refusal) refusal = check_embed(one, "requests");
      write_embedding(one, w);
    }
    w.end_array();
  } else {
    refusal = MockRefusal{.status = 404, .message = "Method not found: " + std::string(verb)};
  }
  w.end_object();
  return out;
}

std::string gemini_models() {
  std::string out;
  json::Writer w(out);
  w.begin_object().key("models").begin_array();
  write_model("mock-model", w);
  w.end_array().end_object();
  return out;
}

std::string gemini_model(std::string_view name) {
  std::string out;
  json::Writer w(out);
  write_model(name, w);
  return out;
}

}  // namespace switchyard::cli
