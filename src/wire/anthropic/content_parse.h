#pragma once
/// \file
/// Anthropic content blocks, read: the inside of `system`, of messages and of tool results.

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"

namespace switchyard::wire::anthropic {

/// Reads `content`, a string or an array of blocks, into `message`. Members that no block of this kind has are kept in
/// `request.unknown`. Errors: kInvalidRequest, naming the field.
Result<void> parse_content(json::Value content, const std::string& path, Message& message, ChatRequest& request);

}  // namespace switchyard::wire::anthropic
