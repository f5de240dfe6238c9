#pragma once
/// \file
/// What Anthropic's Messages API refuses in a request. Pure.

#include "cli/mock/dialect.h"

namespace switchyard::cli {

Checked check_anthropic(const MockRequest& request);

}  // namespace switchyard::cli
