#pragma once
/// \file
/// Gemini countTokens: how many tokens a prompt has.
/// Source: the Gemini API reference (v1beta), "Counting tokens".

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::gemini {

/// {"contents":[...]} or {"generateContentRequest":{"model":"models/...",...}}. As for parse_request, the model stands
/// in the URL. Errors: kInvalidRequest, naming the field.
Result<ChatRequest> parse_count_request(const json::Document& body);
/// Appends {"generateContentRequest":{...}}, which counts tools and system instruction too.
void emit_count_request(const ChatRequest& request, const EmitTarget& target, std::string& out);

/// Errors: kInvalidRequest if the answer has no count.
Result<TokenCount> parse_count_answer(const json::Document& body);
/// Appends {"totalTokens":n}.
void emit_count_answer(TokenCount tokens, std::string& out);

}  // namespace switchyard::wire::gemini
