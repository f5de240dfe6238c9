#pragma once
/// \file
/// Anthropic Messages requests, read whole and written anew.
/// Source: the Anthropic API reference, "Create a Message".

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::anthropic {

/// What max_tokens is when the client gave none; Anthropic requires it.
constexpr TokenCount kDefaultMaxTokens = 8192;

/// Views into the document's text. Errors: kInvalidRequest, naming the field.
Result<ChatRequest> parse_request(const json::Document& body);

/// Appends the request for `target`; the same request always gives the same bytes. What `refusals` names is left out.
/// Carried by an equivalent: system and developer messages as `system` blocks; a reasoning effort as a thinking budget;
/// JSON mode as a system block that asks for one JSON object; a temperature above 1 as 1; a JSON schema as
/// output_config.format. Thinking of earlier turns in other dialects is left out: it bears no signature.
void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out);

/// What Anthropic Messages cannot carry of `request`. Empty for its own requests.
std::vector<Refusal> refusals(const ChatRequest& request);

}  // namespace switchyard::wire::anthropic
