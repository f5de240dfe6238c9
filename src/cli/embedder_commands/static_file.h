#pragma once
/// \file
/// A table of the static embedder as a file of its own (.npy, int8), with a manifest beside it (.json).

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

#include "base/result.h"
#include "scoring/embedder.h"
#include "scoring/encoder.h"

namespace switchyard::cli {

/// The file's bytes and the embedder that views them. As an encoder it never fails.
class StaticFile final : public scoring::Encoder {
 public:
  /// Errors: kNotFound, or kInvalidRequest if it is no table that the static embedder takes.
  static Result<std::unique_ptr<StaticFile>> open(const std::filesystem::path& path);

  [[nodiscard]] std::size_t dimension() const override { return weights_.columns; }
  [[nodiscard]] std::string_view identity() const override { return embedder_->identity(); }
  [[nodiscard]] Result<std::vector<float>> encode(std::span<const std::string_view> texts) const override;

  [[nodiscard]] const scoring::Matrix<std::int8_t>& weights() const { return weights_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

 private:
  explicit StaticFile(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
  scoring::Matrix<std::int8_t> weights_;
  std::unique_ptr<scoring::StaticEmbedder> embedder_;
};

/// The manifest's place: the table's path with .json instead of .npy.
std::filesystem::path manifest_path(const std::filesystem::path& table);

/// `switchyard embedder info FILE`: what the table is and what its manifest says, as JSON.
Result<void> static_info(const std::filesystem::path& path, std::ostream& out);

}  // namespace switchyard::cli
