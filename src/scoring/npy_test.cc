#include "scoring/npy.h"

#include <gtest/gtest.h>

#include <vector>

namespace switchyard::scoring {
namespace {

/// The bytes at an address that suits floats, as a mapped file has it.
struct Aligned {
  explicit Aligned(std::string_view bytes) : storage((bytes.size() + 7) / 8 + 1), size(bytes.size()) {
    bytes.copy(reinterpret_cast<char*>(storage.data()), size);
  }
  [[nodiscard]] std::string_view view() const { return {reinterpret_cast<const char*>(storage.data()), size}; }
  std::vector<std::uint64_t> storage;
  std::size_t size;
};

TEST(Npy, ReadsBackWhatItWrote) {
  const std::vector<float> floats{1.5f, -0.25f, 0.0f, 3e30f, 1e-30f, -7.0f};
  const Aligned file(write_npy_f4(2, 3, floats));
  EXPECT_EQ((file.size - 6 * sizeof(float)) % 64, 0u);  // The data begins where vector loads like it.
  const auto matrix = read_npy_f4(file.view());
  ASSERT_TRUE(matrix) << matrix.error().message;
  EXPECT_EQ(matrix->rows, 2u);
  EXPECT_EQ(matrix->columns, 3u);
  EXPECT_EQ(std::vector<float>(matrix->data, matrix->data + 6), floats);
  EXPECT_EQ(matrix->row(1)[0], 3e30f);

  const std::vector<std::int8_t> bytes{-128, 0, 127, 1};
  const Aligned small(write_npy_i1(4, 1, bytes));
  const auto read = read_npy_i1(small.view());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(std::vector<std::int8_t>(read->data, read->data + 4), bytes);
}

std::string file_with(std::string header, std::size_t data_bytes) {
  while ((10 + header.size()) % 64 != 0) header.push_back(' ');
  std::string file("\x93NUMPY\x01\x00", 8);
  file.push_back(static_cast<char>(header.size() & 255));
  file.push_back(static_cast<char>(header.size() >> 8));
  return file + header + std::string(data_bytes, '\0');
}

struct Case {
  std::string name;
  std::string bytes;
};
class MalformedNpyTest : public testing::TestWithParam<Case> {};
TEST_P(MalformedNpyTest, IsRefused) {
  const Aligned file(GetParam().bytes);
  const auto read = read_npy_f4(file.view());
  ASSERT_FALSE(read);
  EXPECT_TRUE(read.error().message.starts_with("npy: expected ")) << read.error().message;
}
const std::string kGood = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }";
INSTANTIATE_TEST_SUITE_P(
    Files, MalformedNpyTest,
    testing::Values(
        Case{"Empty", ""}, Case{"OtherMagic", "NUMPY" + std::string(80, ' ')},
        Case{"MagicOnly", std::string("\x93NUMPY\x01\x00", 8)}, Case{"HeaderCut", file_with(kGood, 16).substr(0, 40)},
        Case{"DataCut", file_with(kGood, 15)}, Case{"DataOver", file_with(kGood, 17)},
        Case{"OtherType", file_with("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }", 32)},
        Case{"ColumnOrder", file_with("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", 16)},
        Case{"OneDimension", file_with("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", 16)},
        Case{"Huge", file_with("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 2), }", 16)},
        Case{"Overflow",
             file_with("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647), }", 16)},
        Case{"Negative", file_with("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 2), }", 16)},
        Case{"NoShape", file_with("{'descr': '<f4', 'fortran_order': False, }", 16)}),
    [](const auto& tested) { return tested.param.name; });

TEST(Npy, RefusesTheOtherElementType) {
  const std::vector<std::int8_t> bytes{1, 2, 3, 4};
  EXPECT_FALSE(read_npy_f4(Aligned(write_npy_i1(1, 4, bytes)).view()));
}

}  // namespace
}  // namespace switchyard::scoring
