#pragma once
/// \file
/// What becomes of each thing that a request of another dialect says on its way to a Responses provider.

#include "wire/field_rules.h"

namespace switchyard::wire::openai_responses {

/// One row for each Field, in their order. What `emit_request` writes and these rows must agree.
const TargetRules& rules();

}  // namespace switchyard::wire::openai_responses
