#pragma once
/// \file
/// What can be counted in a text without knowing its words: lengths, digits, signs, answer options, a few words that
/// tell what is asked. One pass, whole numbers and single divisions, so the same bits on every machine. A trained
/// forest depends on every bit of this: a change makes all its artifacts void (`kTextFeaturesVersion`).

#include <cstddef>
#include <span>
#include <string_view>

namespace switchyard::scoring::estimator {

constexpr int kTextFeaturesVersion = 1;
constexpr std::size_t kTextFeatures = 49;
/// Of a longer text only this many bytes from the end are looked at: what features::text_to_embed leaves of a request.
constexpr std::size_t kTextBytesMax = 2048;

/// The part of a text that is looked at.
std::string_view seen_part(std::string_view text);

/// Fills `out` (of `kTextFeatures`) with finite numbers.
void text_features(std::string_view text, std::span<float> out);

}  // namespace switchyard::scoring::estimator
