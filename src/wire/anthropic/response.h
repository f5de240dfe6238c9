#pragma once
/// \file
/// Anthropic message objects, read and written.

#include <string>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::anthropic {

/// Views into the document's text. Errors: kInvalidRequest, naming what is missing.
Result<ChatResponse> parse_response(const json::Document& body);
/// Appends a message object. Its stop reason is tool_use exactly if a tool call is in it.
void emit_response(const ChatResponse& response, const AnswerContext& context, std::string& out);

/// Takes what a usage object says into `into`: message_delta repeats only some of what message_start said.
/// False if it is not an object.
bool parse_usage(json::Value usage, Usage& into);
/// Appends a citation of a place on the web.
void write_citation(const Citation& source, json::Writer& w);
/// Appends a usage object.
void write_usage(const Usage& usage, std::string& out);

FinishReason finish_from(json::Value reason);
std::string_view finish_name(FinishReason reason);

/// Finds the usage of a whole answer without reading the rest of it, if it stands where the provider puts it.
bool tap_body(std::string_view body, Usage& usage);

}  // namespace switchyard::wire::anthropic
