#pragma once
/// \file
/// Gemini `parts`, written: of requests and of answers.

#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "domain/chat.h"

namespace switchyard::wire::gemini {

/// What Google's documentation has clients send with a call that bears no signature because another model made it.
/// Source: ai.google.dev, "Thought signatures", FAQ.
constexpr std::string_view kNoSignature = "skip_thought_signature_validator";

/// Gemini's signature for each part of a message, by index; empty for most. A signature belongs to the call behind it,
/// or else to the text; with `in_place` (parts that came from Gemini) to whatever part is next. `left` gets one that
/// found no part.
std::vector<std::string_view> place_signatures(const std::vector<Part>& parts, bool in_place, std::string_view& left);

// Each appends one part object. `signature` may be empty.
void write_text(JsonText text, std::string_view signature, json::Writer& w);
void write_thought(JsonText text, std::string_view signature, json::Writer& w);
/// Arguments that are no JSON object become {}; with `custom` they become {"input":"..."}.
void write_call(const ToolCallPart& call, std::string_view signature, json::Writer& w);
/// Opens with '{' and closes with '}', so that it also serves inside of a function response.
void write_image(const ImagePart& image, std::string_view signature, json::Writer& w);
void write_audio(const AudioPart& audio, std::string_view signature, json::Writer& w);
void write_file(const FilePart& file, bool with_name, std::string_view signature, json::Writer& w);

/// Whether the text is one JSON object.
bool is_object(std::string_view json);

}  // namespace switchyard::wire::gemini
