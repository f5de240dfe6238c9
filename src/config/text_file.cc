#include "config/text_file.h"

#include <array>
#include <fstream>

namespace switchyard::config {

Result<std::optional<std::string>> text_file(const std::filesystem::path& path) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status) || std::filesystem::is_directory(status)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::kInvalidRequest, "'" + path.string() + "' cannot be read");
  std::string text;
  std::array<char, 64 * 1024> piece;
  // In pieces: a pipe has no size to ask for.
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > kTextFileBytesMax) {
      return fail(ErrorKind::kInvalidRequest,
                  "'" + path.string() + "' has more than " + std::to_string(kTextFileBytesMax) + " bytes");
    }
  }
  return text;
}

}  // namespace switchyard::config
