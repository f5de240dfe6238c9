#include "scoring/artifact_files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/sha256.h"

namespace switchyard::scoring {

std::unexpected<Error> bad_artifact(const std::string& file, const std::string& what) {
  return fail(ErrorKind::kInvalidRequest, "artifact " + file + ": " + what);
}

std::string sha256_hex(std::string_view bytes) {
  const auto digest = sha256(bytes);
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

bool is_file_name(std::string_view name) {
  return !name.empty() && name.find('/') == std::string_view::npos && name.find("..") == std::string_view::npos;
}

MappedFile::~MappedFile() { munmap(const_cast<char*>(text_.data()), text_.size()); }

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return bad_artifact(path.string(), "cannot be read");
  struct stat info{};
  fstat(fd, &info);
  const auto size = static_cast<std::size_t>(info.st_size);
  void* const bytes = size > 0 ? mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  ::close(fd);
  if (bytes == MAP_FAILED) return bad_artifact(path.string(), "cannot be mapped");
  return std::shared_ptr<const MappedFile>(new MappedFile({static_cast<const char*>(bytes), size}));
}

Result<ArtifactFiles> map_files(const std::filesystem::path& folder, json::Value files) {
  ArtifactFiles mapped;
  for (const json::Member member : files.members()) {
    const std::string name = member.key.string();
    if (!is_file_name(name)) return bad_artifact((folder / "manifest.json").string(), "files: expected plain names");
    SY_TRY(auto file, MappedFile::open(folder / name));
    if (sha256_hex(file->text()) != member.value.string()) {
      return bad_artifact((folder / name).string(), "its SHA-256 is not the manifest's");
    }
    mapped[name] = std::move(file);
  }
  return mapped;
}

Result<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return bad_artifact(path.string(), "cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

Result<Registry> read_registry(std::string_view text) {
  const auto bad = [](const std::string& what) { return bad_artifact("registry.json", what); };
  const auto document = json::Document::parse(text);
  if (!document) return bad(document.error().message);
  Registry registry;
  for (const json::Value column : document->root()["columns"].elements()) registry.columns.push_back(column.string());
  for (const json::Value value : document->root()["models"].elements()) {
    RegistryEntry entry;
    entry.model = value["model"].string();
    const std::string column = value["column"].string(), name = "model '" + entry.model + "': ";
    const auto found = std::ranges::find(registry.columns, column);
    if (found == registry.columns.end()) return bad(name + "column '" + column + "' is not measured");
    entry.column = static_cast<std::uint32_t>(found - registry.columns.begin());
    entry.proxy = value["proxy"].boolean().value_or(false);
    entry.note = value["note"].string();
    entry.prior = value["prior"].number().value_or(0);
    if (value["prior"].has_value() && !value["prior"].is_number())
      return bad(name + "expected a prior that is a number");
    if (entry.model.empty() || !(entry.prior >= 0 && entry.prior <= 1)) {
      return bad(name + "expected a name and a prior from 0 to 1");
    }
    registry.models.push_back(std::move(entry));
  }
  return registry;
}

}  // namespace switchyard::scoring
