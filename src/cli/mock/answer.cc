#include "cli/mock/answer.h"

#include <functional>

namespace switchyard::cli {
namespace {

constexpr std::size_t kPieceBytes = 12;
constexpr std::size_t kCacheWordsMin = 1000;  ///< Prompts of so many words are partly read from a cache.

std::string said(const MockRequest& r, const MockScript& s) {
  if (r.json_mode) return R"({"answer":"mock","words":)" + std::to_string(r.prompt_words) + "}";
  std::string text = "Mock " + r.model + " read " + std::to_string(r.prompt_words) + " words.";
  if (r.images > 0) text += " Images: " + std::to_string(r.images) + ".";
  if (r.results > 0) text += " Results: " + std::to_string(r.results) + ".";
  if (r.states > 0) text += " Thoughts: " + std::to_string(r.states) + ".";
  while (text.size() < s.size) text += " And so it goes on.";
  if (s.size > 0) text.resize(s.size);
  return text;
}

Call call_of(const MockRequest& r, std::size_t i) {
  const MockTool& tool = r.tools[i % r.tools.size()];
  const std::string number = std::to_string(i);
  Call call{.suffix = (r.step > 0 ? "s" + std::to_string(r.step) + "_" : std::string()) + number,
            .name = tool.name,
            .custom = tool.custom};
  call.arguments =
      tool.custom ? "free text \"" + number + "\"" : R"({"city":"Paris \")" + number + R"(\"","n":)" + number + "}";
  return call;
}

}  // namespace

Answer answer_of(const MockRequest& r, const MockScript& s) {
  Answer a;
  a.text = said(r, s);
  if (r.thinking) a.thinking = "Thinking about it.";
  // Once the results are there, the calls have been made: a conversation with tools comes to an end.
  const std::size_t calls = r.tools.empty() || r.results > 0 || s.tools < 0 ? 0 : static_cast<std::size_t>(s.tools);
  for (std::size_t i = 0; i < calls; ++i) a.calls.push_back(call_of(r, i));
  if (!a.calls.empty()) a.text.clear();
  a.finish = s.finish;
  a.id = std::to_string(std::hash<std::string>{}(r.last_user_text + r.model) % 1000000007);
  a.input = r.prompt_words + 7;
  a.cached = r.prompt_words >= kCacheWordsMin ? 500 : 0;
  a.output = a.text.size() / 4 + 10 * a.calls.size() + 1;
  a.reasoning = a.thinking.empty() ? 0 : 5;
  return a;
}

std::vector<std::string> pieces_of(const std::string& text, int count) {
  std::vector<std::string> pieces;
  if (count >= 0) {
    for (int i = 0; i < count; ++i) pieces.push_back("token" + std::to_string(i) + " ");
    return pieces;
  }
  for (std::size_t at = 0; at < text.size(); at += kPieceBytes) pieces.push_back(text.substr(at, kPieceBytes));
  return pieces;
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

std::string text_of(json::Value content) {
  if (content.is_string()) return content.string();
  std::string text;
  for (const json::Value part : content.elements()) {
    if (part["text"].is_string()) text += part["text"].string();
  }
  return text;
}

}  // namespace switchyard::cli
