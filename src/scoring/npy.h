#pragma once
/// \file
/// Matrices in NumPy's file format, the strict part that we write ourselves: version 1.0, little-endian float32 or int8,
/// C order, one or two dimensions, nothing behind the data.
/// Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace switchyard::scoring {

enum class NpyType : std::uint8_t { kFloat32, kInt8 };

/// A matrix inside the bytes it was read from. `data` is aligned to 64 bytes if the bytes are.
struct NpyView {
  NpyType type = NpyType::kFloat32;
  std::size_t rows = 0;
  std::size_t columns = 0;  ///< 1 for an array of one dimension.
  std::string_view data;    ///< `rows * columns` elements.
};

/// Checks the header and that the data has exactly the announced size.
/// Errors: kInvalidRequest, saying what was expected.
Result<NpyView> read_npy(std::string_view bytes);

/// The same, and that the type is the wanted one. `name` starts the message. Copies nothing.
/// Errors: kInvalidRequest, also if the numbers are not aligned for their type.
Result<std::span<const float>> float_matrix(const NpyView& view, std::string_view name);

/// A whole file. `values.size()` is `rows * columns`.
std::string write_npy(std::span<const float> values, std::size_t rows, std::size_t columns);
std::string write_npy(std::span<const std::int8_t> values, std::size_t rows, std::size_t columns);

}  // namespace switchyard::scoring
