#include "wire/gemini/grounding.h"

#include <unordered_map>

#include "wire/gemini/keys.h"

namespace switchyard::wire::gemini {
namespace {

/// A page or document that the answer may rest on.
Citation source_of(json::Value chunk) {
  for (const std::string_view kind : {"web", "retrievedContext", "maps", "image"}) {
    const json::Value source = member(chunk, kind);
    if (!source.is_object()) continue;
    const json::Value uri = member(source, "uri").is_string() ? member(source, "uri") : member(source, "sourceUri");
    return {{uri.escaped()}, {member(source, "title").escaped()}, {}};
  }
  return {};
}

/// The first byte of a part, or -1 if there is no such part.
std::int64_t begin_of(std::int64_t part, const std::vector<std::size_t>& begins) {
  if (begins.empty()) return 0;
  if (part < 0 || static_cast<std::size_t>(part) >= begins.size()) return -1;
  return static_cast<std::int64_t>(begins[static_cast<std::size_t>(part)]);
}

void place(Citation& citation, json::Value segment, const TextPositions& text, const std::vector<std::size_t>& begins) {
  // Google leaves out what is 0.
  const std::int64_t begin = begin_of(member(segment, "partIndex").integer().value_or(0), begins);
  const auto end = member(segment, "endIndex").integer();
  const std::int64_t start = member(segment, "startIndex").integer().value_or(0);
  const auto most = static_cast<std::int64_t>(TextPositions::kTextBytesMax);
  if (begin < 0 || !end || start < 0 || *end < start || *end > most) return;
  citation.start = text.char_at(begin + start);
  citation.end = text.char_at(begin + *end);
  if (citation.start < 0 || citation.end < 0) citation.start = citation.end = -1;
}

}  // namespace

std::vector<Citation> read_citations(json::Value candidate, const TextPositions& text,
                                     const std::vector<std::size_t>& part_begins) {
  std::vector<Citation> found;
  const json::Value metadata = member(candidate, "groundingMetadata");
  std::vector<Citation> sources;
  for (const json::Value chunk : member(metadata, "groundingChunks").elements()) sources.push_back(source_of(chunk));
  const json::Value supports = member(metadata, "groundingSupports");
  for (const json::Value support : supports.elements()) {
    for (const json::Value index : member(support, "groundingChunkIndices").elements()) {
      const auto at = index.integer();
      if (!at || *at < 0 || static_cast<std::size_t>(*at) >= sources.size()) continue;
      Citation citation = sources[static_cast<std::size_t>(*at)];
      if (citation.url.empty()) continue;
      place(citation, member(support, "segment"), text, part_begins);
      found.push_back(citation);
    }
  }
  if (supports.size() == 0) {
    for (const Citation& source : sources) {
      if (!source.url.empty()) found.push_back(source);
    }
  }
  const json::Value cited = member(candidate, "citationMetadata");
  for (const std::string_view list : {"citationSources", "citations"}) {
    for (const json::Value source : member(cited, list).elements()) {
      Citation citation{{member(source, "uri").escaped()}, {member(source, "title").escaped()}, {}};
      if (citation.url.empty()) continue;
      place(citation, source, text, {});
      found.push_back(citation);
    }
  }
  return found;
}

void write_grounding(const std::vector<Grounding>& groundings, json::Writer& w) {
  std::unordered_map<std::string_view, std::size_t> chunks;
  w.begin_object().key("groundingChunks").begin_array();
  for (const Grounding& grounding : groundings) {
    if (!chunks.emplace(grounding.url, chunks.size()).second) continue;
    w.begin_object().key("web").begin_object().field_escaped("uri", grounding.url);
    if (!grounding.title.empty()) w.field_escaped("title", grounding.title);
    w.end_object().end_object();
  }
  w.end_array().key("groundingSupports").begin_array();
  for (const Grounding& grounding : groundings) {
    if (grounding.end <= grounding.start) continue;
    w.begin_object().key("segment").begin_object();
    if (grounding.part > 0) w.field("partIndex", grounding.part);
    w.field("startIndex", grounding.start).field("endIndex", grounding.end).field("text", grounding.words);
    w.end_object().key("groundingChunkIndices").begin_array().number(chunks[grounding.url]).end_array().end_object();
  }
  w.end_array().key("webSearchQueries").begin_array().end_array().end_object();
}

}  // namespace switchyard::wire::gemini
