#pragma once
/// \file
/// Citations of a text as Responses annotations. Inside of this folder only.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "domain/chat.h"

namespace switchyard::wire::openai_responses {

/// How many characters (Unicode code points) the inside of a JSON string stands for.
std::int64_t characters(std::string_view escaped);

/// A url_citation. Where the source did not say what it cites, that is the text so far: from 0 to `text_characters`.
void write_citation(const Citation& citation, std::int64_t text_characters, json::Writer& w);

/// The array of `part`'s annotations: as they came if that was in this dialect, else what its sources say.
void write_annotations(const TextPart& part, json::Writer& w);

}  // namespace switchyard::wire::openai_responses
