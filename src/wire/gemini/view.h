#pragma once
/// \file
/// What routing needs of a Gemini generateContent body, in one pass.

#include "base/json.h"
#include "base/result.h"
#include "domain/request_view.h"

namespace switchyard::wire::gemini {

/// Checks only the fields that the gateway acts on; the provider checks the rest. Leaves `path_model` and `stream` to
/// the caller, who has the URL. Errors: kInvalidRequest, naming the field.
Result<RequestView> view_request(const json::Document& body);

}  // namespace switchyard::wire::gemini
