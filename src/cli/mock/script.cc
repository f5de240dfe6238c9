#include "cli/mock/script.h"

#include <charconv>
#include <vector>

namespace switchyard::cli {
namespace {

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    words += !blank && !inside;
    inside = !blank;
  }
  return words;
}

/// The text of a content that is a string or an array of parts.
std::string text_of(json::Value content) {
  if (content.is_string()) return content.string();
  std::string text;
  for (const json::Value part : content.elements()) {
    if (part["text"].is_string()) text += part["text"].string();
  }
  return text;
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
    if (name == "finish") s.finish = value;
  }
}

std::string_view find_directive(std::string_view text) {
  constexpr std::string_view kOpen = "[[mock:";
  const std::size_t begin = text.rfind(kOpen);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = text.find("]]", begin);
  return end == std::string_view::npos ? std::string_view() : text.substr(begin + kOpen.size(), end - begin - kOpen.size());
}

MockRequest read_mock_request(json::Value root, bool anthropic) {
  MockRequest r;
  r.anthropic = anthropic;
  r.model = root["model"].string();
  r.stream = root["stream"].boolean().value_or(false);
  r.include_usage = root["stream_options"]["include_usage"].boolean().value_or(false);
  const json::Value format = anthropic ? root["output_config"]["format"] : root["response_format"];
  r.json_mode = format["type"].is_string() && !format["type"].equals("text");
  r.thinking = anthropic ? root["thinking"]["type"].equals("enabled") : root["reasoning_effort"].is_string();
  r.prompt_words = count_words(text_of(root["system"]));
  for (const json::Value message : root["messages"].elements()) {
    const std::string text = text_of(message["content"]);
    r.prompt_words += count_words(text);
    if (message["role"].equals("user") && !text.empty()) r.last_user_text = text;
  }
  for (const json::Value tool : root["tools"].elements()) {
    r.tools.push_back((anthropic ? tool["name"] : tool["function"]["name"]).string());
  }
  return r;
}

}  // namespace switchyard::cli
