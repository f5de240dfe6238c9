#pragma once
/// \file
/// Gemini's logprobsResult as OpenAI's array of {token, logprob, bytes, top_logprobs}, which the domain keeps, and
/// back. Source: the Gemini API reference, "LogprobsResult".

#include <string>

#include "base/json.h"
#include "domain/chat.h"

namespace switchyard::wire::gemini {

/// The array; empty if `result` holds no chosen tokens.
JsonRaw read_logprobs(json::Value result, TextStorage& storage);
/// Appends the logprobsResult of such an array. False, and nothing appended, if it is none.
bool write_logprobs(JsonRaw logprobs, std::string& out);

}  // namespace switchyard::wire::gemini
