#pragma once
/// \file
/// NumPy's array files, as far as artifacts need them: version 1.0, C order, little-endian float32 and int8, two
/// dimensions. Source: numpy.lib.format.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace switchyard::scoring {

/// A view into a file's bytes.
template <class T>
struct Matrix {
  std::size_t rows = 0, columns = 0;
  const T* data = nullptr;
  [[nodiscard]] std::span<const T> row(std::size_t i) const { return {data + i * columns, columns}; }
};

/// Errors: kInvalidRequest, saying what is not as expected. The bytes must be aligned for T and outlive the matrix.
Result<Matrix<float>> read_npy_f4(std::string_view bytes);
Result<Matrix<std::int8_t>> read_npy_i1(std::string_view bytes);
std::string write_npy_f4(std::size_t rows, std::size_t columns, std::span<const float> values);
std::string write_npy_i1(std::size_t rows, std::size_t columns, std::span<const std::int8_t> values);

}  // namespace switchyard::scoring
