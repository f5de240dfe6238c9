#pragma once
/// \file
/// Takes content codings off a body, with a limit on what comes out. Pure: no I/O.
/// Source: RFC 9110 section 8.4, RFC 1950 to 1952, RFC 7932 (br), RFC 8878 (zstd).

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::net {

/// One coding. `feed` appends what could be taken off so far.
class Decompressor {
 public:
  virtual ~Decompressor() = default;
  virtual Result<void> feed(std::string_view bytes, std::size_t out_bytes_max, std::string& out) = 0;
  [[nodiscard]] virtual bool complete() const = 0;
};

class Inflater {
 public:
  /// `content_encoding`: gzip, x-gzip, deflate, br, zstd, identity, or a list of at most two of them.
  /// Errors: kUnsupportedMediaType for any other.
  static Result<Inflater> create(std::string_view content_encoding, std::size_t out_bytes_max);
  /// Bytes cut anywhere. Errors: kTooLarge beyond `out_bytes_max`, kInvalidRequest for broken or trailing bytes.
  Result<void> feed(std::string_view bytes, std::string& out);
  /// Errors: kInvalidRequest if the body was cut short.
  Result<void> finish() const;

 private:
  std::vector<std::unique_ptr<Decompressor>> layers_;  ///< Outermost first.
  std::size_t out_bytes_max_ = 0;
  std::string between_;
};

}  // namespace switchyard::net
