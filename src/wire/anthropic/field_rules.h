#pragma once
/// \file
/// What Anthropic Messages can say of what other dialects say.

#include "wire/field_rules.h"

namespace switchyard::wire::anthropic {

const TargetRules& rules();

}  // namespace switchyard::wire::anthropic
