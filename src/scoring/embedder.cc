#include "scoring/embedder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "scoring/word_blocks.h"

namespace switchyard::scoring {
namespace detail {
namespace {
constexpr auto make_table() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c >= 'A' && c <= 'Z') {
      table[c] = byte | 0x20;
    } else if (c >= 0xe3 && c <= 0xed) {
      table[c] = kWide;
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80 || c == '_') {
      table[c] = byte;
    } else if (c > 0x20 && c < 0x7f) {
      table[c] = kAlone;
    }
  }
  return table;
}
}  // namespace

constinit const std::array<std::uint8_t, 256> kWordBytes = make_table();
}  // namespace detail

namespace {

constexpr std::size_t kStep = 64;        ///< Dimensions summed together, in registers.
constexpr std::size_t kInt16Rows = 256;  ///< 256 values of at least -128 fit 16 bits.

using Int8x16 = std::int8_t __attribute__((vector_size(16)));
using Int16x16 = std::int16_t __attribute__((vector_size(32)));
static_assert(2 * kBlockWords <= kInt16Rows);

/// Adds at most `kInt16Rows` rows to `sums`, 64 dimensions at a time. Compiled twice, so that the same lines use wide
/// registers where the processor has them; whole numbers come out the same either way.
[[gnu::always_inline]] inline void sum_steps(const Matrix<std::int8_t>& weights, std::span<const std::uint32_t> rows,
                                             std::int32_t* sums) {
  for (std::size_t column = 0; column < weights.columns; column += kStep) {
    Int16x16 total[4] = {};
#pragma clang loop unroll_count(4)
    for (const std::uint32_t row : rows) {
      const std::int8_t* const values = weights.data + row * weights.columns + column;
#pragma clang loop unroll(full)
      for (std::size_t i = 0; i < 4; ++i) {
        Int8x16 bytes;
        std::memcpy(&bytes, values + 16 * i, sizeof bytes);
        total[i] += __builtin_convertvector(bytes, Int16x16);
      }
    }
#pragma clang loop unroll(full)
    for (std::size_t i = 0; i < kStep; ++i) sums[column + i] += total[i / 16][i % 16];
  }
}

void sum_plain(const Matrix<std::int8_t>& weights, std::span<const std::uint32_t> rows, std::int32_t* sums) {
  sum_steps(weights, rows, sums);
}
[[gnu::target("avx2")]] void sum_avx2(const Matrix<std::int8_t>& weights, std::span<const std::uint32_t> rows,
                                      std::int32_t* sums) {
  sum_steps(weights, rows, sums);
}
void sum_any_dimension(const Matrix<std::int8_t>& weights, std::span<const std::uint32_t> rows, std::int32_t* sums) {
  for (const std::uint32_t row : rows) {
    const std::span<const std::int8_t> values = weights.row(row);
    for (std::size_t i = 0; i < values.size(); ++i) sums[i] += values[i];
  }
}

}  // namespace

StaticEmbedder::StaticEmbedder(Matrix<std::int8_t> weights, std::string identity)
    : weights_(weights),
      mask_(static_cast<std::uint32_t>(weights.rows - 1)),
      identity_(std::move(identity)),
      sum_(weights.columns % kStep != 0          ? sum_any_dimension
           : __builtin_cpu_supports("avx2") != 0 ? sum_avx2
                                                 : sum_plain),
      has_blocks_(has_word_blocks()) {}

void StaticEmbedder::sum_features(std::string_view text, std::int32_t* sums) const {
  struct Sink {
    const StaticEmbedder& self;
    std::int32_t* sums;
    std::array<std::uint32_t, kInt16Rows> rows;
    std::size_t count = 0;
    void flush() {
      self.sum_(self.weights_, std::span(rows).first(count), sums);
      count = 0;
    }
  } sink{*this, sums, {}, 0};
  const auto see_batch = [](void* context, std::span<const std::uint32_t> hashes) {
    Sink& to = *static_cast<Sink*>(context);
    for (std::size_t i = 0; i < hashes.size(); ++i) to.rows[i] = hashes[i] & to.self.mask_;
    to.count = hashes.size();
    to.flush();
  };
  // Whole numbers: the order of the features does not matter.
  if (has_blocks_ && for_feature_blocks(text, see_batch, &sink)) return;
  for_each_feature(text, [&](std::uint32_t hash) {
    sink.rows[sink.count++] = hash & mask_;
    if (sink.count == sink.rows.size()) sink.flush();
  });
  sink.flush();
}

void StaticEmbedder::embed(std::string_view text, std::span<float> out) const {
  // Sums of int8 fit 32 bits whatever the text; integers also make the result the same on every machine. The scale of
  // the weights drops out, since the vector is brought to length 1.
  const std::size_t dimension = std::min(weights_.columns, kDimensionMax);
  std::array<std::int32_t, kDimensionMax> sums;
  std::fill_n(sums.begin(), dimension, 0);
  sum_features(text, sums.data());

  std::int64_t squares = 0;
  for (std::size_t i = 0; i < dimension; ++i) squares += static_cast<std::int64_t>(sums[i]) * sums[i];
  const float factor = squares > 0 ? 1.0f / std::sqrt(static_cast<float>(squares)) : 0.0f;
  for (std::size_t i = 0; i < dimension; ++i) out[i] = static_cast<float>(sums[i]) * factor;
}

}  // namespace switchyard::scoring
