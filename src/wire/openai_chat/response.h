#pragma once
/// \file
/// OpenAI chat.completion objects, read and written.

#include <string>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::openai_chat {

/// Views into the document's text. Errors: kInvalidRequest, naming what is missing.
Result<ChatResponse> parse_response(const json::Document& body);
/// Appends a chat.completion. Thinking goes into `reasoning_content`, as its clients expect it.
void emit_response(const ChatResponse& response, const AnswerContext& context, std::string& out);

/// Reads a usage object into disjoint buckets; false if it is not one.
bool parse_usage(json::Value usage, Usage& into);
/// Appends a usage object.
void write_usage(const Usage& usage, std::string& out);

/// Appends an element of reasoning_details, in which reasoning state travels to the client and back.
void write_reasoning_detail(const ThinkingPart& thinking, json::Writer& w);
/// Appends an element of annotations.
void write_citation(const Citation& source, json::Writer& w);

FinishReason finish_from(json::Value reason);
std::string_view finish_name(FinishReason reason);

/// Finds the usage of a whole answer without reading the rest of it, if it stands where providers put it.
bool tap_body(std::string_view body, Usage& usage);

}  // namespace switchyard::wire::openai_chat
