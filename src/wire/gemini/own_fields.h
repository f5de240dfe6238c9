#pragma once
/// \file
/// Members of a Gemini request that we do not know, on their way back into a Gemini request.

#include <initializer_list>
#include <string_view>

#include "base/json_writer.h"
#include "domain/chat.h"

namespace switchyard::wire::gemini {

/// Appends the members whose path begins with `below` ("generationConfig."; empty for the body itself) and with none of
/// `except`, which are written elsewhere. Keys may hold dots. Nothing for requests of other dialects.
void write_own_fields(const ChatRequest& request, std::string_view below,
                      std::initializer_list<std::string_view> except, json::Writer& w);
/// Whether there are any below `below`.
bool has_own_fields(const ChatRequest& request, std::string_view below);

}  // namespace switchyard::wire::gemini
