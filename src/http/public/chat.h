#pragma once
/// \file
/// The way of a chat request through the gateway, for every dialect's endpoint.

#include "http/public/api.h"

namespace switchyard::http {

/// What an endpoint's path says instead of the body.
struct ChatEndpoint {
  PathTarget path;
  bool json_array = false;
};

/// Reads the body, runs the turn, answers.
Task<void> run_chat(PublicApi& api, Call& call, ChatEndpoint endpoint);

/// Gemini's countTokens: forwarded to a provider that counts, estimated if there is none.
Task<void> count_gemini_tokens(PublicApi& api, Call& call, std::string_view model);

}  // namespace switchyard::http
