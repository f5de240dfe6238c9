#include "wire/aws_event_stream/decoder.h"

#include <zlib.h>

#include "wire/aws_event_stream/big_endian.h"

namespace switchyard::aws_event_stream {
namespace {

std::uint32_t crc32_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

/// Takes values from the front of the headers' bytes; each says whether there were enough.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool done() const { return rest_.empty(); }

  bool header(Header& out) {
    std::uint64_t type = 0;
    if (!counted<std::uint8_t>(out.name) || out.name.empty() || !count<std::uint8_t>(type)) return false;
    out.type = static_cast<HeaderType>(type);
    switch (out.type) {
      case HeaderType::kTrue:
      case HeaderType::kFalse:
        return true;
      case HeaderType::kByte:
        return number<std::uint8_t>(out.number);
      case HeaderType::kShort:
        return number<std::uint16_t>(out.number);
      case HeaderType::kInteger:
        return number<std::uint32_t>(out.number);
      case HeaderType::kLong:
      case HeaderType::kTimestamp:
        return number<std::uint64_t>(out.number);
      case HeaderType::kBytes:
      case HeaderType::kString:
        return counted<std::uint16_t>(out.bytes);
      case HeaderType::kUuid:
        return take(16, out.bytes);
    }
    return false;  // A type that the format does not know has an unknown length.
  }

 private:
  bool take(std::size_t size, std::string_view& out) {
    if (rest_.size() < size) return false;
    out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  template <class Unsigned>
  bool count(std::uint64_t& out) {
    std::string_view bytes;
    if (!take(sizeof(Unsigned), bytes)) return false;
    out = read_big_endian<Unsigned>(bytes);
    return true;
  }
  /// In two's complement: the sign bit is spread over the bits in front of it.
  template <class Unsigned>
  bool number(std::int64_t& out) {
    constexpr std::uint64_t kSign = std::uint64_t{1} << (8 * sizeof(Unsigned) - 1);
    std::uint64_t bits = 0;
    if (!count<Unsigned>(bits)) return false;
    out = static_cast<std::int64_t>((bits ^ kSign) - kSign);
    return true;
  }
  /// Bytes behind their own count.
  template <class Count>
  bool counted(std::string_view& out) {
    std::uint64_t size = 0;
    return count<Count>(size) && take(size, out);
  }

  std::string_view rest_;
};

}  // namespace

std::unexpected<Error> Decoder::broken(const char* problem) {
  problem_ = problem;
  return fail(ErrorKind::kUpstreamUnavailable, "the provider's event stream is damaged", problem,
              Retry::kOtherUpstream);
}

void Decoder::feed(std::string_view chunk) {
  if (problem_ != nullptr) return;
  pending_.erase(0, at_);
  at_ = 0;
  pending_.append(chunk);
}

Result<bool> Decoder::next(Message& message) {
  if (problem_ != nullptr) return broken(problem_);
  const std::string_view bytes = std::string_view(pending_).substr(at_);
  if (message_bytes_ == 0) {
    if (bytes.size() < kPreludeBytes) return false;
    if (crc32_of(bytes.substr(0, 8)) != read_big_endian<std::uint32_t>(bytes.substr(8)))
      return broken("wrong CRC of a prelude");
    const std::size_t total = read_big_endian<std::uint32_t>(bytes);
    const std::size_t headers = read_big_endian<std::uint32_t>(bytes.substr(4));
    if (total > message_bytes_max_) return broken("a message over its limit");
    if (headers > kHeadersBytesMax) return broken("headers over their limit");
    if (total < kOverheadBytes || headers > total - kOverheadBytes) return broken("lengths that contradict each other");
    message_bytes_ = total;
  }
  if (bytes.size() < message_bytes_) return false;

  const std::string_view whole = bytes.substr(0, message_bytes_);
  const std::string_view checked = whole.substr(0, whole.size() - kTrailerBytes);
  if (crc32_of(checked) != read_big_endian<std::uint32_t>(whole.substr(checked.size())))
    return broken("wrong CRC of a message");
  const std::size_t header_bytes = read_big_endian<std::uint32_t>(whole.substr(4));
  message.headers.clear();
  for (HeaderReader reader(whole.substr(kPreludeBytes, header_bytes)); !reader.done();) {
    if (!reader.header(message.headers.emplace_back())) return broken("a malformed header");
  }
  message.payload = checked.substr(kPreludeBytes + header_bytes);
  at_ += message_bytes_;
  message_bytes_ = 0;
  return true;
}

}  // namespace switchyard::aws_event_stream
