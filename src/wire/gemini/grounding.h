#pragma once
/// \file
/// Where an answer's words come from: Gemini's groundingMetadata and citationMetadata, as citations and back.
/// Source: the Gemini API reference, "GroundingMetadata" and "CitationMetadata".

#include <string>
#include <vector>

#include "base/json.h"
#include "base/json_writer.h"
#include "domain/chat.h"
#include "wire/gemini/text_positions.h"

namespace switchyard::wire::gemini {

/// What a candidate says of its sources, with places counted in characters of the whole answer. `part_begins` has for
/// each part of the candidate the byte at which its text begins in `text`; a stream has none, since its parts join.
std::vector<Citation> read_citations(json::Value candidate, const TextPositions& text,
                                     const std::vector<std::size_t>& part_begins);

/// A citation ready to be written.
struct Grounding {
  std::string url, title;                     ///< Still escaped.
  std::int64_t part = 0, start = 0, end = 0;  ///< In bytes of that part; `end` 0: of no certain words.
  std::string_view words;                     ///< The piece of the answer, decoded.
};
/// Appends the groundingMetadata object.
void write_grounding(const std::vector<Grounding>& groundings, json::Writer& w);

}  // namespace switchyard::wire::gemini
