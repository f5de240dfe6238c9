#pragma once
/// \file
/// Google's error objects, read and written: {"error":{"code":429,"message":"...","status":"RESOURCE_EXHAUSTED",
/// "details":[...]}}. Source: the Google Cloud API design guide, "Errors", and google/rpc/error_details.proto.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "wire/emit.h"

namespace switchyard::wire::gemini {

/// Never fails: a body that is not understood leaves type and message empty. `type` is the status, `code` the reason of
/// an ErrorInfo ("API_KEY_INVALID") or else the number.
ProviderError parse_error(int status, std::string_view body);
/// The same of a parsed body; streams send it in an event, arrays in an array.
ProviderError read_error(int status, json::Value root);
/// The wait that a RetryInfo in the body asks for, rounded up.
std::optional<std::chrono::seconds> retry_delay(std::string_view body);

std::string render_error(const Error& error, std::string_view request_id);
/// Appends the error object of a stream that broke off, for a type in any provider's vocabulary.
void write_stream_error(std::string_view type, std::string_view message, std::string& out);

}  // namespace switchyard::wire::gemini
