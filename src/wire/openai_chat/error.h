#pragma once
/// \file
/// OpenAI's error objects, read and written.

#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/emit.h"

namespace switchyard::wire::openai_chat {

/// Never fails: a body that is not understood leaves type, code and message empty.
ProviderError parse_error(int status, std::string_view body);
/// {"error":{"message","type","param","code"}}. `param` is the field that the message begins with.
std::string render_error(const Error& error, std::string_view request_id);

}  // namespace switchyard::wire::openai_chat
