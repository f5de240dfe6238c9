#pragma once
/// \file
/// `for_each_feature` for processors that look at 32 bytes at once: finds all words first, then hashes eight words side
/// by side. The features are the same to the bit, in another order.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace switchyard::scoring {

/// The longest text that is hashed in blocks; what is embedded of a request is no longer.
constexpr std::size_t kBlockTextBytesMax = 2048;

/// Words hashed before they are handed on, so that their features fit the first-level cache.
constexpr std::size_t kBlockWords = 128;

/// Takes at most `2 * kBlockWords` features.
using SeeFeatures = void (*)(void* context, std::span<const std::uint32_t> hashes);

/// Whether this processor can.
bool has_word_blocks();
/// Hands every feature of `text` to `see`, a batch at a time. False, before any call, for a text that must go byte by
/// byte: a longer one, or one with characters of scripts without blanks.
bool for_feature_blocks(std::string_view text, SeeFeatures see, void* context);

}  // namespace switchyard::scoring
