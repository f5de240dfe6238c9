#pragma once
/// \file
/// How reasoning state lies in a reasoning item's `id` and `encrypted_content`. Inside of this folder only.
///
/// OpenAI's own state needs both: its value is "<id>:<encrypted_content>" (neither holds a colon). Foreign state is
/// sealed (wire/reasoning_state.h); Anthropic's redacted thinking says so inside the seal, since its signatures travel
/// the same way.

#include <string>
#include <string_view>

#include "domain/chat.h"
#include "wire/reasoning_state.h"

namespace switchyard::wire::openai_responses {

/// The state of an item that a client sent back; `text` stays empty. Without encrypted content the value ends in the
/// colon: good only where the provider stored the item; one of our own making then has no state at all.
ThinkingPart opened_reasoning(JsonText id, JsonText encrypted, TextStorage& storage);

/// What a client is shown as `encrypted_content`; empty if there is no state. OpenAI's own state keeps its id in front
/// if the item cannot be given that id (`id_known` false: a stream announced another one before the state came).
JsonText sealed_reasoning(const ThinkingPart& part, bool id_known, TextStorage& storage);

struct ReasoningIdentity {
  std::string_view id, encrypted;
};
/// OpenAI's own value cut in two.
ReasoningIdentity cut_state(JsonText signature);

}  // namespace switchyard::wire::openai_responses
