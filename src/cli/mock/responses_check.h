#pragma once
/// \file
/// What OpenAI's Responses API refuses in a request. Pure.

#include "cli/mock/dialect.h"
#include "cli/mock/responses_store.h"

namespace switchyard::cli {

/// The store says which items may be referred to.
Checked check_responses(const MockRequest& request, const ResponsesStore& store);

}  // namespace switchyard::cli
