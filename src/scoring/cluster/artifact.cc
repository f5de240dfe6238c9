#include "scoring/cluster/artifact.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "base/sha256.h"

namespace switchyard::scoring::cluster {
namespace {

std::unexpected<Error> bad(const std::string& file, const std::string& what) {
  return fail(ErrorKind::kInvalidRequest, "artifact " + file + ": " + what);
}

std::string hash_of(std::string_view bytes) {
  const auto digest = sha256(bytes);
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

/// The matrix, or an error that names the file.
template <class T>
Result<T> named(const std::string& file, Result<T> matrix) {
  if (!matrix) return bad(file, matrix.error().message);
  return matrix;
}

constexpr std::int64_t kTopPMax = 4096;

bool is_file_name(const std::string& name) {
  return !name.empty() && name.find('/') == std::string::npos && name.find("..") == std::string::npos;
}

}  // namespace

struct Artifact::MappedFile {
  MappedFile(const char* bytes, std::size_t size) : text(bytes, size) {}
  ~MappedFile() {
    if (!text.empty()) munmap(const_cast<char*>(text.data()), text.size());
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::string_view text;
};

Result<std::string_view> Artifact::map(const std::filesystem::path& folder, const std::string& name,
                                       const std::string& sha256_hex) {
  const std::filesystem::path path = folder / name;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return bad(path.string(), "cannot be read");
  struct stat info{};
  fstat(fd, &info);
  const auto size = static_cast<std::size_t>(info.st_size);
  void* const bytes = size > 0 ? mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  ::close(fd);
  if (bytes == MAP_FAILED) return bad(path.string(), "cannot be mapped");
  files_.push_back(std::make_shared<const MappedFile>(static_cast<const char*>(bytes), size));
  const std::string_view text = files_.back()->text;
  if (hash_of(text) != sha256_hex) return bad(path.string(), "its SHA-256 is not the manifest's");
  return text;
}

Result<void> Artifact::read_manifest(const std::filesystem::path& folder) {
  const std::string name = (folder / "manifest.json").string();
  std::ifstream file(name, std::ios::binary);
  if (!file) return bad(name, "cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  manifest_ = std::move(text).str();
  const auto document = json::Document::parse(manifest_);
  if (!document) return bad(name, document.error().message);
  const json::Value root = document->root();
  if (root["format"].integer() != kFormat) return bad(name, "format: expected " + std::to_string(kFormat));
  version_ = root["version"].string();
  embedder_identity_ = root["embedder"]["identity"].string();
  const auto alpha = root["alpha"].number(), ratio = root["output_cost_ratio"].number();
  const auto top_p = root["top_p"].integer();
  if (version_.empty() || !alpha || *alpha < 0 || *alpha > 1 || !ratio || *ratio < 0 || *ratio > 10 || !top_p ||
      *top_p < 1 || *top_p > kTopPMax) {
    return bad(name, "expected version, alpha from 0 to 1, output_cost_ratio from 0 to 10, top_p from 1 to 4096");
  }
  knobs_ = {*alpha, *ratio, static_cast<std::uint32_t>(*top_p)};
  std::string_view registry;
  for (const json::Member member : root["files"].members()) {
    const std::string file_name = member.key.string();
    if (!is_file_name(file_name)) return bad(name, "files: expected plain names");
    SY_TRY(const std::string_view bytes, map(folder, file_name, member.value.string()));
    if (file_name == "weights.npy") {
      SY_TRY(const Matrix<std::int8_t> weights, named(file_name, read_npy_i1(bytes)));
      if (!std::has_single_bit(weights.rows) || weights.columns == 0 ||
          weights.columns > StaticEmbedder::kDimensionMax) {
        return bad(file_name, "expected a power of two rows and at most 256 columns");
      }
      embedder_ = std::make_unique<StaticEmbedder>(weights, embedder_identity(bytes));
    } else if (file_name == "centroids.npy") {
      SY_TRY(centroids_, named(file_name, read_npy_f4(bytes)));
    } else if (file_name == "quality.npy") {
      SY_TRY(quality_, named(file_name, read_npy_f4(bytes)));
    } else if (file_name == "registry.json") {
      registry = bytes;
    }
  }
  if (!embedder_ || centroids_.rows == 0 || quality_.rows == 0 || registry.empty()) {
    return bad(name, "files: expected weights.npy, centroids.npy, quality.npy and registry.json");
  }
  return read_registry(registry);
}

Result<void> Artifact::read_registry(std::string_view text) {
  const auto document = json::Document::parse(text);
  if (!document) return bad("registry.json", document.error().message);
  std::vector<std::string> columns;
  for (const json::Value column : document->root()["columns"].elements()) columns.push_back(column.string());
  columns_ = columns.size();
  for (const json::Value value : document->root()["models"].elements()) {
    RegistryEntry entry;
    entry.model = value["model"].string();
    const std::string column = value["column"].string();
    const auto found = std::find(columns.begin(), columns.end(), column);
    if (found == columns.end())
      return bad("registry.json", "model '" + entry.model + "': column '" + column + "' is not measured");
    entry.column = static_cast<std::uint32_t>(found - columns.begin());
    entry.proxy = value["proxy"].boolean().value_or(false);
    entry.note = value["note"].string();
    entry.prior = value["prior"].number().value_or(0);
    if (value["prior"].has_value() && !value["prior"].is_number()) {
      return bad("registry.json", "model '" + entry.model + "': expected a prior that is a number");
    }
    if (entry.model.empty() || !(entry.prior >= 0 && entry.prior <= 1)) {
      return bad("registry.json", "model '" + entry.model + "': expected a name and a prior from 0 to 1");
    }
    registry_.push_back(std::move(entry));
  }
  return {};
}

Result<void> Artifact::check() const {
  if (embedder_->identity() != embedder_identity_) {
    return bad("manifest.json", "made with embedder '" + embedder_identity_ + "', but its weights are embedder '" +
                                    std::string(embedder_->identity()) + "'");
  }
  if (embedder_->dimension() != centroids_.columns) {
    return bad("centroids.npy", "has dimension " + std::to_string(centroids_.columns) + ", its embedder " +
                                    std::to_string(embedder_->dimension()));
  }
  if (quality_.rows != centroids_.rows || quality_.columns != columns_) {
    return bad("quality.npy", "expected a row for each cluster and a column for each measured model");
  }
  if (knobs_.top_p > centroids_.rows) return bad("manifest.json", "top_p: expected at most the number of clusters");
  for (std::size_t k = 0; k < centroids_.rows; ++k) {
    double length = 0;
    for (const float x : centroids_.row(k)) length += static_cast<double>(x) * x;
    if (!(std::abs(length - 1) < 1e-3)) return bad("centroids.npy", "row " + std::to_string(k) + ": expected length 1");
    for (const float q : quality_.row(k)) {
      if (!(q >= 0 && q <= 1)) return bad("quality.npy", "row " + std::to_string(k) + ": expected values from 0 to 1");
    }
  }
  return {};
}

Result<std::shared_ptr<const Artifact>> Artifact::load(const std::filesystem::path& folder) {
  auto artifact = std::shared_ptr<Artifact>(new Artifact);
  SY_CHECK(artifact->read_manifest(folder));
  SY_CHECK(artifact->check());
  return std::shared_ptr<const Artifact>(std::move(artifact));
}

Result<std::filesystem::path> artifact_folder(const std::filesystem::path& artifacts, const std::string& version) {
  std::string name = version;
  if (name.empty()) {
    std::ifstream latest(artifacts / "latest");
    if (!(latest >> name)) return bad((artifacts / "latest").string(), "cannot be read");
  }
  if (!is_file_name(name) || !std::filesystem::is_directory(artifacts / name)) {
    return bad((artifacts / name).string(), "there is no such version");
  }
  return artifacts / name;
}

std::string embedder_identity(std::string_view weights_file) { return "static:" + hash_of(weights_file).substr(0, 16); }

}  // namespace switchyard::scoring::cluster
