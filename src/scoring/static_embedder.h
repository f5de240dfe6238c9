#pragma once
/// \file
/// The built-in embedder: a text's vector is the sum of one learned row of small integers for each of its parts (see
/// text_features.h), scaled to length 1. The sums are whole numbers, so every machine computes the same bits, whatever
/// its vector instructions.

#include <cstdint>
#include <string>

#include "base/result.h"
#include "scoring/embedder.h"

namespace switchyard::scoring {

/// A view of the learned table: `rows` rows of `dimension` bytes, one after the other. Whoever loaded it keeps it alive.
struct EmbeddingTable {
  const std::int8_t* values = nullptr;
  std::uint32_t rows = 0;
  std::uint32_t dimension = 0;
};

/// The identity of static vectors from a table of this shape. The "v1" names how texts are cut and hashed.
std::string static_identity(std::uint32_t rows, std::uint32_t dimension);

class StaticEmbedder final : public Embedder {
 public:
  /// Errors: kInvalidRequest unless `rows` is a power of two from 4 to 2^20 and `dimension` a multiple of 64 up to 512.
  static Result<StaticEmbedder> create(EmbeddingTable table);

  [[nodiscard]] std::size_t dimension() const override { return table_.dimension; }
  void embed(std::string_view text, std::span<float> out) const override;
  [[nodiscard]] std::string_view identity() const override { return identity_; }

 private:
  using Sum = void (*)(const EmbeddingTable&, std::span<const std::uint32_t> rows, std::int32_t* sums);
  StaticEmbedder(EmbeddingTable table, Sum sum)
      : table_(table), sum_(sum), identity_(static_identity(table.rows, table.dimension)) {}

  EmbeddingTable table_;
  Sum sum_;
  std::string identity_;
};

}  // namespace switchyard::scoring
