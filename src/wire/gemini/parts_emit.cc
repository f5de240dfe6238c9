#include "wire/gemini/parts_emit.h"

#include <algorithm>

#include "wire/gemini/call_ids.h"
#include "wire/gemini/signature.h"

namespace switchyard::wire::gemini {
namespace {

void write_signature(std::string_view signature, json::Writer& w) {
  if (!signature.empty()) w.field_escaped("thoughtSignature", signature);
}

std::string_view image_type_of(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  for (const auto& [ending, type] : {std::pair<std::string_view, std::string_view>{".png", "image/png"},
                                     {".webp", "image/webp"},
                                     {".gif", "image/gif"},
                                     {".heic", "image/heic"},
                                     {".heif", "image/heif"}}) {
    if (url.ends_with(ending)) return type;
  }
  return "image/jpeg";
}

}  // namespace

bool is_object(std::string_view json) {
  const auto document = json::Document::parse(json);
  return document && document->root().is_object();
}

std::vector<std::string_view> place_signatures(const std::vector<Part>& parts, bool in_place, std::string_view& left) {
  std::vector<std::string_view> placed(parts.size());
  std::vector<std::size_t> waiting;  // Thoughts whose signature has found no part yet.
  const auto signature_of = [&](std::size_t i) { return std::get<ThinkingPart>(parts[i]).signature.escaped; };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (const auto* thought = std::get_if<ThinkingPart>(&parts[i])) {
      if (thought->issuer != Dialect::kGemini || thought->signature.empty()) continue;
      if (in_place && !thought->text.empty()) {
        placed[i] = thought->signature.escaped;
      } else {
        waiting.push_back(i);
      }
    } else if (!waiting.empty() && (in_place || std::holds_alternative<ToolCallPart>(parts[i]))) {
      placed[i] = signature_of(waiting.back());
      waiting.pop_back();
    }
  }
  // Both run forwards only, so that a hostile message costs no more than its length.
  std::size_t at = 0;
  for (const std::size_t thought : waiting) {
    at = std::max(at, thought + 1);
    while (at < parts.size() && (!std::holds_alternative<TextPart>(parts[at]) || !placed[at].empty())) ++at;
    (at < parts.size() ? placed[at] : left) = signature_of(thought);
  }
  return placed;
}

void write_text(JsonText text, std::string_view signature, json::Writer& w) {
  w.begin_object().field_escaped("text", text.escaped);
  write_signature(signature, w);
  w.end_object();
}

void write_thought(JsonText text, std::string_view signature, json::Writer& w) {
  w.begin_object().field_escaped("text", text.escaped).field("thought", true);
  write_signature(signature, w);
  w.end_object();
}

void write_call(const ToolCallPart& call, std::string_view signature, json::Writer& w) {
  w.begin_object().key("functionCall").begin_object();
  if (!call.id.empty() && !call.id.escaped.starts_with(kMadeCallId)) w.field_escaped("id", call.id.escaped);
  w.field_escaped("name", call.name.escaped).key("args");
  if (call.custom) {
    w.begin_object().field("input", call.arguments).end_object();
  } else {
    w.raw(is_object(call.arguments) ? call.arguments : "{}");
  }
  w.end_object();
  write_signature(signature, w);
  w.end_object();
}

void write_image(const ImagePart& image, std::string_view signature, json::Writer& w) {
  w.begin_object();
  if (!image.data.empty()) {
    w.key("inlineData").begin_object().field_escaped("mimeType", image.media_type.escaped);
    w.field_escaped("data", image.data.escaped).end_object();
  } else {
    const std::string_view type = image.media_type.escaped;
    w.key("fileData").begin_object();
    w.field_escaped("mimeType", type.empty() ? image_type_of(image.url.escaped) : type);
    w.field_escaped("fileUri", image.url.escaped).end_object();
  }
  write_signature(signature, w);
  w.end_object();
}

void write_audio(const AudioPart& audio, std::string_view signature, json::Writer& w) {
  w.begin_object().key("inlineData").begin_object();
  w.field_escaped("mimeType", "audio/" + std::string(audio.format.escaped)).field_escaped("data", audio.data.escaped);
  w.end_object();
  write_signature(signature, w);
  w.end_object();
}

void write_file(const FilePart& file, bool with_name, std::string_view signature, json::Writer& w) {
  const std::string_view type = file.media_type.escaped;
  w.begin_object();
  if (!file.data.empty()) {
    w.key("inlineData").begin_object();
    w.field_escaped("mimeType", !type.empty() ? type : file.plain ? "text/plain" : "application/pdf");
    if (file.plain) {
      w.field("data", base64(json::unescape(file.data.escaped)));
    } else {
      w.field_escaped("data", file.data.escaped);
    }
  } else {
    w.key("fileData").begin_object();
    if (!type.empty()) w.field_escaped("mimeType", type);
    w.field_escaped("fileUri", file.url.empty() ? file.id.escaped : file.url.escaped);
  }
  if (with_name && !file.name.empty()) w.field_escaped("displayName", file.name.escaped);
  w.end_object();
  write_signature(signature, w);
  w.end_object();
}

}  // namespace switchyard::wire::gemini
