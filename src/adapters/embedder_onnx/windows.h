#pragma once
/// \file
/// How texts become the model's inputs: long ones are cut into windows, windows of like length go together. Pure.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "scoring/tokenizer/tokenizer.h"

namespace switchyard::embedder_onnx {

/// A text is its first windows: 4 of 256 tokens are about 800 words, and each costs what a short text costs.
constexpr std::size_t kWindowsMax = 4;
/// A text is cut here before it is tokenised. Four windows of 512 tokens are seldom more than 16 KiB.
constexpr std::size_t kTextBytesMax = std::size_t{64} << 10;
/// Windows in one run of the model at most. On one core more of them are hardly faster and hold up those behind.
constexpr std::size_t kBatchMax = 8;
/// A batch is as wide as its longest window; more than a quarter of filling up costs more than a run of its own saves.
constexpr double kFillMax = 0.25;

struct Window {
  std::size_t text = 0;            ///< Which of the texts.
  std::size_t content_tokens = 0;  ///< Its weight in the text's mean.
  std::vector<std::uint32_t> ids;  ///< With the special tokens.
};

/// The windows of all texts, shortest first. A window has at most `tokens_max` tokens; a text without tokens has none.
std::vector<Window> windows(const scoring::tokenizer::Tokenizer& tokenizer, std::span<const std::string_view> texts,
                            std::size_t tokens_max);

/// How many of `windows`, which is not empty, go into the next run: at most `most`.
std::size_t batch_size(std::span<const Window> windows, std::size_t most = kBatchMax);

}  // namespace switchyard::embedder_onnx
