#include "scoring/npy.h"

#include <bit>
#include <charconv>
#include <optional>

namespace switchyard::scoring {
namespace {

static_assert(std::endian::native == std::endian::little, "matrices are used where they lie in the file");

constexpr std::string_view kMagic{"\x93NUMPY\x01\x00", 8};
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kElementsMax = std::size_t{1} << 28;

std::unexpected<Error> error(std::string_view expected) {
  return fail(ErrorKind::kInvalidRequest, "npy: expected " + std::string(expected));
}

/// Reads the header's Python dictionary, whose three keys stand in any order.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : rest_(text) {}

  Result<NpyView> read() {
    if (!take('{')) return error("'{' at the header's start");
    bool type = false, order = false, shape = false;
    while (!take('}')) {
      const std::optional<std::string_view> key = quoted();
      if (!key || !take(':')) return error("a quoted key and ':' in the header");
      if (*key == "descr" && !type) {
        SY_CHECK(read_type());
        type = true;
      } else if (*key == "fortran_order" && !order) {
        if (!word("False")) return error("fortran_order False");
        order = true;
      } else if (*key == "shape" && !shape) {
        SY_CHECK(read_shape());
        shape = true;
      } else {
        return error("the keys descr, fortran_order and shape, once each");
      }
      if (!take(',') && !(peek() == '}')) return error("',' or '}' in the header");
    }
    if (!type || !order || !shape) return error("the keys descr, fortran_order and shape");
    if (rest_.find_first_not_of(" \n") != std::string_view::npos) return error("only blanks behind the header");
    return view_;
  }

 private:
  Result<void> read_type() {
    const std::optional<std::string_view> type = quoted();
    if (type == "<f4") {
      view_.type = NpyType::kFloat32;
    } else if (type == "|i1") {
      view_.type = NpyType::kInt8;
    } else {
      return error("descr '<f4' or '|i1'");
    }
    return {};
  }
  Result<void> read_shape() {
    if (!take('(')) return error("a shape in parentheses");
    std::size_t sizes[2] = {0, 1};
    std::size_t count = 0;
    while (!take(')')) {
      if (count == 2) return error("a shape of one or two dimensions");
      skip_blanks();
      const auto [stop, code] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), sizes[count]);
      if (code != std::errc{} || sizes[count] == 0 || sizes[count] > kElementsMax) {
        return error("sizes from 1 to 268435456 in the shape");
      }
      rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
      ++count;
      if (!take(',') && peek() != ')') return error("',' or ')' in the shape");
    }
    if (count == 0) return error("a shape of one or two dimensions");
    view_.rows = sizes[0];
    view_.columns = sizes[1];
    if (view_.rows > kElementsMax / view_.columns) return error("at most 268435456 elements");
    return {};
  }

  void skip_blanks() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }
  char peek() {
    skip_blanks();
    return rest_.empty() ? '\0' : rest_.front();
  }
  bool take(char c) {
    if (peek() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool word(std::string_view text) {
    skip_blanks();
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  std::optional<std::string_view> quoted() {
    if (!take('\'')) return std::nullopt;
    const std::size_t end = rest_.find('\'');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::string_view rest_;
  NpyView view_;
};

std::string header(std::string_view type, std::size_t rows, std::size_t columns) {
  std::string text = "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': (" + std::to_string(rows) +
                     ", " + std::to_string(columns) + "), }";
  // Blanks up to a line end, so that the data begins at a multiple of 64 bytes.
  const std::size_t prefix = kMagic.size() + 2;
  const std::size_t total = (prefix + text.size() + 1 + kAlignment - 1) / kAlignment * kAlignment;
  text.resize(total - prefix - 1, ' ');
  text.push_back('\n');
  std::string out(kMagic);
  out.push_back(static_cast<char>(text.size() & 0xff));
  out.push_back(static_cast<char>(text.size() >> 8));
  return out + text;
}

}  // namespace

Result<NpyView> read_npy(std::string_view bytes) {
  const std::size_t prefix = kMagic.size() + 2;
  if (bytes.size() < prefix || !bytes.starts_with(kMagic)) return error("the magic bytes of version 1.0");
  const std::size_t length = static_cast<unsigned char>(bytes[kMagic.size()]) |
                             std::size_t{static_cast<unsigned char>(bytes[kMagic.size() + 1])} << 8;
  if (bytes.size() - prefix < length) return error("the whole header");
  SY_TRY(NpyView view, HeaderReader(bytes.substr(prefix, length)).read());
  view.data = bytes.substr(prefix + length);
  const std::size_t size = view.type == NpyType::kFloat32 ? sizeof(float) : 1;
  const std::size_t want = view.rows * view.columns * size;
  if (view.data.size() != want) {
    return error(std::to_string(want) + " bytes of data, got " + std::to_string(view.data.size()));
  }
  return view;
}

Result<std::span<const float>> float_matrix(const NpyView& view, std::string_view name) {
  if (view.type != NpyType::kFloat32) {
    return fail(ErrorKind::kInvalidRequest, std::string(name) + ": expected numbers of type '<f4'");
  }
  if (std::bit_cast<std::uintptr_t>(view.data.data()) % alignof(float) != 0) {
    return fail(ErrorKind::kInvalidRequest, std::string(name) + ": expected the data at a multiple of 4 bytes");
  }
  return std::span(reinterpret_cast<const float*>(view.data.data()), view.rows * view.columns);
}

std::string write_npy(std::span<const float> values, std::size_t rows, std::size_t columns) {
  return header("<f4", rows, columns).append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}
std::string write_npy(std::span<const std::int8_t> values, std::size_t rows, std::size_t columns) {
  return header("|i1", rows, columns).append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

}  // namespace switchyard::scoring
