#include "wire/aws_event_stream/encoder.h"

#include <zlib.h>

#include <limits>

#include "wire/aws_event_stream/big_endian.h"

namespace switchyard::aws_event_stream {
namespace {

constexpr std::size_t kNameBytesMax = 255;
constexpr std::size_t kValueBytesMax = 65'535;
constexpr std::size_t kUuidBytes = 16;

void append_crc_since(std::size_t begin, std::string& out) {
  const auto* bytes = reinterpret_cast<const Bytef*>(out.data()) + begin;
  append_big_endian(static_cast<std::uint32_t>(crc32_z(0, bytes, out.size() - begin)), out);
}

template <class Signed>
bool append_number(std::int64_t value, std::string& out) {
  if (value < std::numeric_limits<Signed>::min() || value > std::numeric_limits<Signed>::max()) return false;
  append_big_endian(static_cast<std::make_unsigned_t<Signed>>(value), out);
  return true;
}

bool append_value(const Header& header, std::string& out) {
  switch (header.type) {
    case HeaderType::kTrue:
    case HeaderType::kFalse:
      return true;
    case HeaderType::kByte:
      return append_number<std::int8_t>(header.number, out);
    case HeaderType::kShort:
      return append_number<std::int16_t>(header.number, out);
    case HeaderType::kInteger:
      return append_number<std::int32_t>(header.number, out);
    case HeaderType::kLong:
    case HeaderType::kTimestamp:
      return append_number<std::int64_t>(header.number, out);
    case HeaderType::kBytes:
    case HeaderType::kString:
      if (header.bytes.size() > kValueBytesMax) return false;
      append_big_endian(static_cast<std::uint16_t>(header.bytes.size()), out);
      out.append(header.bytes);
      return true;
    case HeaderType::kUuid:
      out.append(header.bytes);
      return header.bytes.size() == kUuidBytes;
  }
  return false;
}

std::size_t size_of(const Header& header) {
  switch (header.type) {
    case HeaderType::kTrue:
    case HeaderType::kFalse:
      return 2 + header.name.size();
    case HeaderType::kByte:
      return 3 + header.name.size();
    case HeaderType::kShort:
      return 4 + header.name.size();
    case HeaderType::kInteger:
      return 6 + header.name.size();
    case HeaderType::kLong:
    case HeaderType::kTimestamp:
      return 10 + header.name.size();
    case HeaderType::kBytes:
    case HeaderType::kString:
      return 4 + header.name.size() + header.bytes.size();
    case HeaderType::kUuid:
      return 2 + header.name.size() + kUuidBytes;
  }
  return 0;
}

}  // namespace

Result<void> encode(std::span<const Header> headers, std::string_view payload, std::string& out) {
  std::size_t header_bytes = 0;
  for (const Header& header : headers) header_bytes += size_of(header);
  if (header_bytes > kHeadersBytesMax)
    return fail(ErrorKind::kInvalidRequest, "event stream: headers over their limit");
  if (payload.size() > kPayloadBytesMax) {
    return fail(ErrorKind::kInvalidRequest, "event stream: a payload over its limit");
  }

  const std::size_t begin = out.size();
  append_big_endian(static_cast<std::uint32_t>(kOverheadBytes + header_bytes + payload.size()), out);
  append_big_endian(static_cast<std::uint32_t>(header_bytes), out);
  append_crc_since(begin, out);
  for (const Header& header : headers) {
    const bool named = !header.name.empty() && header.name.size() <= kNameBytesMax;
    out.push_back(static_cast<char>(header.name.size()));
    out.append(header.name);
    out.push_back(static_cast<char>(header.type));
    if (!named || !append_value(header, out)) {
      out.resize(begin);
      return fail(ErrorKind::kInvalidRequest, "event stream: a header that the format cannot hold");
    }
  }
  out.append(payload);
  append_crc_since(begin, out);
  return {};
}

}  // namespace switchyard::aws_event_stream
