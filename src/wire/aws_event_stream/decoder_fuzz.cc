// The same messages must come out of one chunk and of many, and what was decoded must encode to the bytes it came from.
// The fuzzer cannot guess a CRC, so those of its first bytes are made right for it.

#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "wire/aws_event_stream/big_endian.h"
#include "wire/aws_event_stream/decoder.h"
#include "wire/aws_event_stream/encoder.h"

namespace stream = switchyard::aws_event_stream;

namespace {
std::vector<std::string> decode(std::string_view bytes, std::size_t size) {
  stream::Decoder decoder(1 << 16);
  stream::Message message;
  std::vector<std::string> messages;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    decoder.feed(bytes.substr(at, size));
    for (;;) {
      const auto more = decoder.next(message);
      if (!more) return messages;
      if (!*more) break;
      std::string again;
      if (!stream::encode(message.headers, message.payload, again)) std::abort();
      messages.push_back(again);
    }
  }
  return messages;
}

void put_crc(std::string& bytes, std::size_t at) {
  std::string crc;
  stream::append_big_endian(static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), at)),
                            crc);
  bytes.replace(at, 4, crc);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 + stream::kOverheadBytes) return 0;
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  put_crc(bytes, 8);
  const std::size_t total = stream::read_big_endian<std::uint32_t>(bytes);
  const bool first_is_whole = total >= stream::kOverheadBytes && total <= bytes.size();
  if (first_is_whole) put_crc(bytes, total - stream::kTrailerBytes);
  const auto messages = decode(bytes, bytes.size());
  if (messages != decode(bytes, data[0] + 1u)) std::abort();
  if (!messages.empty() && !bytes.starts_with(messages.front())) std::abort();
  return 0;
}
