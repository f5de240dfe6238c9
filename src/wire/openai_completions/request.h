#pragma once
/// \file
/// OpenAI's old text completions, from clients only: the prompt is one user message, the answer its text.
/// Source: the OpenAI API reference, "Create completion".

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "domain/request_view.h"

namespace switchyard::wire::openai_completions {

/// What routing needs. Errors: kInvalidRequest, naming the field; a prompt of tokens, or of several texts, is one.
Result<RequestView> view_request(const json::Document& body);
/// Views into the document's text. Errors: as above.
Result<ChatRequest> parse_request(const json::Document& body);

}  // namespace switchyard::wire::openai_completions
