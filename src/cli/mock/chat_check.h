#pragma once
/// \file
/// What OpenAI's chat completions refuse in a request. Pure.

#include "cli/mock/dialect.h"

namespace switchyard::cli {

Checked check_chat(const MockRequest& request);

}  // namespace switchyard::cli
