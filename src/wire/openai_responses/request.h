#pragma once
/// \file
/// OpenAI Responses requests, read whole and written anew.
/// Source: the OpenAI API reference, "Create a model response".

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::openai_responses {

/// Views into the document's text. Errors: kInvalidRequest, naming the field.
/// Assistant items in a row (reasoning, message, function_call, ...) are one message, and so are tool outputs in a row.
/// Ids, status and phase of items are bookkeeping of this dialect and left out; a reasoning item's id stays with its
/// state. Fields that no other dialect has are `unknown`: "store", "reasoning.summary", "include[0]".
Result<ChatRequest> parse_request(const json::Document& body);

/// Whether `input` holds reasoning items that this gateway made or sealed: a Responses provider would refuse them, so
/// they are cut out of a request that is passed on.
bool holds_our_reasoning(json::Value input);

/// Appends the request for `target`; the same request always gives the same bytes.
/// A client of another dialect keeps no state at the provider: such requests say store=false, and with reasoning on
/// they ask for the encrypted state, so that it comes home in a later turn. System messages become `instructions` if
/// they all stand in front, else developer messages. Carried by an equivalent: a tool result's error flag as the word
/// "Error: " before its text; a thinking budget as an effort; plain-text documents as text.
void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out);

}  // namespace switchyard::wire::openai_responses
