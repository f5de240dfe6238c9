#pragma once
/// \file
/// What routing needs of an OpenAI Chat Completions body, in one pass.

#include "base/json.h"
#include "base/result.h"
#include "domain/request_view.h"

namespace switchyard::wire::openai_chat {

/// Checks only the fields that the gateway acts on; the provider checks the rest.
/// Errors: kInvalidRequest, naming the field.
Result<RequestView> view_request(const json::Document& body);

}  // namespace switchyard::wire::openai_chat
