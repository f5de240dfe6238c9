#pragma once
/// \file
/// OpenAI's error objects, as the Responses endpoint reads and writes them: those of Chat Completions, and one event of
/// its own inside streams.

#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/emit.h"

namespace switchyard::wire::openai_responses {

/// Never fails: a body that is not understood leaves type, code and message empty.
ProviderError parse_error(int status, std::string_view body);
/// {"error":{"message","type","param","code"}}. `param` is the field that the message begins with.
std::string render_error(const Error& error, std::string_view request_id);
/// A whole `error` event, for a stream that can no longer be ended by its encoder. `sequence_number` is that of the
/// next event, if the caller knows.
std::string render_stream_error(const Error& error, std::uint64_t sequence_number = 0);

/// The code of a failed response, which is one of few: a limit, or the server's fault.
std::string_view failure_code(std::string_view type);

}  // namespace switchyard::wire::openai_responses
