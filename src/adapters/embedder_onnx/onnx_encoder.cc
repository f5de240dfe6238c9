#include "adapters/embedder_onnx/onnx_encoder.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include "adapters/embedder_onnx/windows.h"
#include "base/json.h"
#include "base/sha256.h"

namespace switchyard::embedder_onnx {
namespace {

constexpr std::size_t kTokensMaxDefault = 512;  ///< What BERT's positions allow.
constexpr std::size_t kTokensMaxLimit = 8192;   ///< Attention costs the square of this.
constexpr std::size_t kDimensionMax = 8192;
constexpr std::size_t kModelBytesMax = std::size_t{2}
                                       << 30;  ///< A model file beyond 2 GiB needs other files beside it.

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::kUnavailable, "'" + path.string() + "' cannot be read");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// Adds a window's vector, whatever shape the model gives it in, to `sum`.
void add_window(const Tensor& output, std::size_t row, const Window& window, Pooling pooling, std::span<float> sum) {
  const std::size_t dimension = sum.size();
  const float* values = output.values.data();
  std::size_t used = 1;
  if (output.shape.size() == 2) {
    values += row * dimension;
  } else {
    values += row * static_cast<std::size_t>(output.shape[1]) * dimension;
    if (pooling == Pooling::kMean) used = window.ids.size();
  }
  std::vector<float> pooled(dimension);
  for (std::size_t token = 0; token < used; ++token) {
    for (std::size_t i = 0; i < dimension; ++i) pooled[i] += values[token * dimension + i];
  }
  float squares = 0;
  for (const float x : pooled) squares += x * x;
  const float factor = squares > 0 ? static_cast<float>(window.content_tokens) / std::sqrt(squares) : 0;
  for (std::size_t i = 0; i < dimension; ++i) sum[i] += pooled[i] * factor;
}

void normalise(std::span<float> row) {
  float squares = 0;
  for (const float x : row) squares += x * x;
  if (squares > 0) {
    for (float& x : row) x /= std::sqrt(squares);
  }
}

}  // namespace

Result<std::unique_ptr<OnnxEncoder>> OnnxEncoder::open(const OnnxPlaces& places) {
  auto out = load(places);
  if (out) return out;
  return fail(out.error().kind,
              "the ONNX encoder cannot be used: " + out.error().message + " (ROUTER_ONNX_ASSETS_DIR is '" +
                  places.assets.string() + "', ROUTER_ONNX_LIBRARY_DIR is '" + places.library.string() + "')",
              out.error().detail);
}

Result<std::unique_ptr<OnnxEncoder>> OnnxEncoder::load(const OnnxPlaces& places) {
  SY_TRY(const std::string tokenizer_json, read_file(places.assets / "tokenizer.json"));
  SY_TRY(auto tokenizer, scoring::tokenizer::read_tokenizer(tokenizer_json));
  std::unique_ptr<OnnxEncoder> out(new OnnxEncoder(std::move(tokenizer)));
  SY_CHECK(out->describe(places.assets));
  SY_TRY(auto runtime, Runtime::open(places.library));
  out->runtime_version_ = runtime->version();
  SY_TRY(out->session_, Session::open(std::move(runtime), places.assets / "model.onnx"));
  SY_CHECK(out->learn_inputs());
  const std::string_view probe[] = {"a"};
  SY_TRY(const std::vector<float> vector, out->encode(probe));
  return out;
}

Result<void> OnnxEncoder::describe(const std::filesystem::path& assets) {
  const std::filesystem::path model = assets / "model.onnx";
  std::error_code code;
  const auto size = std::filesystem::file_size(model, code);
  if (code) return fail(ErrorKind::kUnavailable, "'" + model.string() + "' cannot be read");
  if (size > kModelBytesMax) return fail(ErrorKind::kUnavailable, "'" + model.string() + "' has more than 2 GiB");
  SY_TRY(const std::string bytes, read_file(model));
  const auto digest = sha256(bytes);
  identity_ = "onnx:" + hex({reinterpret_cast<const char*>(digest.data()), 8});
  tokens_max_ = kTokensMaxDefault;
  if (std::filesystem::exists(assets / "encoder.json", code)) {
    SY_TRY(const std::string text, read_file(assets / "encoder.json"));
    SY_TRY(const json::Document document, json::Document::parse(text));
    const json::Value root = document.root();
    if (const auto most = root["tokens_max"].integer())
      tokens_max_ = static_cast<std::size_t>(std::max<std::int64_t>(*most, 0));
    if (const auto most = root["batch_max"].integer()) {
      batch_max_ = static_cast<std::size_t>(std::clamp<std::int64_t>(*most, 1, kBatchMax));
    }
    const json::Value pooling = root["pooling"];
    if (pooling.exists() && !pooling.equals("inside") && !pooling.equals("mean") && !pooling.equals("cls")) {
      return fail(ErrorKind::kInvalidRequest, "encoder.json: pooling: expected inside, mean or cls");
    }
    if (pooling.equals("inside")) pooling_ = Pooling::kInside;
    if (pooling.equals("cls")) pooling_ = Pooling::kFirstToken;
  }
  if (tokens_max_ < 8 || tokens_max_ > kTokensMaxLimit) {
    return fail(ErrorKind::kInvalidRequest, "encoder.json: tokens_max: expected 8 to 8192");
  }
  return {};
}

Result<void> OnnxEncoder::learn_inputs() {
  for (const std::string& name : session_->inputs()) {
    if (name == "input_ids") {
      inputs_.push_back(Input::kIds);
    } else if (name == "attention_mask") {
      inputs_.push_back(Input::kMask);
    } else if (name == "token_type_ids") {
      inputs_.push_back(Input::kTypes);
    } else {
      return fail(ErrorKind::kInvalidRequest,
                  "model.onnx: input '" + name + "': expected input_ids, attention_mask or token_type_ids");
    }
  }
  const auto& outputs = session_->outputs();
  const auto at = std::ranges::find(outputs, "sentence_embedding");
  output_ = at == outputs.end() ? 0 : static_cast<std::size_t>(at - outputs.begin());
  // The dimension shows in what the model gives for its shortest input.
  const std::vector<std::vector<std::int64_t>> shortest(inputs_.size(), {1});
  SY_TRY(const Tensor output, session_->run(shortest, 1, 1, output_));
  const bool pooled = output.shape.size() == 2;
  if ((!pooled && output.shape.size() != 3) || output.shape[0] != 1 || (!pooled && output.shape[1] != 1) ||
      output.shape.back() < 1 || static_cast<std::size_t>(output.shape.back()) > kDimensionMax ||
      pooled != (pooling_ == Pooling::kInside)) {
    return fail(
        ErrorKind::kInvalidRequest,
        "model.onnx: expected an output of [texts, dimension] with pooling inside, else [texts, tokens, dimension]");
  }
  dimension_ = static_cast<std::size_t>(output.shape.back());
  return {};
}

Result<std::vector<float>> OnnxEncoder::encode(std::span<const std::string_view> texts) const {
  std::vector<float> out(texts.size() * dimension_);
  const std::vector<Window> all = windows(tokenizer_, texts, tokens_max_);
  std::vector<std::vector<std::int64_t>> arrays(inputs_.size());
  for (std::span<const Window> rest = all; !rest.empty();) {
    const std::span<const Window> batch = rest.first(batch_size(rest, batch_max_));
    rest = rest.subspan(batch.size());
    const std::size_t width = batch.back().ids.size();
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      arrays[i].assign(batch.size() * width, inputs_[i] == Input::kIds ? tokenizer_.parts().pad : 0);
      if (inputs_[i] == Input::kTypes) continue;
      for (std::size_t row = 0; row < batch.size(); ++row) {
        const auto begin = arrays[i].begin() + static_cast<std::ptrdiff_t>(row * width);
        if (inputs_[i] == Input::kIds) {
          std::ranges::copy(batch[row].ids, begin);
        } else {
          std::fill_n(begin, batch[row].ids.size(), 1);
        }
      }
    }
    SY_TRY(const Tensor output,
           session_->run(arrays, static_cast<std::int64_t>(batch.size()), static_cast<std::int64_t>(width), output_));
    const std::size_t cells = batch.size() * dimension_ * (output.shape.size() == 3 ? width : 1);
    if (output.values.size() != cells) return fail(ErrorKind::kUnavailable, "model.onnx: its output changed shape");
    for (std::size_t row = 0; row < batch.size(); ++row) {
      add_window(output, row, batch[row], pooling_, std::span(out).subspan(batch[row].text * dimension_, dimension_));
    }
  }
  for (std::size_t text = 0; text < texts.size(); ++text) {
    normalise(std::span(out).subspan(text * dimension_, dimension_));
  }
  return out;
}

}  // namespace switchyard::embedder_onnx
