#pragma once
/// \file
/// The other form of a Gemini stream, without `alt=sse`: one JSON array whose elements arrive one by one,
/// "[{...},\n{...}]". A body that is one object, as errors are, is that object.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/sse/decoder.h"

namespace switchyard::wire::gemini {

enum class StreamFraming : std::uint8_t { kSse, kArray };

/// Yields each element as an event without a name. One per stream; used like sse::Decoder; not thread-safe.
class ArrayDecoder {
 public:
  /// `event_bytes_max` bounds what one unfinished element may hold in memory.
  explicit ArrayDecoder(std::size_t event_bytes_max) : event_bytes_max_(event_bytes_max) {}

  /// Accepts the next bytes, cut anywhere. Drops elements not yet taken.
  /// Errors: kUpstreamUnavailable if an element outgrows `event_bytes_max`.
  [[nodiscard]] Result<void> feed(std::string_view chunk);

  /// The oldest complete element, or nullopt if more bytes are needed. Valid until the next call of `feed`.
  [[nodiscard]] std::optional<sse::Event> next();

 private:
  std::size_t event_bytes_max_;
  std::string pending_;    ///< From the first byte of the element being read, then all of the last chunk.
  std::size_t begin_ = 0;  ///< Where that element begins.
  std::size_t at_ = 0;     ///< What has been read.
  std::size_t depth_ = 0;  ///< Of objects and arrays inside the element; 0: between elements.
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace switchyard::wire::gemini
