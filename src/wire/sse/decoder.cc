#include "wire/sse/decoder.h"

#include <algorithm>

namespace switchyard::sse {
namespace {
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
}

Result<void> Decoder::feed(std::string_view chunk) {
  // An event of one line points into `pending_`, which is about to move.
  if (data_lines_ == 1 && one_line_.data() != nullptr) {
    data_.assign(one_line_);
    one_line_ = {};
  }
  pending_.erase(0, at_);
  searched_ -= std::min(searched_, at_);
  at_ = 0;
  pending_.append(chunk);
  if (pending_.size() - chunk.size() + data_.size() > event_bytes_max_) {
    return fail(ErrorKind::kUpstreamUnavailable,
                "the provider sent an event of more than " + std::to_string(event_bytes_max_) + " bytes", {},
                Retry::kOtherUpstream);
  }
  return {};
}

std::optional<Event> Decoder::next() {
  const std::string_view text = pending_;
  while (at_ < text.size()) {
    if (!started_) {
      if (text.size() < kByteOrderMark.size() && kByteOrderMark.starts_with(text)) return std::nullopt;
      if (text.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
      started_ = true;
      continue;
    }
    if (skip_lf_) {
      // The CR before has ended its line already; an LF behind it belongs to the same line ending.
      skip_lf_ = false;
      if (text[at_] == '\n') {
        ++at_;
        continue;
      }
    }
    const std::size_t end = text.find_first_of("\r\n", std::max(at_, searched_));
    if (end == std::string_view::npos) {
      searched_ = text.size();
      return std::nullopt;
    }
    const std::string_view line = text.substr(at_, end - at_);
    skip_lf_ = text[end] == '\r';
    at_ = end + 1;
    if (take_line(line)) {
      const std::string_view data = one_line_.data() != nullptr ? one_line_ : std::string_view(data_);
      finished_name_.swap(name_);
      name_.clear();
      if (one_line_.data() == nullptr) {
        finished_data_.swap(data_);
        data_.clear();
        data_lines_ = 0;
        return Event{finished_name_, finished_data_};
      }
      one_line_ = {};
      data_lines_ = 0;
      return Event{finished_name_, data};
    }
  }
  return std::nullopt;
}

/// Interprets one line; true if it ended an event that has data.
bool Decoder::take_line(std::string_view line) {
  if (line.empty()) {
    if (data_lines_ > 0) return true;
    name_.clear();
    return false;
  }
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    if (data_lines_ == 0) {
      one_line_ = value.data() != nullptr ? value : std::string_view("", 0);
    } else {
      if (one_line_.data() != nullptr) data_.assign(one_line_);
      one_line_ = {};
      data_.push_back('\n');
      data_.append(value);
    }
    ++data_lines_;
  } else if (field == "event") {
    name_.assign(value);
  }
  return false;
}

}  // namespace switchyard::sse
