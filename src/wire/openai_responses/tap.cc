#include "wire/openai_responses/tap.h"

#include <algorithm>

#include "base/json.h"
#include "wire/openai_responses/response.h"

namespace switchyard::wire::openai_responses {
namespace {

/// An event's type: its name, or else what its payload says: "response." and what follows, or "error"; items and parts
/// inside have other types.
std::string_view type_of(std::string_view event, std::string_view data) {
  constexpr std::string_view kName = "event:";
  if (event.starts_with(kName)) {
    const std::string_view line = event.substr(0, event.find_first_of("\r\n"));
    const std::size_t begin = line.find_first_not_of(' ', kName.size());
    return begin == std::string_view::npos ? std::string_view{} : line.substr(begin);
  }
  constexpr std::string_view kType = "\"type\":";
  for (std::size_t at = data.find(kType); at != std::string_view::npos; at = data.find(kType, at + 1)) {
    const std::size_t begin = data.find_first_not_of(' ', at + kType.size());
    if (begin == std::string_view::npos || data[begin] != '"') continue;
    const std::string_view value = data.substr(begin + 1, data.find('"', begin + 1) - begin - 1);
    if (value.starts_with("response.") || value == "error") return value;
  }
  return {};
}

/// The length of the fragment in a delta event, or 0.
std::size_t delta_bytes(std::string_view data) {
  constexpr std::string_view kDelta = "\"delta\":";
  const std::size_t found = data.find(kDelta);
  if (found == std::string_view::npos) return 0;
  std::size_t at = data.find('"', found + kDelta.size());
  if (at == std::string_view::npos) return 0;
  const std::size_t begin = ++at;
  while (at < data.size() && data[at] != '"') at += data[at] == '\\' ? 2 : 1;
  return std::min(at, data.size()) - begin;
}

}  // namespace

std::string_view StreamTap::feed(std::string_view bytes) {
  splitter_.feed(bytes, [this](std::string_view event) { see(event); });
  return bytes;
}

void StreamTap::see(std::string_view event) {
  const std::string_view data = data_of(event);
  if (data.empty()) return;
  const std::string_view type = type_of(event, data);
  if (type.ends_with(".delta")) {
    const std::size_t bytes = delta_bytes(data);
    had_output_ |= bytes > 0;
    output_bytes_ += bytes;
  } else if (type == "response.output_item.added" || type == "response.output_item.done") {
    tool_calls_ |= data.find("\"function_call\"") != std::string_view::npos ||
                   data.find("\"custom_tool_call\"") != std::string_view::npos;
    had_output_ |= tool_calls_;
  } else if (type == "response.completed" || type == "response.incomplete" || type == "response.failed") {
    ended_ = true;
    failed_ |= type == "response.failed";
    has_usage_ |= tap_body(data, usage_);
  } else if (type == "error") {
    failed_ = true;
  }
}

}  // namespace switchyard::wire::openai_responses
