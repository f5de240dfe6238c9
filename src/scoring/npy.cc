#include "scoring/npy.h"

#include <bit>
#include <charconv>
#include <cstring>

namespace switchyard::scoring {
namespace {

static_assert(std::endian::native == std::endian::little);
constexpr std::string_view kMagic("\x93NUMPY\x01\x00", 8);
constexpr std::size_t kElementsMax = std::size_t{1} << 31;

std::unexpected<Error> bad(const char* what) {
  return fail(ErrorKind::kInvalidRequest, std::string("npy: expected ") + what);
}

struct Header {
  std::size_t rows = 0, columns = 0, offset = 0;
};

Result<std::size_t> number(std::string_view& text) {
  std::size_t value = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || value > kElementsMax) return bad("a shape of two numbers");
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return value;
}

Result<Header> read_header(std::string_view bytes, std::string_view type) {
  if (!bytes.starts_with(kMagic) || bytes.size() < 10) return bad("version 1.0");
  const std::size_t size =
      static_cast<unsigned char>(bytes[8]) | static_cast<std::size_t>(static_cast<unsigned char>(bytes[9])) << 8;
  if (bytes.size() < 10 + size) return bad("a whole header");
  const std::string_view header = bytes.substr(10, size);
  if (header.find("'descr': '" + std::string(type) + "'") == std::string_view::npos) {
    return bad("the element type of its place");
  }
  if (header.find("'fortran_order': False") == std::string_view::npos) return bad("C order");
  constexpr std::string_view kShape = "'shape': (";
  const std::size_t shape = header.find(kShape);
  if (shape == std::string_view::npos) return bad("a shape");
  std::string_view rest = header.substr(shape + kShape.size());
  Header read;
  SY_TRY(read.rows, number(rest));
  if (!rest.starts_with(", ")) return bad("a shape of two numbers");
  rest.remove_prefix(2);
  SY_TRY(read.columns, number(rest));
  if (!rest.starts_with(")")) return bad("a shape of two numbers");
  read.offset = 10 + size;
  return read;
}

template <class T>
Result<Matrix<T>> read(std::string_view bytes, std::string_view type) {
  SY_TRY(const Header header, read_header(bytes, type));
  if (header.columns != 0 && header.rows > kElementsMax / header.columns) return bad("fewer elements");
  const std::size_t wanted = header.rows * header.columns * sizeof(T);
  if (bytes.size() - header.offset != wanted) return bad("as many bytes as the shape says");
  const char* const data = bytes.data() + header.offset;
  if (reinterpret_cast<std::uintptr_t>(data) % alignof(T) != 0) return bad("aligned elements");
  return Matrix<T>{header.rows, header.columns, reinterpret_cast<const T*>(data)};
}

template <class T>
std::string write(std::string_view type, std::size_t rows, std::size_t columns, std::span<const T> values) {
  std::string header = "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': (" +
                       std::to_string(rows) + ", " + std::to_string(columns) + "), }";
  while ((10 + header.size() + 1) % 64 != 0) header.push_back(' ');
  header.push_back('\n');
  std::string out(kMagic);
  out.push_back(static_cast<char>(header.size() & 255));
  out.push_back(static_cast<char>(header.size() >> 8));
  out.append(header);
  out.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  return out;
}

}  // namespace

Result<Matrix<float>> read_npy_f4(std::string_view bytes) { return read<float>(bytes, "<f4"); }
Result<Matrix<std::int8_t>> read_npy_i1(std::string_view bytes) { return read<std::int8_t>(bytes, "|i1"); }
std::string write_npy_f4(std::size_t rows, std::size_t columns, std::span<const float> values) {
  return write<float>("<f4", rows, columns, values);
}
std::string write_npy_i1(std::size_t rows, std::size_t columns, std::span<const std::int8_t> values) {
  return write<std::int8_t>("|i1", rows, columns, values);
}

}  // namespace switchyard::scoring
