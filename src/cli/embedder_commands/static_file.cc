#include "cli/embedder_commands/static_file.h"

#include <bit>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "base/json_writer.h"
#include "scoring/cluster/artifact.h"

namespace switchyard::cli {
namespace {

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::kNotFound, "'" + path.string() + "' cannot be read");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

Result<std::unique_ptr<StaticFile>> StaticFile::open(const std::filesystem::path& path) {
  SY_TRY(std::string bytes, read_file(path));
  std::unique_ptr<StaticFile> out(new StaticFile(std::move(bytes)));
  SY_TRY(out->weights_, scoring::read_npy_i1(out->bytes_));
  if (!std::has_single_bit(out->weights_.rows) || out->weights_.columns < 1 ||
      out->weights_.columns > scoring::StaticEmbedder::kDimensionMax) {
    return fail(ErrorKind::kInvalidRequest,
                "'" + path.string() + "': expected rows that are a power of two and 1 to 256 columns");
  }
  out->embedder_ =
      std::make_unique<scoring::StaticEmbedder>(out->weights_, scoring::cluster::embedder_identity(out->bytes_));
  return out;
}

Result<std::vector<float>> StaticFile::encode(std::span<const std::string_view> texts) const {
  std::vector<float> out(texts.size() * dimension());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    embedder_->embed(texts[i], std::span(out).subspan(i * dimension(), dimension()));
  }
  return out;
}

std::filesystem::path manifest_path(const std::filesystem::path& table) {
  return std::filesystem::path(table).replace_extension(".json");
}

Result<void> static_info(const std::filesystem::path& path, std::ostream& out) {
  SY_TRY(const auto file, StaticFile::open(path));
  std::string text;
  json::Writer w(text);
  w.begin_object().field("kind", "static").field("identity", file->identity());
  w.field("buckets", file->weights().rows).field("dimension", file->dimension()).field("bytes", file->bytes());
  if (const auto manifest = read_file(manifest_path(path))) {
    SY_TRY(const json::Document document, json::Document::parse(*manifest));
    w.field("manifest_fits", document.root()["identity"].equals(file->identity()));
    w.field_raw("manifest", document.root().raw());
  }
  w.end_object();
  out << text << "\n";
  return {};
}

}  // namespace switchyard::cli
