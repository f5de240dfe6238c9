// Any bytes: as a request head, as a response head, as a chunked body cut in two.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/http1.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::net;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const HeadLimits limits;
  std::size_t scanned = 0;
  if (const auto end = find_head_end(bytes, scanned)) {
    RequestHead request;
    if (parse_request_head(std::string_view(bytes).substr(0, *end), limits, request)) {
      // What was accepted must be unambiguous.
      if (request.headers.count("content-length") > 1) std::abort();
      if (request.framing == Framing::kChunked && request.headers.get("content-length")) std::abort();
    }
    ResponseHead response;
    (void)parse_response_head(std::string_view(bytes).substr(0, *end), "POST", limits, response);
  }
  const std::size_t cut = size == 0 ? 0 : data[0] % size;
  ChunkedDecoder decoder;
  std::string first = bytes.substr(0, cut), second = bytes.substr(cut);
  std::size_t consumed = 0;
  const auto got = decoder.decode(first, consumed);
  if (got && *got > first.size()) std::abort();
  if (got && !decoder.done()) (void)decoder.decode(second, consumed);
  return 0;
}
