#include "cli/mock/script.h"

#include <charconv>

namespace switchyard::cli {
namespace {

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

void take_directive(std::string_view words, MockScript& s) {
  while (!words.empty()) {
    const std::size_t blank = words.find(' ');
    const std::string_view word = words.substr(0, blank);
    words.remove_prefix(blank == std::string_view::npos ? words.size() : blank + 1);
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
    if (name == "status") s.status = static_cast<int>(number(value));
    if (name == "retry-after") s.retry_after = static_cast<int>(number(value));
    if (name == "delay") s.delay_ms = number(value);
    if (name == "event-delay") s.event_delay_ms = number(value);
    if (name == "stall-after") s.stall_after = static_cast<int>(number(value));
    if (name == "close-after") s.close_after = static_cast<int>(number(value));
    if (name == "error-after") s.error_after = static_cast<int>(number(value));
    if (name == "cut") s.cut = static_cast<std::size_t>(number(value));
    if (name == "events") s.events = static_cast<int>(number(value));
    if (name == "size") s.size = static_cast<std::size_t>(number(value));
    if (name == "tools") s.tools = static_cast<int>(number(value));
    if (name == "malformed") s.malformed = true;
    if (name == "no-usage") s.no_usage = true;
    if (name == "no-done") s.no_done = true;
    if (name == "lenient") s.lenient = true;
    if (name == "finish") s.finish = value;
    if (name == "block") s.block = value;
  }
}

std::string_view find_directive(std::string_view text) {
  constexpr std::string_view kOpen = "[[mock:";
  const std::size_t begin = text.rfind(kOpen);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = text.find("]]", begin);
  return end == std::string_view::npos ? std::string_view()
                                       : text.substr(begin + kOpen.size(), end - begin - kOpen.size());
}

}  // namespace switchyard::cli
