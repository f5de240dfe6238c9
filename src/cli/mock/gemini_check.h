#pragma once
/// \file
/// What Gemini's generateContent refuses in a request. Pure.

#include "cli/mock/dialect.h"

namespace switchyard::cli {

Checked check_gemini(const MockRequest& request);

}  // namespace switchyard::cli
