#pragma once
/// \file
/// What every kind of artifact shares: a manifest that names its files with their hashes, the files mapped into memory,
/// and the registry: which measured column stands for which model.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace switchyard::scoring {

struct RegistryEntry {
  std::string model;
  std::uint32_t column = 0;
  bool proxy = false;
  std::string note;  ///< Why the column stands for the model.
  double prior =
      0;  ///< How much of the way from the column's score to 1 the model is believed to have gone since; 0 to 1.
};

struct Registry {
  std::vector<std::string> columns;  ///< Measured.
  std::vector<RegistryEntry> models;
};

/// {"columns": [...], "models": [{"model","column","proxy","note","prior"}]}. Errors: kInvalidRequest.
Result<Registry> read_registry(std::string_view text);

/// Read-only memory of a file, until destroyed.
class MappedFile {
 public:
  /// Errors: kInvalidRequest if the file cannot be read or is empty.
  static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  explicit MappedFile(std::string_view text) : text_(text) {}
  std::string_view text_;
};

using ArtifactFiles = std::map<std::string, std::shared_ptr<const MappedFile>>;

/// The files that a manifest's "files" names with their SHA-256. Errors: kInvalidRequest for a name that is a path, a
/// file that cannot be read or whose hash is another; the message names it.
Result<ArtifactFiles> map_files(const std::filesystem::path& folder, json::Value files);

/// Errors: kInvalidRequest with the file's name.
Result<std::string> read_text(const std::filesystem::path& path);
std::string sha256_hex(std::string_view bytes);
bool is_file_name(std::string_view name);
/// "artifact FILE: WHAT" as a kInvalidRequest.
std::unexpected<Error> bad_artifact(const std::string& file, const std::string& what);

}  // namespace switchyard::scoring
