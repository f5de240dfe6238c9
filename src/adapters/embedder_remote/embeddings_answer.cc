#include "adapters/embedder_remote/embeddings_answer.h"

#include <cmath>

#include "base/json.h"
#include "base/json_writer.h"

namespace switchyard::embedder_remote {
namespace {

std::unexpected<Error> bad(const std::string& expected) {
  return fail(ErrorKind::kUpstreamUnavailable, "the embedding server's answer: expected " + expected);
}

/// Reads one vector into its place, which has the dimension.
Result<void> read_vector(json::Value values, std::span<float> out) {
  std::size_t i = 0;
  double squares = 0;
  for (const json::Value value : values.elements()) {
    const auto number = value.number();
    if (!number || !std::isfinite(static_cast<float>(*number))) return bad("finite numbers");
    out[i++] = static_cast<float>(*number);
    squares += *number * *number;
  }
  if (!(squares > 0) || !std::isfinite(squares)) return bad("vectors that have a direction");
  const double length = std::sqrt(squares);
  for (float& x : out) x = static_cast<float>(x / length);
  return {};
}

}  // namespace

std::string embeddings_request(std::string_view model, std::span<const std::string_view> texts) {
  std::string out;
  json::Writer w(out);
  w.begin_object().field("model", model).field("encoding_format", "float").key("input").begin_array();
  for (const std::string_view text : texts) w.string(text);
  w.end_array().end_object();
  return out;
}

Result<std::vector<float>> read_embeddings(std::string_view json, std::size_t texts) {
  const auto document = json::Document::parse(json);
  if (!document) return bad("JSON");
  const json::Value data = document->root()["data"];
  if (!data.is_array() || data.size() != texts) return bad("one entry of data for each text");
  const std::size_t dimension = texts == 0 ? 0 : (*data.elements().begin())["embedding"].size();
  if (texts > 0 && (dimension == 0 || dimension > kDimensionMax)) return bad("embeddings of 1 to 8192 numbers");
  std::vector<float> out(texts * dimension);
  std::vector<bool> seen(texts);
  std::size_t place = 0;
  for (const json::Value entry : data.elements()) {
    const std::int64_t index = entry["index"].integer().value_or(static_cast<std::int64_t>(place++));
    if (index < 0 || static_cast<std::size_t>(index) >= texts) return bad("indices of the texts");
    const auto at = static_cast<std::size_t>(index);
    if (seen[at]) return bad("every index once");
    seen[at] = true;
    if (entry["embedding"].size() != dimension) return bad("embeddings of one dimension");
    SY_CHECK(read_vector(entry["embedding"], std::span(out).subspan(at * dimension, dimension)));
  }
  return out;
}

}  // namespace switchyard::embedder_remote
