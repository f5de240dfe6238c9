#pragma once
/// \file
/// HTTP/1.1 message heads and chunked bodies as values. Strict: what RFC 9112 lets a recipient reject is rejected,
/// since two parties that read one message differently are how requests are smuggled. Pure: no I/O. Source: RFC 9110,
/// RFC 9112.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::net {

struct Header {
  std::string_view name;   ///< As sent; compare with `same_name`.
  std::string_view value;  ///< Without surrounding blanks.
};

/// Case-insensitive comparison of header names.
bool same_name(std::string_view a, std::string_view b);

/// The fields of one head, in their order; views into the bytes that were parsed.
class Headers {
 public:
  void clear() {
    fields_.clear();
    fields_.reserve(kUsualFields);
  }
  void add(std::string_view name, std::string_view value) { fields_.push_back({name, value}); }
  /// The first value, or nullopt.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] const std::vector<Header>& fields() const { return fields_; }

 private:
  static constexpr std::size_t kUsualFields = 16;  ///< Gathered without growing.
  std::vector<Header> fields_;
};

struct HeadLimits {
  std::size_t line_bytes_max = 8 * 1024;   ///< Request line: 414 beyond it.
  std::size_t head_bytes_max = 64 * 1024;  ///< All of the head: 431 beyond it.
  std::size_t fields_max = 100;            ///< 431 beyond it.
};

/// How the body's end is found.
enum class Framing : std::uint8_t { kNone, kLength, kChunked, kUntilClose };

struct RequestHead {
  std::string_view method;
  std::string_view target;  ///< As sent: "/v1/messages?beta=true".
  std::string_view path;    ///< Up to '?'.
  std::string_view query;   ///< Behind '?'; may be empty.
  int minor = 1;            ///< HTTP/1.x
  Headers headers;
  Framing framing = Framing::kNone;
  std::uint64_t content_length = 0;  ///< With kLength.
  bool keep_alive = true;
  bool expect_continue = false;
};

struct ResponseHead {
  int status = 0;
  std::string_view reason;
  int minor = 1;
  Headers headers;
  Framing framing = Framing::kNone;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
};

/// Finds the end of a head in `bytes`: the index behind the empty line, or nullopt if more bytes are needed.
/// `scanned` is where to go on looking when called again with more bytes.
std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t& scanned);

/// Parses a whole head (as found by `find_head_end`); `head` is reused. Views point into `bytes`.
/// Errors: kInvalidRequest, kUriTooLong, kHeadersTooLarge, kNotImplemented (transfer coding), kExpectationFailed.
Result<void> parse_request_head(std::string_view bytes, const HeadLimits& limits, RequestHead& head);
/// The same for a response to a `method` request. Errors: kUpstreamUnavailable, with the defect in `detail`.
Result<void> parse_response_head(std::string_view bytes, std::string_view method, const HeadLimits& limits,
                                 ResponseHead& head);

/// Takes chunked framing off a body, in place and under any cutting of the bytes. One decoder per body.
class ChunkedDecoder {
 public:
  /// Moves the payload in `data` to its front and returns how much that is; `consumed` is how many bytes of `data` were
  /// used (all, unless the body ended before the end of `data`). Errors: kInvalidRequest.
  Result<std::size_t> decode(std::span<char> data, std::size_t& consumed);
  [[nodiscard]] bool done() const { return state_ == State::kDone; }

 private:
  Result<void> step(char c);

  enum class State : std::uint8_t {
    kSizeFirst,
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerFirst,
    kTrailer,
    kTrailerLf,
    kEndLf,
    kDone
  };
  State state_ = State::kSizeFirst;
  std::uint64_t left_ = 0;
  std::size_t digits_ = 0;
  std::size_t overhead_ = 0;  ///< Bytes of extensions and trailers so far; bounded.
};

/// The standard reason phrase, or "Unknown".
std::string_view reason_phrase(int status);

}  // namespace switchyard::net
