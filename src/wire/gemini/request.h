#pragma once
/// \file
/// Gemini generateContent requests, read whole and written anew. The model and whether the answer is streamed stand in
/// the URL: parsing leaves both to the caller, and emission writes neither.
/// Source: the Gemini API reference (v1beta), "Generating content".

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::gemini {

constexpr std::size_t kStopSequencesMax = 5;  ///< Google refuses more.

/// Views into the document's text. Errors: kInvalidRequest, naming the field in camelCase.
Result<ChatRequest> parse_request(const json::Document& body);
/// The same of an object inside of another body.
Result<ChatRequest> parse_request_value(json::Value root);

/// Appends the request for `target`; the same request always gives the same bytes. Carried by an equivalent: system and
/// developer messages as `systemInstruction`; turns of one role in a row as one content; a reasoning effort as a
/// thinking level (Gemini 3 and later) or budget. Calls of earlier turns that bear no signature of Gemini get the value
/// that Google documents for them, since Gemini 3 refuses calls without one.
void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out);

}  // namespace switchyard::wire::gemini
