#include "wire/bedrock_converse/content_emit.h"

#include <algorithm>
#include <utility>

#include "base/encoding/base64.h"
#include "wire/bedrock_converse/response.h"
#include "wire/tool_ids.h"

namespace switchyard::wire::bedrock_converse {
namespace {

/// Converse's limit for a document's name.
constexpr std::size_t kDocumentNameBytesMax = 200;

constexpr std::pair<std::string_view, std::string_view> kDocumentFormats[] = {
    {"application/pdf", "pdf"},
    {"text/csv", "csv"},
    {"application/msword", "doc"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
    {"application/vnd.ms-excel", "xls"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
    {"text/html", "html"},
    {"text/markdown", "md"}};

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// "image/jpeg" -> "jpeg".
std::string_view image_format(std::string_view media_type) {
  if (media_type == "image/jpg") return "jpeg";
  const std::size_t slash = media_type.find('/');
  return slash == std::string_view::npos ? media_type : media_type.substr(slash + 1);
}

/// Whether its issuer's state may go to this model; see request.h.
bool may_return(const ThinkingPart& part, ModelFamily family) {
  if (part.signature.empty()) return false;
  return part.issuer == Dialect::kBedrockConverse ||
         (part.issuer == Dialect::kAnthropic && family == ModelFamily::kClaude);
}

}  // namespace

bool is_blank(JsonText text) {
  return text.escaped.find_first_not_of(" ") == std::string_view::npos ||
         json::unescape(text.escaped).find_first_not_of(" \t\r\n") == std::string::npos;
}

std::string_view document_format(std::string_view media_type, bool plain) {
  for (const auto& [type, format] : kDocumentFormats) {
    if (type == media_type) return format;
  }
  return media_type.empty() && !plain ? "pdf" : "txt";
}

std::string document_name(std::string_view name, std::size_t number) {
  std::string clean;
  for (const char c : name.substr(0, kDocumentNameBytesMax)) {
    const bool plain = is_alphanumeric(c) || std::string_view("-()[]").contains(c);
    if (plain) clean.push_back(c);
    // What may not stand in a name ('.', '_', ...) becomes a blank; two in a row are refused.
    else if (!clean.empty() && clean.back() != ' ')
      clean.push_back(' ');
  }
  while (clean.ends_with(' ')) clean.pop_back();
  return clean.empty() ? "document " + std::to_string(number) : clean;
}

bool ContentWriter::is_sent(const Part& part) const {
  if (const auto* text = std::get_if<TextPart>(&part)) return !is_blank(text->text);
  if (const auto* refusal = std::get_if<RefusalPart>(&part)) return !is_blank(refusal->text);
  if (const auto* thought = std::get_if<ThinkingPart>(&part)) return may_return(*thought, family_);
  if (const auto* image = std::get_if<ImagePart>(&part)) return !image->data.empty();
  if (const auto* file = std::get_if<FilePart>(&part)) return !file->data.empty();
  return std::holds_alternative<ToolCallPart>(part) || std::holds_alternative<ToolResultPart>(part);
}

void ContentWriter::part(const Part& part) {
  if (const auto* p = std::get_if<TextPart>(&part)) {
    text(*p);
    cache_point(p->cache_control);
  } else if (const auto* image = std::get_if<ImagePart>(&part)) {
    this->image(*image);
    cache_point(image->cache_control);
  } else if (const auto* file = std::get_if<FilePart>(&part)) {
    document(*file);
    cache_point(file->cache_control);
  } else if (const auto* call = std::get_if<ToolCallPart>(&part)) {
    tool_use(*call);
    cache_point(call->cache_control);
  } else if (const auto* result = std::get_if<ToolResultPart>(&part)) {
    tool_result(*result);
    cache_point(result->cache_control);
  } else if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
    text(TextPart{refusal->text, {}, {}});
  } else if (const auto* thought = std::get_if<ThinkingPart>(&part)) {
    thinking(*thought);
  }
}

void ContentWriter::text(const TextPart& part) {
  w_.begin_object().field_escaped("text", part.text.escaped).end_object();
}

void ContentWriter::cache_point(JsonRaw control) {
  if (control.empty() || !caches(family_)) return;
  w_.begin_object().key("cachePoint").begin_object().field("type", "default");
  const auto object = json::Document::parse(control.text);
  if (object && object->root()["ttl"].is_string()) w_.field_raw("ttl", object->root()["ttl"].raw());
  w_.end_object().end_object();
}

void ContentWriter::image(const ImagePart& part) {
  w_.begin_object().key("image").begin_object();
  w_.field_escaped("format", image_format(part.media_type.escaped)).key("source").begin_object();
  w_.field_escaped("bytes", part.data.escaped).end_object().end_object().end_object();
}

void ContentWriter::document(const FilePart& part) {
  w_.begin_object().key("document").begin_object();
  w_.field("format", document_format(part.media_type.escaped, part.plain));
  w_.field("name", document_name(json::unescape(part.name.escaped), ++documents_)).key("source").begin_object();
  if (part.plain) {
    w_.field("bytes", base64(json::unescape(part.data.escaped), Base64::kStandard));
  } else {
    w_.field_escaped("bytes", part.data.escaped);
  }
  w_.end_object().end_object().end_object();
}

void ContentWriter::tool_use(const ToolCallPart& call) {
  w_.begin_object().key("toolUse").begin_object();
  w_.field_escaped("toolUseId", portable_tool_id(call.id, storage_)).field_escaped("name", call.name.escaped);
  if (call.custom) {
    w_.key("input").begin_object().field("input", call.arguments).end_object();
  } else {
    w_.field_raw("input", call.arguments.empty() ? "{}" : call.arguments);
  }
  w_.end_object().end_object();
}

void ContentWriter::tool_result(const ToolResultPart& result) {
  w_.begin_object().key("toolResult").begin_object();
  w_.field_escaped("toolUseId", portable_tool_id(result.call_id, storage_)).key("content").begin_array();
  for (const auto& item : result.content) {
    if (const auto* inner = std::get_if<TextPart>(&item); inner && !is_blank(inner->text)) text(*inner);
    if (const auto* inner = std::get_if<ImagePart>(&item); inner && !inner->data.empty()) image(*inner);
    if (const auto* inner = std::get_if<FilePart>(&item); inner && !inner->data.empty()) document(*inner);
  }
  w_.end_array();
  // Success is the default, and only some models take the field at all.
  if (result.is_error) w_.field("status", "error");
  w_.end_object().end_object();
}

void ContentWriter::thinking(const ThinkingPart& part) {
  w_.begin_object().key("reasoningContent").begin_object();
  if (part.issuer == Dialect::kBedrockConverse && part.signature.escaped.starts_with(kRedactedMark)) {
    w_.field_escaped("redactedContent", part.signature.escaped.substr(kRedactedMark.size()));
  } else {
    w_.key("reasoningText").begin_object().field_escaped("text", part.text.escaped);
    w_.field_escaped("signature", part.signature.escaped).end_object();
  }
  w_.end_object().end_object();
}

}  // namespace switchyard::wire::bedrock_converse
