#pragma once
/// \file
/// Anthropic Messages requests, read whole and written anew.
/// Source: the Anthropic API reference, "Create a Message".

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::anthropic {

/// What max_tokens is when the client gave none; Anthropic requires it.
constexpr TokenCount kDefaultMaxTokens = 8192;

/// Views into the document's text. Errors: kInvalidRequest, naming the field.
Result<ChatRequest> parse_request(const json::Document& body);

/// Appends the request for `target`; the same request always gives the same bytes. What the field rules refuse is left
/// out. Source: field_rules.cc says what becomes of each field.
void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out);

}  // namespace switchyard::wire::anthropic
