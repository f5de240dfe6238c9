#pragma once
/// \file
/// The inside of OpenAI chat messages, read. Members that no part of its kind has are kept in `request.unknown`.
/// Errors of all: kInvalidRequest, naming the field.

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"

namespace switchyard::wire::openai_chat {

/// A string, an array of parts, or nothing.
Result<void> parse_content(json::Value content, const std::string& path, Message& message, ChatRequest& request);
Result<void> parse_tool_calls(json::Value calls, const std::string& path, Message& message, ChatRequest& request);
/// A message of the role "tool".
Result<ToolResultPart> parse_tool_message(json::Value value, const std::string& path, ChatRequest& request);
/// The array in which answers carried other dialects' reasoning state (see reasoning_state.h).
Result<void> parse_reasoning_details(json::Value details, const std::string& path, Message& message,
                                     ChatRequest& request);

}  // namespace switchyard::wire::openai_chat
