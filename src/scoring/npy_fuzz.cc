// Any bytes as an array file: what is accepted lies inside the bytes.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "scoring/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::scoring;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto check = [&](const auto& matrix) {
    if (!matrix || matrix->rows * matrix->columns == 0) return;
    const auto* const end = reinterpret_cast<const char*>(matrix->data + matrix->rows * matrix->columns);
    if (end != bytes.data() + size) std::abort();
  };
  check(read_npy_f4(bytes));
  check(read_npy_i1(bytes));
  return 0;
}
