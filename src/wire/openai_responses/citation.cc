#include "wire/openai_responses/citation.h"

namespace switchyard::wire::openai_responses {
namespace {

/// Chat Completions and Anthropic have other shapes under the same or other type names.
bool is_annotations(JsonRaw citations) {
  const auto document = json::Document::parse(citations.text);
  if (!document || !document->root().is_array()) return false;
  for (const json::Value annotation : document->root().elements()) {
    const json::Value type = annotation["type"];
    const bool ours = (type.equals("url_citation") && annotation["url"].is_string()) || type.equals("file_citation") ||
                      type.equals("container_file_citation") || type.equals("file_path");
    if (!ours) return false;
  }
  return true;
}

}  // namespace

std::int64_t characters(std::string_view escaped) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const auto byte = static_cast<unsigned char>(escaped[i]);
    if (byte == '\\' && i + 1 < escaped.size()) {
      if (escaped[i + 1] == 'u') {
        // The second half of a surrogate pair (DC00 to DFFF) belongs to the first.
        const bool low = i + 3 < escaped.size() && (escaped[i + 2] == 'd' || escaped[i + 2] == 'D') &&
                         std::string_view("cdefCDEF").find(escaped[i + 3]) != std::string_view::npos;
        count += low ? 0 : 1;
        i += 5;
      } else {
        ++count;
        ++i;
      }
    } else if ((byte & 0xC0u) != 0x80u) {
      ++count;
    }
  }
  return count;
}

void write_citation(const Citation& citation, std::int64_t text_characters, json::Writer& w) {
  const bool placed = citation.start >= 0 && citation.end >= citation.start;
  w.begin_object().field("type", "url_citation");
  w.field("start_index", placed ? citation.start : 0).field("end_index", placed ? citation.end : text_characters);
  w.field_escaped("url", citation.url.escaped).field_escaped("title", citation.title.escaped).end_object();
}

void write_annotations(const TextPart& part, json::Writer& w) {
  if (!part.citations.empty() && is_annotations(part.citations)) {
    w.raw(part.citations.text);
    return;
  }
  w.begin_array();
  const std::int64_t whole = part.sources.empty() ? 0 : characters(part.text.escaped);
  for (const Citation& citation : part.sources) {
    if (!citation.url.empty()) write_citation(citation, whole, w);
  }
  w.end_array();
}

}  // namespace switchyard::wire::openai_responses
