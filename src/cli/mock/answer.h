#pragma once
/// \file
/// The mock provider's answers: deterministic bodies and event sequences as the real providers send them. Pure.

#include <string>
#include <vector>

#include "cli/mock/script.h"

namespace switchyard::cli {

/// A whole answer's JSON.
std::string mock_body(const MockRequest& request, const MockScript& script);
/// A stream's events, each with its empty line.
std::vector<std::string> mock_events(const MockRequest& request, const MockScript& script);
/// An error body of the request's dialect.
std::string mock_error(bool anthropic, int status);
/// One error event inside a stream.
std::string mock_error_event(bool anthropic);

}  // namespace switchyard::cli
