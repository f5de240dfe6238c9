#pragma once
/// \file
/// How opaque reasoning state (Anthropic's signatures, OpenAI's encrypted reasoning, Gemini's thought signatures)
/// travels through a client of another dialect: as "sy1.<issuer>.<value>" in the field that such clients send back. So
/// it comes home to its issuer in a later turn, and nobody else is ever sent it.

#include <string_view>

#include "domain/chat.h"

namespace switchyard::wire {

constexpr std::string_view kStateMark = "sy1.";
/// How the ids of Responses' reasoning items begin that the gateway made: no provider knows such an item.
constexpr std::string_view kOurReasoningId = "rs_sy_";

/// What a client of `client` is shown: the value itself if that dialect issued it.
JsonText sealed_state(JsonText value, Dialect issuer, Dialect client, TextStorage& storage);

struct ReasoningState {
  JsonText value;
  Dialect issuer{};
};
/// What a client of `client` sent back. A value without the mark is its own dialect's.
ReasoningState opened_state(JsonText shown, Dialect client);

}  // namespace switchyard::wire
