#pragma once
/// \file
/// Gemini's generationConfig: sampling, limits, the form of the answer, thinking.
/// Source: the Gemini API reference (v1beta), "GenerationConfig".

#include <string>

#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::gemini {

/// Appends the object; nothing if the request says nothing that belongs there.
void write_generation_config(const ChatRequest& request, const EmitTarget& target, std::string& out);

}  // namespace switchyard::wire::gemini
