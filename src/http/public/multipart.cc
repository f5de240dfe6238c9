#include "http/public/multipart.h"

#include <algorithm>

#include "net/http1.h"

namespace switchyard::http {
namespace {

constexpr std::size_t kBoundaryBytesMax = 70;
constexpr std::string_view kEndOfHeaders = "\r\n\r\n";

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes a parameter's value off the front of `rest`, up to the ';' behind it.
std::string take_value(std::string_view& rest) {
  std::string value;
  if (rest.starts_with('"')) {
    std::size_t i = 1;
    for (; i < rest.size() && rest[i] != '"'; ++i) {
      if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
      value.push_back(rest[i]);
    }
    rest.remove_prefix(std::min(i + 1, rest.size()));
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
  } else {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    value = trim(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return value;
}

/// Whether a part's headers name the field, and no file.
bool names_field(std::string_view headers, std::string_view field) {
  while (!headers.empty()) {
    const std::size_t end = std::min(headers.find("\r\n"), headers.size());
    const std::string_view line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 2, headers.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !net::same_name(trim(line.substr(0, colon)), "content-disposition"))
      continue;
    const std::string_view value = trim(line.substr(colon + 1));
    if (!net::same_name(trim(value.substr(0, value.find(';'))), "form-data")) return false;
    return header_parameter(value, "name") == field && !header_parameter(value, "filename") &&
           !header_parameter(value, "filename*");
  }
  return false;
}

}  // namespace

std::optional<std::string> header_parameter(std::string_view header, std::string_view name) {
  std::string_view rest = header;
  rest.remove_prefix(std::min(rest.find(';'), rest.size()));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find_first_of("=;"), rest.size());
    const std::string_view found = trim(rest.substr(0, end));
    rest.remove_prefix(end);
    if (!rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    std::string value = take_value(rest);
    if (net::same_name(found, name)) return value;
  }
  return std::nullopt;
}

Result<std::string> multipart_boundary(std::string_view content_type) {
  auto boundary = header_parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kBoundaryBytesMax) {
    return fail(ErrorKind::kInvalidRequest,
                "content-type: expected a boundary of 1 to " + std::to_string(kBoundaryBytesMax) + " characters");
  }
  return *std::move(boundary);
}

FieldWindow::FieldWindow(std::string_view boundary, std::string_view field, std::size_t bytes_max)
    : delimiter_("\r\n--" + std::string(boundary)), field_(field), bytes_max_(bytes_max) {}

FieldWindow::State FieldWindow::feed(std::string_view bytes) {
  window_.append(bytes);
  while (state_ == State::kLooking && step()) {
  }
  if (state_ == State::kLooking && window_.size() >= bytes_max_) state_ = State::kAbsent;
  return state_;
}

/// Goes on by one delimiter or one part's headers; false if more bytes are needed.
bool FieldWindow::step() {
  if (step_ == Step::kHeaders) return headers();
  if (step_ == Step::kOpening) {
    // The first delimiter needs no line before it.
    const std::string_view opening = std::string_view(delimiter_).substr(2);
    const std::size_t there = std::min(opening.size(), window_.size());
    const bool same = std::string_view(window_).substr(0, there) == opening.substr(0, there);
    if (same && there < opening.size()) return false;
    if (same) return delimiter(0, opening.size());
    step_ = Step::kDelimiter;
  }
  const std::size_t found = window_.find(delimiter_, from_);
  if (found != std::string::npos) return delimiter(found, delimiter_.size());
  if (window_.size() >= delimiter_.size()) from_ = std::max(from_, window_.size() - delimiter_.size() + 1);
  return false;
}

/// What seems to be a delimiter of `size` bytes begins at `at`: it is one if its line ends, or the form does.
bool FieldWindow::delimiter(std::size_t at, std::size_t size) {
  const std::size_t behind = at + size;
  if (step_ == Step::kDelimiter) from_ = at;
  if (window_.size() < behind + 2) return false;
  const std::string_view next = std::string_view(window_).substr(behind, 2);
  if (next != "\r\n" && next != "--") {
    step_ = Step::kDelimiter;
    from_ = at + 1;
    return true;
  }
  if (in_value_) {
    value_size_ = at - value_at_;
    state_ = State::kFound;
  } else if (next == "--") {
    state_ = State::kAbsent;
  } else {
    // The line's end may be the end of headers that are empty.
    step_ = Step::kHeaders;
    from_ = behind;
    part_at_ = behind + 2;
  }
  return true;
}

bool FieldWindow::headers() {
  const std::size_t end = window_.find(kEndOfHeaders, from_);
  if (end == std::string::npos) {
    if (window_.size() >= kEndOfHeaders.size()) from_ = std::max(from_, window_.size() - kEndOfHeaders.size() + 1);
    return false;
  }
  const std::size_t size = end > part_at_ ? end - part_at_ : 0;
  value_at_ = end + kEndOfHeaders.size();
  in_value_ = names_field(std::string_view(window_).substr(part_at_, size), field_);
  step_ = Step::kDelimiter;
  from_ = value_at_;
  return true;
}

}  // namespace switchyard::http
