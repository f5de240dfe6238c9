#include "features/features.h"

#include <algorithm>
#include <array>
#include <vector>

namespace switchyard::features {
namespace {

constexpr std::string_view kInjectedTags[] = {"system-reminder", "command-name", "command-message", "command-args",
                                              "local-command-stdout", "local-command-stderr", "local-command-caveat"};
constexpr TokenCount kTokensPerImage = 1600;
constexpr std::size_t kBytesPerToken = 4;

/// Takes every <tag>...</tag> of the known tags out of `text`, in place.
void strip_injected(std::string& text) {
  if (text.find("</") == std::string::npos) return;
  for (const std::string_view tag : kInjectedTags) {
    const std::string open = "<" + std::string(tag) + ">", close = "</" + std::string(tag) + ">";
    for (std::size_t from = 0; (from = text.find(open, from)) != std::string::npos;) {
      const std::size_t end = text.find(close, from + open.size());
      if (end == std::string::npos) break;
      text.erase(from, end + close.size() - from);
    }
  }
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// The last `most` bytes of an escaped text, cut where no escape and no character is split.
std::string_view tail(std::string_view escaped, std::size_t most) {
  if (escaped.size() <= most) return escaped;
  std::size_t at = escaped.size() - most;
  // An escape is at most 12 bytes (a surrogate pair); begin behind the first plain byte that follows a plain byte.
  for (const std::size_t end = std::min(escaped.size(), at + 24); at < end; ++at) {
    const bool continuation = (static_cast<unsigned char>(escaped[at]) & 0xc0) == 0x80;
    if (continuation || escaped[at] == '\\') continue;
    if (escaped.substr(at - 12, 12).find('\\') == std::string_view::npos) break;
  }
  return escaped.substr(at);
}

/// Decodes the newest texts until enough is there; the result is in the conversation's order.
void collect(const std::vector<JsonText>& texts, std::string& out) {
  // Injected text is removed after decoding, so more is taken than is kept.
  constexpr std::size_t kTakenMax = kTextBytesMax * 4;
  std::vector<std::string_view> newest;
  std::size_t size = 0;
  for (auto at = texts.rbegin(); at != texts.rend() && size < kTakenMax; ++at) {
    newest.push_back(tail(at->escaped, kTakenMax - size));
    size += newest.back().size() + 1;
  }
  for (auto at = newest.rbegin(); at != newest.rend(); ++at) {
    if (!out.empty()) out.push_back('\n');
    json::unescape(*at, out);
  }
}

void keep_tail(std::string& text) {
  if (text.size() <= kTextBytesMax) return;
  std::size_t from = text.size() - kTextBytesMax;
  while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xc0) == 0x80) ++from;
  text.erase(0, from);
}

}  // namespace

std::string_view turn_name(TurnType turn) {
  switch (turn) {
    case TurnType::kMain:
      return "main_loop";
    case TurnType::kToolResult:
      return "tool_result";
    case TurnType::kTitle:
      return "title_gen";
    case TurnType::kCompaction:
      return "compaction";
    case TurnType::kSubAgent:
      return "sub_agent_dispatch";
    case TurnType::kProbe:
      return "probe";
    case TurnType::kClassifier:
      return "classifier";
  }
  return "main_loop";
}

void text_to_embed(const RequestView& view, TextOptions options, std::string& out) {
  out.clear();
  if (options.user_only) {
    collect(view.user_texts, out);
    strip_injected(out);
    if (!is_blank(out)) return keep_tail(out);
    out.clear();
  }
  collect(view.other_texts, out);
  collect(view.user_texts, out);
  keep_tail(out);
}

TurnType turn_type(const RequestView& view, bool agent_client) {
  constexpr std::int64_t kProbeTokensMax = 4, kClassifierTokensMax = 256;
  constexpr std::string_view kSummary = "our task is to create a detailed summary";
  if (agent_client && view.output_tokens_max >= 1 && view.output_tokens_max <= kProbeTokensMax) return TurnType::kProbe;
  if (view.tools == 0 && view.structured_output && view.schema_has_title) return TurnType::kTitle;
  if (view.dialect == Dialect::kAnthropic && !view.other_texts.empty() &&
      view.other_texts.front().escaped.find(kSummary) != std::string_view::npos) {
    return TurnType::kCompaction;
  }
  if (view.user_id.escaped.starts_with("subagent:") ||
      view.first_user_text.escaped.substr(0, 64).find("<transcript>") != std::string_view::npos) {
    return TurnType::kSubAgent;
  }
  if (agent_client && view.tools == 0 && view.output_tokens_max >= 1 && view.output_tokens_max <= kClassifierTokensMax &&
      view.messages <= 3) {
    return TurnType::kClassifier;
  }
  return view.last_is_tool_result ? TurnType::kToolResult : TurnType::kMain;
}

TokenCount estimate_input_tokens(const RequestView& view, std::size_t body_bytes) {
  const std::size_t text_bytes = body_bytes - std::min(body_bytes, view.image_bytes);
  return static_cast<TokenCount>(text_bytes / kBytesPerToken) + kTokensPerImage * view.images;
}

}  // namespace switchyard::features
