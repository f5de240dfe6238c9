#pragma once
/// \file
/// What a dialect has no setting for, said in words: appended to the system text.

#include <string>
#include <string_view>

#include "domain/chat.h"

namespace switchyard::wire {

/// Empty if nothing need be said.
constexpr std::string_view verbosity_instruction(JsonText verbosity) {
  if (verbosity.escaped == "low") return "Keep your answers short.";
  if (verbosity.escaped == "high") return "Answer at length and in detail.";
  return {};
}

constexpr std::string_view kOneCallInstruction = "Call at most one tool at a time.";

}  // namespace switchyard::wire
