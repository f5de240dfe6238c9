#pragma once
/// \file
/// OpenAI Chat Completions requests, read whole and written anew.
/// Source: the OpenAI API reference, "Create chat completion".

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::openai_chat {

/// Views into the document's text. Errors: kInvalidRequest, naming the field.
Result<ChatRequest> parse_request(const json::Document& body);

/// Appends the request for `target`; the same request always gives the same bytes. What `refusals` names is left out.
/// Carried by an equivalent: images as data URLs; images inside tool results in a user message behind them; a tool
/// result's error flag as the word "Error: " before its text; a thinking budget as an effort. Thinking of earlier turns
/// is left out, since it belongs to the provider that signed it, and so is cache_control, which is only a hint.
void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out);

/// What OpenAI Chat Completions cannot carry of `request`. Empty for its own requests.
std::vector<Refusal> refusals(const ChatRequest& request);

}  // namespace switchyard::wire::openai_chat
