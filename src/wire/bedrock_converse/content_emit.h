#pragma once
/// \file
/// Content blocks of Converse requests. Internal.

#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "domain/chat.h"
#include "wire/bedrock_converse/model_family.h"

namespace switchyard::wire::bedrock_converse {

/// Writes the blocks of one request.
class ContentWriter {
 public:
  ContentWriter(ModelFamily family, json::Writer& w) : family_(family), w_(w) {}

  /// Whether anything is written for `part`: an empty turn must be left out.
  [[nodiscard]] bool is_sent(const Part& part) const;
  void part(const Part& part);
  void text(const TextPart& part);
  /// A cache point for what stands before it, if the client marked it and the model reads them.
  void cache_point(JsonRaw control);

 private:
  void image(const ImagePart& part);
  void document(const FilePart& part);
  void tool_use(const ToolCallPart& call);
  void tool_result(const ToolResultPart& result);
  void thinking(const ThinkingPart& part);

  ModelFamily family_;
  json::Writer& w_;
  std::size_t documents_ = 0;
  TextStorage storage_;
};

/// Nothing but blanks: refused as text and as a stop sequence.
bool is_blank(JsonText text);
/// "pdf", "docx", ... for a media type; "txt" for what Converse has no name for.
std::string_view document_format(std::string_view media_type, bool plain);
/// What Converse takes of a document's name: letters, digits, single blanks, hyphens and brackets. Never empty.
std::string document_name(std::string_view name, std::size_t number);

}  // namespace switchyard::wire::bedrock_converse
