#pragma once
/// \file
/// One message of application/vnd.amazon.eventstream, as values. A message is: total length, length of the headers,
/// CRC-32 of those eight bytes; the headers; the payload; CRC-32 of everything before it. All numbers are big-endian.
/// Source: the Smithy specification, "Amazon Event Stream"; AWS documentation, "Event stream encoding".

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace switchyard::aws_event_stream {

/// The number on the wire. A boolean's value is its type.
enum class HeaderType : std::uint8_t {
  kTrue = 0,
  kFalse = 1,
  kByte = 2,       ///< 8 bits, signed.
  kShort = 3,      ///< 16 bits, signed.
  kInteger = 4,    ///< 32 bits, signed.
  kLong = 5,       ///< 64 bits, signed.
  kBytes = 6,      ///< At most 65,535 bytes.
  kString = 7,     ///< UTF-8, at most 65,535 bytes.
  kTimestamp = 8,  ///< Milliseconds since 1970, signed.
  kUuid = 9,       ///< 16 bytes.
};

/// Views point into the bytes of the decoder, or to what the caller of the encoder keeps.
struct Header {
  std::string_view name;  ///< 1 to 255 bytes: ":event-type".
  HeaderType type = HeaderType::kString;
  std::int64_t number = 0;  ///< Of kByte, kShort, kInteger, kLong and kTimestamp.
  std::string_view bytes;   ///< Of kBytes, kString and kUuid.
  friend bool operator==(const Header&, const Header&) = default;
};

struct Message {
  std::vector<Header> headers;
  std::string_view payload;
  friend bool operator==(const Message&, const Message&) = default;

  /// The first string header of this name: ":message-type" is "event", "exception" or "error".
  [[nodiscard]] std::optional<std::string_view> string(std::string_view name) const {
    for (const Header& header : headers) {
      if (header.name == name && header.type == HeaderType::kString) return header.bytes;
    }
    return std::nullopt;
  }
};

inline constexpr std::size_t kPreludeBytes = 12;  ///< Two lengths and their CRC.
inline constexpr std::size_t kTrailerBytes = 4;   ///< The message's CRC.
inline constexpr std::size_t kOverheadBytes = kPreludeBytes + kTrailerBytes;
/// What AWS's own clients accept: 128 KiB of headers and 24 MiB of payload.
inline constexpr std::size_t kHeadersBytesMax = std::size_t{128} << 10;
inline constexpr std::size_t kPayloadBytesMax = std::size_t{24} << 20;
inline constexpr std::size_t kMessageBytesMax = kOverheadBytes + kHeadersBytesMax + kPayloadBytesMax;

}  // namespace switchyard::aws_event_stream
