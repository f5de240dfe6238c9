#include "wire/gemini/signature.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/json.h"
#include "wire/fields.h"
#include "wire/reasoning_state.h"

namespace switchyard::wire::gemini {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kMarkInBase64 = "c3kxL";  ///< How base64 of `kStateMark` begins.
constexpr std::string_view kRedacted = "redacted.";  ///< Before Anthropic's redacted data, which is no signature.

int digit(char c) {
  if (c == '-') return 62;
  if (c == '_') return 63;
  const std::size_t found = kAlphabet.find(c);
  return found == std::string_view::npos ? -1 : static_cast<int>(found);
}

/// Nothing if it is not base64 of printable ASCII: no state of ours is anything else.
std::optional<std::string> decoded_state(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int held = 0;
  while (text.ends_with('=')) text.remove_suffix(1);
  for (const char c : text) {
    const int value = digit(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const char byte = static_cast<char>(bits >> held & 0xff);
    if (byte < ' ' || byte > '~') return std::nullopt;
    out.push_back(byte);
  }
  return out;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out.push_back(i + k > bytes.size() ? '=' : kAlphabet[group >> (18 - 6 * k) & 63]);
    }
  }
  return out;
}

JsonText standard_base64(JsonText data, TextStorage& storage) {
  if (data.escaped.find_first_of("-_") == std::string_view::npos) return data;
  std::string& standard = storage.emplace_back(data.escaped);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  return {standard};
}

JsonText shown_signature(const ThinkingPart& thought, TextStorage& storage) {
  JsonText state = thought.signature;
  if (!thought.redacted.empty()) {
    state = {storage.emplace_back(std::string(kRedacted).append(thought.redacted.escaped))};
  }
  if (state.empty() || thought.issuer == Dialect::kGemini) return state;
  const JsonText sealed = sealed_state(state, thought.issuer, Dialect::kGemini, storage);
  return {storage.emplace_back(base64(decoded(sealed, storage)))};
}

void read_signature(JsonText shown, ThinkingPart& thought, TextStorage& storage) {
  thought.issuer = Dialect::kGemini;
  thought.signature = shown;
  if (!shown.escaped.starts_with(kMarkInBase64)) return;
  const std::optional<std::string> bytes = decoded_state(shown.escaped);
  if (!bytes || !bytes->starts_with(kStateMark)) return;
  const ReasoningState state = opened_state(stored_text(*bytes, storage), Dialect::kGemini);
  thought.issuer = state.issuer;
  thought.signature = state.value;
  if (!state.value.escaped.starts_with(kRedacted)) return;
  thought.signature = {};
  thought.redacted = {state.value.escaped.substr(kRedacted.size())};
}

}  // namespace switchyard::wire::gemini
