#pragma once
/// \file
/// What routing needs of a Responses body, in one pass.

#include "base/json.h"
#include "base/result.h"
#include "domain/request_view.h"

namespace switchyard::wire::openai_responses {

/// Checks only the fields that the gateway acts on; the provider checks the rest. Each input item counts as a message.
/// Errors: kInvalidRequest, naming the field.
Result<RequestView> view_request(const json::Document& body);

}  // namespace switchyard::wire::openai_responses
