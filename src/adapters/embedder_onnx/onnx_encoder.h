#pragma once
/// \file
/// A transformer encoder in this process, through ONNX Runtime. A model's folder holds model.onnx and tokenizer.json,
/// and may hold encoder.json: tokens_max, pooling ("inside", "mean" or "cls"; else mean) and batch_max, the windows
/// that may share a run (else 1: where activations are quantised as they come, one scale is taken over the whole run,
/// so that a text's vector would depend on its neighbours).

#include <filesystem>
#include <memory>
#include <string>

#include "adapters/embedder_onnx/runtime.h"
#include "scoring/encoder.h"
#include "scoring/tokenizer/tokenizer.h"

namespace switchyard::embedder_onnx {

/// Where things are; the names of the variables stand in every error about them.
struct OnnxPlaces {
  std::filesystem::path assets;   ///< ROUTER_ONNX_ASSETS_DIR
  std::filesystem::path library;  ///< ROUTER_ONNX_LIBRARY_DIR
};

/// How one vector comes out of what the model gives.
enum class Pooling : std::uint8_t { kInside, kMean, kFirstToken };

class OnnxEncoder final : public scoring::Encoder {
 public:
  /// Loads everything and encodes one word, so that a model that does not fit is found here.
  /// Errors: kUnavailable or kInvalidRequest, naming both variables.
  static Result<std::unique_ptr<OnnxEncoder>> open(const OnnxPlaces& places);

  [[nodiscard]] std::size_t dimension() const override { return dimension_; }
  /// "onnx:" and the beginning of the model file's SHA-256.
  [[nodiscard]] std::string_view identity() const override { return identity_; }
  /// The mean of a text's windows, weighted by their tokens.
  [[nodiscard]] Result<std::vector<float>> encode(std::span<const std::string_view> texts) const override;

  [[nodiscard]] const std::string& runtime_version() const { return runtime_version_; }
  [[nodiscard]] std::size_t tokens_max() const { return tokens_max_; }
  [[nodiscard]] const scoring::tokenizer::Tokenizer& tokenizer() const { return tokenizer_; }

 private:
  explicit OnnxEncoder(scoring::tokenizer::Tokenizer tokenizer) : tokenizer_(std::move(tokenizer)) {}
  static Result<std::unique_ptr<OnnxEncoder>> load(const OnnxPlaces& places);
  Result<void> describe(const std::filesystem::path& assets);
  Result<void> learn_inputs();

  enum class Input : std::uint8_t { kIds, kMask, kTypes };
  scoring::tokenizer::Tokenizer tokenizer_;
  std::unique_ptr<Session> session_;
  std::vector<Input> inputs_;  ///< In the session's order.
  std::size_t output_ = 0;
  Pooling pooling_ = Pooling::kMean;
  std::size_t tokens_max_ = 0;
  std::size_t batch_max_ = 1;
  std::size_t dimension_ = 0;
  std::string identity_, runtime_version_;
};

}  // namespace switchyard::embedder_onnx
