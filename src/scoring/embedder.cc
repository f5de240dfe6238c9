#include "scoring/embedder.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace switchyard::scoring {
namespace detail {
namespace {
constexpr auto make_table() {
  std::array<std::uint8_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    if (c >= 'a' && c <= 'z') table[static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(c);
    else if (c >= 'A' && c <= 'Z') table[static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(c | 0x20);
    else if (c >= '0' && c <= '9') table[static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(c);
    else if (c >= 0x80 || c == '_') table[static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(c);
    else if (c > 0x20 && c < 0x7f) table[static_cast<std::size_t>(c)] = 1;
  }
  return table;
}
}  // namespace

constinit const std::array<std::uint8_t, 256> kWordBytes = make_table();
}  // namespace detail

StaticEmbedder::StaticEmbedder(Matrix<std::int8_t> weights, std::string identity)
    : weights_(weights), mask_(static_cast<std::uint32_t>(weights.rows - 1)), identity_(std::move(identity)) {}

void StaticEmbedder::embed(std::string_view text, std::span<float> out) const {
  // Sums of int8 fit 32 bits whatever the text; integers also make the result the same on every machine. The scale of the
  // weights drops out, since the vector is brought to length 1.
  constexpr std::size_t kDimensionMax = 256;
  std::array<std::int32_t, kDimensionMax> sums;
  const std::size_t dimension = std::min(weights_.columns, kDimensionMax);
  std::fill_n(sums.begin(), dimension, 0);
  for_each_feature(text, [&](std::uint32_t hash) {
    const std::int8_t* const row = weights_.data + static_cast<std::size_t>(hash & mask_) * weights_.columns;
    for (std::size_t i = 0; i < dimension; ++i) sums[i] += row[i];
  });
  std::int64_t squares = 0;
  for (std::size_t i = 0; i < dimension; ++i) squares += static_cast<std::int64_t>(sums[i]) * sums[i];
  const float factor = squares > 0 ? 1.0f / std::sqrt(static_cast<float>(squares)) : 0.0f;
  for (std::size_t i = 0; i < dimension; ++i) out[i] = static_cast<float>(sums[i]) * factor;
}

}  // namespace switchyard::scoring
