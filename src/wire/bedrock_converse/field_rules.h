#pragma once
/// \file
/// What AWS Bedrock's Converse can say of what other dialects say.

#include "wire/field_rules.h"

namespace switchyard::wire::bedrock_converse {

const TargetRules& rules();

}  // namespace switchyard::wire::bedrock_converse
