#pragma once
/// \file
/// Gemini's thinkingConfig, which differs by the model's generation: up to 2.5 a budget in tokens, from 3 on a level.
/// Source: ai.google.dev, "Gemini thinking".

#include <string>
#include <string_view>

#include "domain/chat.h"

namespace switchyard::wire::gemini {

/// 3 for "gemini-3-pro-preview", 2 for "models/gemini-2.5-flash", 0 if the name does not say.
int generation_of(std::string_view model);

/// Appends the thinkingConfig object that `request` asks for; nothing if it says nothing about thinking.
void write_thinking(const ChatRequest& request, std::string_view model, std::string& out);

}  // namespace switchyard::wire::gemini
