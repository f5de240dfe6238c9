#pragma once
/// \file
/// What OpenAI Chat Completions can say of what other dialects say.

#include "wire/field_rules.h"

namespace switchyard::wire::openai_chat {

const TargetRules& rules();

}  // namespace switchyard::wire::openai_chat
