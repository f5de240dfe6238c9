#include "wire/anthropic/content_parse.h"

#include "wire/fields.h"
#include "wire/reasoning_state.h"

namespace switchyard::wire::anthropic {
namespace {

OpaquePart opaque(std::string type, json::Value block) { return {Dialect::kAnthropic, std::move(type), {block.raw()}}; }

class BlockParser {
 public:
  explicit BlockParser(ChatRequest& request) : request_(request) {}

  Result<Part> block(json::Value value, const std::string& path) {
    const json::Value type = value["type"];
    if (type.equals("text")) {
      SY_TRY(const JsonText text, required_text(value["text"], at(path, "text")));
      known(value, {"type", "text", "cache_control", "citations"}, path);
      return TextPart{text, cache(value), raw_field(value["citations"])};
    }
    if (type.equals("image")) return image(value, path);
    if (type.equals("document")) return document(value, path);
    if (type.equals("tool_use")) return tool_use(value, path);
    if (type.equals("tool_result")) return tool_result(value, path);
    if (type.equals("thinking")) {
      SY_TRY(const JsonText text, required_text(value["thinking"], at(path, "thinking")));
      SY_TRY(const JsonText signature, text_field(value["signature"], at(path, "signature")));
      known(value, {"type", "thinking", "signature"}, path);
      const ReasoningState state = opened_state(signature, Dialect::kAnthropic);
      return ThinkingPart{text, state.value, {}, state.issuer};
    }
    if (type.equals("redacted_thinking")) {
      SY_TRY(const JsonText data, required_text(value["data"], at(path, "data")));
      known(value, {"type", "data"}, path);
      const ReasoningState state = opened_state(data, Dialect::kAnthropic);
      // Only Anthropic has a block for state without text; others' state is their signature.
      if (state.issuer != Dialect::kAnthropic) return ThinkingPart{{}, state.value, {}, state.issuer};
      return ThinkingPart{{}, {}, state.value, state.issuer};
    }
    if (!type.is_string()) return expected(at(path, "type"), "a string");
    return opaque(type.string(), value);
  }

 private:
  static JsonRaw cache(json::Value block) { return raw_field(block["cache_control"]); }
  void known(json::Value value, std::initializer_list<std::string_view> names, std::string_view path) {
    keep_unknown(value, names, path, request_.unknown);
  }

  Result<Part> image(json::Value value, const std::string& path) {
    const json::Value source = value["source"];
    known(value, {"type", "source", "cache_control"}, path);
    ImagePart image;
    image.cache_control = cache(value);
    if (source["type"].equals("base64")) {
      SY_TRY(image.media_type, required_text(source["media_type"], at(path, "source.media_type")));
      SY_TRY(image.data, required_text(source["data"], at(path, "source.data")));
      return image;
    }
    if (source["type"].equals("url")) {
      SY_TRY(image.url, required_text(source["url"], at(path, "source.url")));
      return image;
    }
    if (!source["type"].is_string()) return expected(at(path, "source.type"), "base64 or url");
    return opaque("image with a " + source["type"].string() + " source", value);
  }

  Result<Part> document(json::Value value, const std::string& path) {
    const json::Value source = value["source"], type = source["type"];
    // Blocks inside a document, its citations and its context say more than a file can.
    const bool plain_file = !value["citations"]["enabled"].boolean().value_or(false) && !value["context"].has_value();
    FilePart file;
    file.cache_control = cache(value);
    SY_TRY(file.name, text_field(value["title"], at(path, "title")));
    if (type.equals("base64") || type.equals("text")) {
      SY_TRY(file.media_type, required_text(source["media_type"], at(path, "source.media_type")));
      SY_TRY(file.data, required_text(source["data"], at(path, "source.data")));
      file.plain = type.equals("text");
    } else if (type.equals("url")) {
      SY_TRY(file.url, required_text(source["url"], at(path, "source.url")));
      file.media_type = {"application/pdf"};
    } else if (type.equals("file")) {
      SY_TRY(file.id, required_text(source["file_id"], at(path, "source.file_id")));
    } else {
      if (!type.is_string()) return expected(at(path, "source.type"), "base64, text, url, file or content");
      return opaque("document with a " + type.string() + " source", value);
    }
    if (!plain_file) return opaque("document with citations or context", value);
    known(value, {"type", "source", "title", "citations", "context", "cache_control"}, path);
    return file;
  }

  Result<Part> tool_use(json::Value value, const std::string& path) {
    ToolCallPart call;
    SY_TRY(call.id, required_text(value["id"], at(path, "id")));
    SY_TRY(call.name, required_text(value["name"], at(path, "name")));
    if (!value["input"].is_object()) return expected(at(path, "input"), "an object");
    call.arguments = value["input"].raw();
    call.cache_control = cache(value);
    known(value, {"type", "id", "name", "input", "cache_control", "caller"}, path);
    return call;
  }

  Result<Part> tool_result(json::Value value, const std::string& path) {
    ToolResultPart result;
    SY_TRY(result.call_id, required_text(value["tool_use_id"], at(path, "tool_use_id")));
    SY_TRY(result.is_error, flag_field(value["is_error"], at(path, "is_error")));
    result.cache_control = cache(value);
    known(value, {"type", "tool_use_id", "content", "is_error", "cache_control"}, path);
    const json::Value inner = value["content"];
    if (inner.is_string()) {
      result.content.emplace_back(TextPart{{inner.escaped()}, {}, {}});
      return result;
    }
    if (inner.has_value() && !inner.is_array()) return expected(at(path, "content"), "a string or an array");
    std::size_t index = 0;
    for (const json::Value element : inner.elements()) {
      SY_TRY(Part part, block(element, at(at(path, "content"), index++)));
      if (auto* text = std::get_if<TextPart>(&part)) {
        result.content.emplace_back(*text);
      } else if (auto* picture = std::get_if<ImagePart>(&part)) {
        result.content.emplace_back(*picture);
      } else if (auto* file = std::get_if<FilePart>(&part)) {
        result.content.emplace_back(*file);
      } else {
        // A search result inside a tool result: only Anthropic can take the block, so it stays whole.
        return opaque("tool_result with a " + element["type"].string(), value);
      }
    }
    return result;
  }

  ChatRequest& request_;
};

}  // namespace

Result<void> parse_content(json::Value content, const std::string& path, Message& message, ChatRequest& request) {
  if (content.is_string()) {
    message.parts.push_back(TextPart{{content.escaped()}, {}, {}});
    return {};
  }
  if (!content.is_array()) return expected(path, "a string or an array");
  BlockParser parser(request);
  std::size_t index = 0;
  for (const json::Value element : content.elements()) {
    SY_TRY(Part part, parser.block(element, at(path, index++)));
    message.parts.push_back(std::move(part));
  }
  return {};
}

}  // namespace switchyard::wire::anthropic
