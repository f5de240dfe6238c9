#pragma once
/// \file
/// Reasoning state in Gemini's `thoughtSignature`. The field holds bytes, which SDKs decode and write again as base64
/// of either alphabet, so the mark of another dialect's state (see wire/reasoning_state.h) travels inside the base64.

#include <string_view>

#include "domain/chat.h"

namespace switchyard::wire::gemini {

/// What a Gemini client is shown for the state of `thought`: its issuer's signature or redacted data. Empty if it has
/// none.
JsonText shown_signature(const ThinkingPart& thought, TextStorage& storage);

/// Sets issuer, and signature or redacted data, from what a Gemini client sent back. State that bears our mark but is
/// not ours any more is left empty, so that nobody is sent it.
void read_signature(JsonText shown, ThinkingPart& thought, TextStorage& storage);

/// Bytes as base64, with padding.
std::string base64(std::string_view bytes);
/// Base64 in the standard alphabet: SDKs of Google write the URL-safe one, which other providers refuse.
JsonText standard_base64(JsonText data, TextStorage& storage);

}  // namespace switchyard::wire::gemini
