#include "adapters/credentials/files.h"

#include <cerrno>
#include <fstream>
#include <system_error>

#include "adapters/credentials/fetch.h"

namespace switchyard::credentials {

std::optional<std::string> variable(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  if (found == environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Result<std::optional<std::string>> read_file(const std::string& path) {
  const auto bad = [&path](const std::string& reason) {
    return fail(ErrorKind::kInvalidRequest, path + ": " + reason);
  };
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return bad("cannot be opened: " + std::generic_category().message(errno));
  }
  std::string bytes(kFileBytesMax + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad() || (!file.eof() && file.fail())) return bad("cannot be read");
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.size() > kFileBytesMax) return bad("expected a file of at most 1 MiB");
  return bytes;
}

Result<std::string> read_token_file(const ReadFile& read, const std::string& path, std::string_view what) {
  auto bytes = read(path);
  if (!bytes) return not_available(std::string(what) + ": " + bytes.error().message);
  if (!*bytes) return not_available(std::string(what) + ": " + path + ": no such file");
  std::string token = **std::move(bytes);
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' ')) token.pop_back();
  if (!is_token_text(token)) return not_available(std::string(what) + ": " + path + ": expected one token");
  return token;
}

}  // namespace switchyard::credentials
