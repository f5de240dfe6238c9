#include "cli/mock/form.h"

#include <algorithm>

namespace switchyard::cli {
namespace {

constexpr std::size_t kPartsMax = 100;

/// The text between the quotes behind `key`, or empty.
std::string quoted_behind(std::string_view text, std::string_view key) {
  const std::size_t found = text.find(key);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = text.substr(found + key.size());
  return std::string(rest.substr(0, rest.find('"')));
}

}  // namespace

FormReader::FormReader(std::string_view content_type, std::size_t kept_max) : kept_max_(kept_max) {
  constexpr std::string_view kBoundary = "boundary=";
  const std::size_t found = content_type.find(kBoundary);
  std::string_view boundary = found == std::string_view::npos ? "" : content_type.substr(found + kBoundary.size());
  boundary = boundary.substr(0, boundary.find(';'));
  if (boundary.starts_with('"') && boundary.size() > 1) boundary = boundary.substr(1, boundary.size() - 2);
  delimiter_ = "\r\n--" + std::string(boundary);
}

const FormPart& FormReader::part(std::string_view name) const {
  static const FormPart kNone;
  const auto found = std::ranges::find(parts_, name, &FormPart::name);
  return found == parts_.end() ? kNone : *found;
}

void FormReader::feed(std::string_view bytes) {
  pending_.append(bytes);
  while (!ended_) {
    const std::size_t found = pending_.find(delimiter_);
    if (found == std::string::npos) break;
    take(found);
    if (!begin_part()) return;
  }
  // What may be the beginning of a delimiter waits for the next bytes.
  if (pending_.size() >= delimiter_.size()) take(pending_.size() - delimiter_.size() + 1);
}

/// Gives the first `count` pending bytes to the part that is being read.
void FormReader::take(std::size_t count) {
  if (inside_) {
    FormPart& part = parts_.back();
    part.kept.append(pending_, 0, std::min(count, kept_max_ - part.kept.size()));
    part.size += count;
  }
  pending_.erase(0, count);
}

/// Reads the headers behind the delimiter at the front; false if they are not all there.
bool FormReader::begin_part() {
  const std::string_view behind = std::string_view(pending_).substr(delimiter_.size());
  const std::size_t end = behind.find("\r\n\r\n");
  if (behind.starts_with("--") || parts_.size() == kPartsMax) {
    inside_ = false;
    ended_ = true;
    return false;
  }
  if (end == std::string_view::npos) return false;
  const std::string_view headers = behind.substr(0, end);
  parts_.push_back({.name = quoted_behind(headers, " name=\""), .filename = quoted_behind(headers, "filename=\"")});
  inside_ = true;
  pending_.erase(0, delimiter_.size() + end + 4);
  return true;
}

}  // namespace switchyard::cli
