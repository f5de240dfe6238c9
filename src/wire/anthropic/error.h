#pragma once
/// \file
/// Anthropic's error objects, read and written.

#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/emit.h"

namespace switchyard::wire::anthropic {

/// Never fails: a body that is not understood leaves type and message empty; one of the cloud in front of Anthropic's
/// models leaves the type empty.
ProviderError parse_error(int status, std::string_view body);
/// {"type":"error","error":{"type","message"},"request_id"}.
std::string render_error(const Error& error, std::string_view request_id);

}  // namespace switchyard::wire::anthropic
