#pragma once
/// \file
/// OpenAI Responses answers, read and written.
/// Source: the OpenAI API reference, "The response object".

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::openai_responses {

/// Views into the document's text. Errors: kInvalidRequest, naming what is missing; kUpstreamRejected for an answer
/// that says it failed.
Result<ChatResponse> parse_response(const json::Document& body);
/// Appends a response object with every field that clients' typed models want. Thinking becomes reasoning items with
/// its text as the summary and its state sealed; calls of the request's custom tools become custom_tool_call items.
void emit_response(const ChatResponse& response, const AnswerContext& context, std::string& out);

/// Reads a usage object into disjoint buckets; false if it is not one.
bool parse_usage(json::Value usage, Usage& into);
/// Appends a usage object.
void write_usage(const Usage& usage, std::string& out);

/// Why an answer ended, from its object: `status` and `incomplete_details`, and what its output holds.
FinishReason finish_from(json::Value response);
/// The `incomplete_details.reason` of an answer that ended so; empty if it counts as completed.
std::string_view finish_name(FinishReason reason);

/// Finds the usage of a whole answer, or of the event that ends a stream, without reading the rest of it, if it stands
/// where providers put it.
bool tap_body(std::string_view body, Usage& usage);

}  // namespace switchyard::wire::openai_responses
