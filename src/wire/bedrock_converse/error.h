#pragma once
/// \file
/// AWS's error bodies, read only.

#include <string_view>

#include "wire/emit.h"

namespace switchyard::wire::bedrock_converse {

/// {"message"}, with the error's name in "__type" if the body has it (AWS sends it in a header as a rule). Also what a
/// Bedrock endpoint for bearer tokens answers, {"error":{"message"}}. Never fails: a body that is not understood leaves
/// type and message empty.
ProviderError parse_error(int status, std::string_view body);

}  // namespace switchyard::wire::bedrock_converse
