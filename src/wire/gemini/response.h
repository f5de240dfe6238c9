#pragma once
/// \file
/// Gemini GenerateContentResponse objects, read and written.
/// Source: the Gemini API reference (v1beta), "GenerateContentResponse".

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::gemini {

/// Views into the document's text. Reads the first candidate; a blocked prompt is an answer without parts that ended in
/// a content filter. Errors: kInvalidRequest, naming what is missing.
Result<ChatResponse> parse_response(const json::Document& body);
/// Appends a response object.
void emit_response(const ChatResponse& response, const AnswerContext& context, std::string& out);

/// Takes what a usageMetadata object says. False if it is not an object.
bool parse_usage(json::Value usage, Usage& into);
/// Appends a usageMetadata object.
void write_usage(const Usage& usage, std::string& out);

FinishReason finish_from(json::Value reason);
std::string_view finish_name(FinishReason reason);

/// An id for a call that came without one: the same answer always gives the same id, and another answer another.
JsonText answer_call_id(JsonText response_id, std::size_t index, JsonText name, std::string_view arguments,
                        TextStorage& storage);

/// Finds the usage of a whole answer without reading the rest of it, if it stands where the provider puts it.
bool tap_body(std::string_view body, Usage& usage);

}  // namespace switchyard::wire::gemini
