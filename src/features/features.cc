#include "features/features.h"

#include <algorithm>
#include <array>
#include <vector>

namespace switchyard::features {
namespace {

constexpr TokenCount kTokensPerImage = 1600;
constexpr std::size_t kBytesPerToken = 4;

struct Tag {
  std::string_view open, close;
};
constexpr Tag kInjected[] = {
    {"<system-reminder>", "</system-reminder>"},           {"<command-name>", "</command-name>"},
    {"<command-message>", "</command-message>"},           {"<command-args>", "</command-args>"},
    {"<local-command-stdout>", "</local-command-stdout>"}, {"<local-command-stderr>", "</local-command-stderr>"},
    {"<local-command-caveat>", "</local-command-caveat>"}};

/// Takes everything from a known opening tag to its closing one out of `text`. True if a closing tag stays behind
/// without its opening one. One pass, however many tags stand open.
bool strip_injected(std::string& text) {
  if (text.find("</") == std::string::npos) return false;
  std::string kept;
  bool stray = false;
  std::array<bool, std::size(kInjected)> closes;  // Whether the tag still closes somewhere ahead.
  closes.fill(true);
  const std::string_view all = text;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = all.find('<', at)) != std::string_view::npos;) {
    const std::string_view rest = all.substr(at);
    std::size_t behind = std::string_view::npos;
    for (std::size_t i = 0; i < std::size(kInjected); ++i) {
      stray |= rest.starts_with(kInjected[i].close);
      if (!closes[i] || !rest.starts_with(kInjected[i].open)) continue;
      const std::size_t close = all.find(kInjected[i].close, at + kInjected[i].open.size());
      closes[i] = close != std::string_view::npos;
      if (closes[i]) behind = close + kInjected[i].close.size();
    }
    if (behind == std::string_view::npos) {
      ++at;
      continue;
    }
    kept.append(all, from, at - from);
    at = from = behind;
  }
  kept.append(all, from);
  text = std::move(kept);
  return stray;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// About the last `most` bytes of an escaped text, as something that decodes; only the first few bytes may come out as
/// a torn escape or character.
std::string_view tail(std::string_view escaped, std::size_t most) {
  if (escaped.size() <= most) return escaped;
  std::size_t at = escaped.size() - most;
  while (at > 0 && escaped[at - 1] == '\\') --at;  // Never between a backslash and what it escapes.
  return escaped.substr(at);
}

enum class Injected : std::uint8_t { kKept, kStripped };

/// The decoded end of one text: all of it, or more than `wanted` bytes. An injected block may be far longer than what
/// is wanted, so the window grows until its beginning is in sight.
std::string decoded_end(std::string_view escaped, std::size_t wanted, Injected injected) {
  constexpr std::size_t kTornMax = 16;  ///< More than an escape or character that the window's edge tears.
  for (std::size_t window = 2 * wanted + kTornMax;; window *= 4) {
    const std::string_view piece = tail(escaped, window);
    std::string text;
    json::unescape(piece, text);
    const bool stray = injected == Injected::kStripped && strip_injected(text);
    if (piece.size() == escaped.size() || (!stray && text.size() >= wanted + kTornMax)) return text;
  }
}

/// Puts the end of the texts, joined by newlines, before `out`, until `kTextBytesMax` bytes are there.
void collect(const std::vector<JsonText>& texts, Injected injected, std::string& out) {
  std::vector<std::string> newest;
  std::size_t size = out.size();
  for (auto at = texts.rbegin(); at != texts.rend() && size < kTextBytesMax; ++at) {
    std::string text = decoded_end(at->escaped, kTextBytesMax - size, injected);
    if (injected == Injected::kStripped && is_blank(text)) continue;
    size += text.size() + 1;
    newest.push_back(std::move(text));
  }
  if (out.empty() && newest.size() == 1) {
    out = std::move(newest.front());
    return;
  }
  std::string joined;
  joined.reserve(size + 1);
  for (auto at = newest.rbegin(); at != newest.rend(); ++at) {
    if (!joined.empty()) joined.push_back('\n');
    joined.append(*at);
  }
  if (!joined.empty() && !out.empty()) joined.push_back('\n');
  out.insert(0, joined);
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
    collect(view.user_texts, Injected::kStripped, out);
    if (!is_blank(out)) return keep_tail(out);
    out.clear();
  }
  collect(view.user_texts, Injected::kKept, out);
  collect(view.other_texts, Injected::kKept, out);
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
  if (agent_client && view.tools == 0 && view.output_tokens_max >= 1 &&
      view.output_tokens_max <= kClassifierTokensMax && view.messages <= 3) {
    return TurnType::kClassifier;
  }
  return view.last_is_tool_result ? TurnType::kToolResult : TurnType::kMain;
}

TokenCount estimate_input_tokens(const RequestView& view, std::size_t body_bytes) {
  const std::size_t text_bytes = body_bytes - std::min(body_bytes, view.image_bytes);
  return static_cast<TokenCount>(text_bytes / kBytesPerToken) + kTokensPerImage * view.images;
}

}  // namespace switchyard::features
