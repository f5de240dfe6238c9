#pragma once
/// \file
/// What becomes of each thing a request can say on its way to Gemini.

#include "wire/field_rules.h"

namespace switchyard::wire::gemini {

const TargetRules& rules();

}  // namespace switchyard::wire::gemini
