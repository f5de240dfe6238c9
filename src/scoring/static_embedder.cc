#include "scoring/static_embedder.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "scoring/text_features.h"

namespace switchyard::scoring {
namespace {

constexpr std::uint32_t kRowsMin = 4;
constexpr std::uint32_t kRowsMax = 1u << 20;
constexpr std::uint32_t kStep = 64;  ///< Dimensions that are summed together, in registers.
constexpr std::uint32_t kDimensionMax = 512;
constexpr std::size_t kInt16Rows = 256;  ///< 256 values of at least -128 fit 16 bits.

using Int8x16 = std::int8_t __attribute__((vector_size(16)));
using Int16x16 = std::int16_t __attribute__((vector_size(32)));

/// Sums the rows into `sums`. Compiled twice, so that the same lines use wide registers where there are some.
[[gnu::always_inline]] inline void sum_rows(const EmbeddingTable& table, std::span<const std::uint32_t> rows,
                                            std::int32_t* sums) {
  for (std::uint32_t column = 0; column < table.dimension; column += kStep) {
    for (std::size_t begin = 0; begin < rows.size(); begin += kInt16Rows) {
      const auto block = rows.subspan(begin, std::min(kInt16Rows, rows.size() - begin));
      Int16x16 total[4] = {};
      for (const std::uint32_t row : block) {
        const std::int8_t* values = table.values + std::size_t{row} * table.dimension + column;
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; ++i) {
          Int8x16 bytes;
          std::memcpy(&bytes, values + 16 * i, sizeof bytes);
          total[i] += __builtin_convertvector(bytes, Int16x16);
        }
      }
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; ++i) {
        for (int lane = 0; lane < 16; ++lane) sums[column + 16 * static_cast<std::uint32_t>(i) + lane] += total[i][lane];
      }
    }
  }
}

void sum_plain(const EmbeddingTable& table, std::span<const std::uint32_t> rows, std::int32_t* sums) {
  sum_rows(table, rows, sums);
}
[[gnu::target("avx2")]] void sum_avx2(const EmbeddingTable& table, std::span<const std::uint32_t> rows,
                                      std::int32_t* sums) {
  sum_rows(table, rows, sums);
}

}  // namespace

std::string static_identity(std::uint32_t rows, std::uint32_t dimension) {
  return "static-v1/rows=" + std::to_string(rows) + "/dimension=" + std::to_string(dimension);
}

Result<StaticEmbedder> StaticEmbedder::create(EmbeddingTable table) {
  if (table.values == nullptr || !std::has_single_bit(table.rows) || table.rows < kRowsMin || table.rows > kRowsMax) {
    return fail(ErrorKind::kInvalidRequest, "embedding table: expected a power of two from 4 to 1048576 rows, got " +
                                                std::to_string(table.rows));
  }
  if (table.dimension == 0 || table.dimension % kStep != 0 || table.dimension > kDimensionMax) {
    return fail(ErrorKind::kInvalidRequest, "embedding table: expected a dimension that is a multiple of 64 up to 512, got " +
                                                std::to_string(table.dimension));
  }
  return StaticEmbedder(table, __builtin_cpu_supports("avx2") ? sum_avx2 : sum_plain);
}

void StaticEmbedder::embed(std::string_view text, std::span<float> out) const {
  TextFeatures features;
  std::array<std::int32_t, kDimensionMax> sums{};
  sum_(table_, features.read(text, table_.rows), sums.data());

  // At most 512 squares of at most (128 * 6145)^2 are below 2^63, so the length is exact before its root.
  std::int64_t square = 0;
  for (std::size_t i = 0; i < out.size(); ++i) square += std::int64_t{sums[i]} * sums[i];
  const double scale = square == 0 ? 0.0 : 1.0 / std::sqrt(static_cast<double>(square));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(sums[i] * scale);
}

}  // namespace switchyard::scoring
