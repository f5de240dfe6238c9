#include "cli/mock/endpoints.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/encoding/base64.h"
#include "base/json_writer.h"
#include "cli/mock/answer.h"
#include "cli/mock/openai_error.h"

namespace switchyard::cli {
namespace {

constexpr std::int64_t kCreated = 1787356800;
constexpr std::int64_t kDimensions = 8, kDimensionsMax = 4096;
constexpr std::int64_t kImagesMax = 10;
constexpr std::string_view kPixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

struct Input {
  std::string text;  ///< Tokens as they are written.
  std::size_t tokens = 0;
};

Input input_of(json::Value value) {
  if (!value.is_string()) return {std::string(value.raw()), value.size()};
  const std::string text = value.string();
  return {text, 1 + static_cast<std::size_t>(std::ranges::count(text, ' '))};
}

/// A string, several strings, tokens, or several lists of tokens.
std::vector<Input> inputs_of(json::Value input) {
  std::vector<Input> inputs;
  const bool several = input.is_array() && input.size() > 0 && !(*input.elements().begin()).is_number();
  if (!several) return {input_of(input)};
  for (const json::Value one : input.elements()) inputs.push_back(input_of(one));
  return inputs;
}

/// Of length one, made from the text alone (SplitMix64 over an FNV-1a hash).
std::vector<float> vector_of(std::string_view text, std::size_t dimensions) {
  std::uint64_t state = 14695981039346656037ull;
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  std::vector<float> numbers(dimensions);
  double squares = 0;
  for (float& number : numbers) {
    state += 0x9e3779b97f4a7c15ull;
    std::uint64_t z = (state ^ state >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    number = static_cast<float>(static_cast<double>(z >> 11) * 0x1p-52 - 1);
    squares += static_cast<double>(number) * number;
  }
  for (float& number : numbers) number = static_cast<float>(number / std::sqrt(squares));
  return numbers;
}

std::string little_endian(const std::vector<float>& numbers) {
  std::string bytes;
  for (const float number : numbers) {
    const auto bits = std::bit_cast<std::uint32_t>(number);
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>(bits >> shift & 0xff));
  }
  return bytes;
}

}  // namespace

bool is_mock_endpoint(std::string_view path) {
  if (path.starts_with("/v1/")) path.remove_prefix(3);
  for (const std::string_view prefix : {"/embeddings", "/moderations", "/images/", "/audio/", "/files", "/batches"}) {
    if (path.starts_with(prefix)) return true;
  }
  return false;
}

std::string mock_input_text(json::Value request) {
  const json::Value prompt = request["prompt"];
  if (prompt.is_string()) return prompt.string();
  const std::vector<Input> inputs = inputs_of(request["input"]);
  return inputs.front().text;
}

std::string mock_embeddings(json::Value request, bool no_usage) {
  const auto dimensions =
      std::clamp<std::int64_t>(request["dimensions"].integer().value_or(kDimensions), 1, kDimensionsMax);
  const bool encoded = request["encoding_format"].equals("base64");
  std::string out;
  std::size_t index = 0, tokens = 0;
  json::Writer w(out);
  w.begin_object().field("object", "list").key("data").begin_array();
  for (const Input& input : inputs_of(request["input"])) {
    const std::vector<float> numbers = vector_of(input.text, static_cast<std::size_t>(dimensions));
    tokens += input.tokens;
    w.begin_object().field("object", "embedding").field("index", index++).key("embedding");
    if (encoded) {
      w.string(base64(little_endian(numbers), Base64::kStandard));
    } else {
      w.begin_array();
      for (const float number : numbers) w.number(static_cast<double>(number));
      w.end_array();
    }
    w.end_object();
  }
  w.end_array().field("model", request["model"].string());
  if (!no_usage) {
    w.key("usage").begin_object().field("prompt_tokens", tokens).field("total_tokens", tokens).end_object();
  }
  w.end_object();
  return out;
}

std::string mock_moderations(json::Value request) {
  std::string out;
  json::Writer w(out);
  w.begin_object().field("id", "modr-mock").field("model", request["model"].string()).key("results").begin_array();
  for (const Input& input : inputs_of(request["input"])) {
    const bool flagged = input.text.find("violence") != std::string::npos;
    w.begin_object().field("flagged", flagged).key("categories").begin_object().field("violence", flagged).end_object();
    w.key("category_scores").begin_object().field("violence", flagged ? 0.99 : 0.01).end_object().end_object();
  }
  w.end_array().end_object();
  return out;
}

std::string mock_images(std::string_view model, std::int64_t n) {
  std::string out;
  json::Writer w(out);
  w.begin_object().field("created", kCreated).field("model", model).key("data").begin_array();
  const std::int64_t count = std::clamp<std::int64_t>(n, 1, kImagesMax);
  for (std::int64_t i = 0; i < count; ++i) w.begin_object().field("b64_json", kPixel).end_object();
  w.end_array().key("usage").begin_object().field("input_tokens", 5).field("output_tokens", 10 * count);
  w.field("total_tokens", 5 + 10 * count).end_object().end_object();
  return out;
}

std::string mock_speech(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i & 0xff);
  return bytes;
}

std::string mock_transcription(const FormReader& form) {
  const FormPart& file = form.part("file");
  std::string out;
  json::Writer w(out);
  w.begin_object().field("text", "Mock " + form.part("model").kept + " heard " + std::to_string(file.size) +
                                     " bytes of " + file.filename + ".");
  w.field("size", file.size).field("filename", file.filename).key("usage").begin_object().field("type", "tokens");
  w.field("input_tokens", 20).field("output_tokens", 6).field("total_tokens", 26).end_object().end_object();
  return out;
}

std::string mock_batch(std::string_view tail, json::Value request) {
  if (tail.empty() && !request.exists())
    return R"({"object":"list","data":[],"has_more":false,"first_id":null,"last_id":null})";
  const bool cancelled = tail.ends_with("/cancel");
  const std::string_view id = tail.empty() ? "batch_mock" : tail.substr(1, tail.find('/', 1) - 1);
  std::string out;
  json::Writer w(out);
  w.begin_object().field("id", id).field("object", "batch").field("endpoint", request["endpoint"].string());
  w.field("input_file_id", request["input_file_id"].string()).field("completion_window", "24h");
  w.field("status", cancelled      ? "cancelling"
                    : tail.empty() ? "validating"
                                   : "completed")
      .field("created_at", kCreated)
      .end_object();
  return out;
}

std::string MockFiles::object(const File& file) {
  std::string out;
  json::Writer w(out);
  w.begin_object().field("id", file.id).field("object", "file").field("bytes", file.size).field("created_at", kCreated);
  w.field("filename", file.name).field("purpose", file.purpose).field("status", "processed").end_object();
  return out;
}

MockFiles::Answer MockFiles::upload(const FormReader& form) {
  const FormPart& file = form.part("file");
  if (file.filename.empty()) return {400, openai_error({.status = 400, .message = "mock error 400"})};
  if (files_.size() == kFilesMax) files_.pop_front();
  files_.push_back({.id = "file-mock" + std::to_string(next_++),
                    .name = file.filename,
                    .purpose = form.part("purpose").kept,
                    .content = file.kept,
                    .size = file.size});
  return {200, object(files_.back())};
}

MockFiles::Answer MockFiles::handle(std::string_view method, std::string_view tail) {
  if (tail.empty()) {
    std::string out = R"({"object":"list","data":[)";
    for (const File& file : files_) out += (out.ends_with('[') ? "" : ",") + object(file);
    return {200, out + R"(],"has_more":false})"};
  }
  tail.remove_prefix(1);
  const bool content = tail.ends_with("/content");
  if (content) tail.remove_suffix(std::string_view("/content").size());
  const auto found = std::ranges::find(files_, tail, &File::id);
  if (found == files_.end()) return {404, openai_error({.status = 404, .message = "mock error 404"})};
  if (method == "DELETE") {
    files_.erase(found);
    return {200, "{\"id\":" + json::quoted(tail) + ",\"object\":\"file\",\"deleted\":true}"};
  }
  if (content) return {200, found->content, "application/octet-stream"};
  return {200, object(*found)};
}

}  // namespace switchyard::cli
