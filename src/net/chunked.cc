#include <algorithm>
#include <cstring>

#include "net/http1.h"

namespace switchyard::net {
namespace {

/// Extensions and trailers carry nothing for us; a peer that sends more than this of them wastes our time.
constexpr std::size_t kOverheadBytesMax = 16 * 1024;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::unexpected<Error> bad(const char* what) {
  return fail(ErrorKind::kInvalidRequest, std::string("chunked body: ") + what);
}

}  // namespace

Result<std::size_t> ChunkedDecoder::decode(std::span<char> data, std::size_t& consumed) {
  std::size_t in = 0, out = 0;
  while (in < data.size() && state_ != State::kDone) {
    if (state_ == State::kData) {
      const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, data.size() - in));
      if (in != out) std::memmove(data.data() + out, data.data() + in, size);
      in += size;
      out += size;
      left_ -= size;
      if (left_ == 0) state_ = State::kDataCr;
      continue;
    }
    SY_CHECK(step(data[in]));
    ++in;
  }
  consumed = in;
  return out;
}

Result<void> ChunkedDecoder::step(char c) {
  switch (state_) {
    case State::kSizeFirst:
    case State::kSize: {
      const int digit = hex_value(c);
      if (digit >= 0) {
        if (++digits_ > 15) return bad("expected a size of at most 15 digits");
        left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
        state_ = State::kSize;
        return {};
      }
      if (state_ == State::kSizeFirst) return bad("expected a size in hexadecimal digits");
      if (c == '\r') {
        state_ = State::kSizeLf;
      } else if (c == ';' || c == ' ' || c == '\t') {
        state_ = State::kExtension;
      } else {
        return bad("expected a size in hexadecimal digits");
      }
      return {};
    }
    case State::kExtension:
      if (++overhead_ > kOverheadBytesMax) return bad("more than 16 KiB of extensions and trailers");
      if (c == '\r') {
        state_ = State::kSizeLf;
      } else if (static_cast<unsigned char>(c) < 0x20 && c != '\t') {
        return bad("expected no control character in an extension");
      }
      return {};
    case State::kSizeLf:
      if (c != '\n') return bad("expected LF behind CR");
      digits_ = 0;
      state_ = left_ == 0 ? State::kTrailerFirst : State::kData;
      return {};
    case State::kDataCr:
      if (c != '\r') return bad("expected CR LF behind a chunk");
      state_ = State::kDataLf;
      return {};
    case State::kDataLf:
      if (c != '\n') return bad("expected CR LF behind a chunk");
      state_ = State::kSizeFirst;
      return {};
    case State::kTrailerFirst:
      if (c == '\r') {
        state_ = State::kEndLf;
        return {};
      }
      state_ = State::kTrailer;
      [[fallthrough]];
    case State::kTrailer:
      if (++overhead_ > kOverheadBytesMax) return bad("more than 16 KiB of extensions and trailers");
      if (c == '\r') {
        state_ = State::kTrailerLf;
      } else if (static_cast<unsigned char>(c) < 0x20 && c != '\t') {
        return bad("expected no control character in a trailer");
      }
      return {};
    case State::kTrailerLf:
      if (c != '\n') return bad("expected LF behind CR");
      state_ = State::kTrailerFirst;
      return {};
    case State::kEndLf:
      if (c != '\n') return bad("expected LF behind CR");
      state_ = State::kDone;
      return {};
    case State::kData:
    case State::kDone:
      break;
  }
  return {};
}

}  // namespace switchyard::net
