#include "wire/gemini/array_decoder.h"

namespace switchyard::wire::gemini {

Result<void> ArrayDecoder::feed(std::string_view chunk) {
  while (next()) {
  }
  // Only an element that has begun is kept; what stands between elements says nothing.
  pending_.erase(0, depth_ > 0 ? begin_ : at_);
  at_ = depth_ > 0 ? at_ - begin_ : 0;
  begin_ = 0;
  if (pending_.size() > event_bytes_max_) {
    return fail(ErrorKind::kUpstreamUnavailable, "the provider sent a stream element that is too large", {},
                Retry::kOtherUpstream);
  }
  pending_.append(chunk);
  return {};
}

std::optional<sse::Event> ArrayDecoder::next() {
  while (at_ < pending_.size()) {
    const char c = pending_[at_++];
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
    } else if (depth_ == 0) {
      if (c != '{') continue;  // The array's own brackets, commas and blanks.
      depth_ = 1;
      begin_ = at_ - 1;
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (c == '}' || c == ']') {
      --depth_;
      if (depth_ == 0) return sse::Event{{}, std::string_view(pending_).substr(begin_, at_ - begin_)};
    }
  }
  return std::nullopt;
}

}  // namespace switchyard::wire::gemini
