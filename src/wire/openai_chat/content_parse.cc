#include "wire/openai_chat/content_parse.h"

#include "wire/fields.h"
#include "wire/reasoning_state.h"

namespace switchyard::wire::openai_chat {
namespace {

constexpr std::string_view kData = "data:", kBase64 = ";base64,";

/// Takes "data:<type>;base64,<bytes>" apart; false if it is not one.
bool split_data_url(JsonText url, JsonText& media_type, JsonText& data) {
  const std::size_t mark = url.escaped.find(kBase64);
  if (!url.escaped.starts_with(kData) || mark == std::string_view::npos) return false;
  media_type = {url.escaped.substr(kData.size(), mark - kData.size())};
  data = {url.escaped.substr(mark + kBase64.size())};
  return true;
}

Result<Part> image(json::Value value, const std::string& path, ChatRequest& request) {
  ImagePart image;
  const json::Value inner = value["image_url"];
  SY_TRY(const JsonText url, required_text(inner["url"], at(path, "image_url.url")));
  SY_TRY(image.detail, text_field(inner["detail"], at(path, "image_url.detail")));
  image.cache_control = raw_field(value["cache_control"]);
  keep_unknown(value, {"type", "image_url", "cache_control"}, path, request.unknown);
  keep_unknown(inner, {"url", "detail"}, at(path, "image_url"), request.unknown);
  if (!url.escaped.starts_with(kData)) {
    image.url = url;
  } else if (!split_data_url(url, image.media_type, image.data)) {
    return expected(at(path, "image_url.url"), "data:<type>;base64,<bytes>");
  }
  return image;
}

Result<Part> audio(json::Value value, const std::string& path, ChatRequest& request) {
  AudioPart audio;
  const json::Value inner = value["input_audio"];
  SY_TRY(audio.data, required_text(inner["data"], at(path, "input_audio.data")));
  SY_TRY(audio.format, required_text(inner["format"], at(path, "input_audio.format")));
  keep_unknown(value, {"type", "input_audio"}, path, request.unknown);
  return audio;
}

Result<Part> file(json::Value value, const std::string& path, ChatRequest& request) {
  FilePart file;
  const json::Value inner = value["file"];
  SY_TRY(file.id, text_field(inner["file_id"], at(path, "file.file_id")));
  SY_TRY(file.name, text_field(inner["filename"], at(path, "file.filename")));
  SY_TRY(const JsonText data, text_field(inner["file_data"], at(path, "file.file_data")));
  file.cache_control = raw_field(value["cache_control"]);
  keep_unknown(value, {"type", "file", "cache_control"}, path, request.unknown);
  if (!data.empty() && !split_data_url(data, file.media_type, file.data)) file.data = data;
  if (file.id.empty() && file.data.empty()) return expected(at(path, "file"), "file_id or file_data");
  return file;
}

Result<Part> content_part(json::Value value, const std::string& path, ChatRequest& request) {
  const json::Value type = value["type"];
  if (type.equals("text")) {
    SY_TRY(const JsonText text, required_text(value["text"], at(path, "text")));
    keep_unknown(value, {"type", "text", "cache_control"}, path, request.unknown);
    return TextPart{text, raw_field(value["cache_control"]), {}};
  }
  if (type.equals("refusal")) {
    SY_TRY(const JsonText text, required_text(value["refusal"], at(path, "refusal")));
    return RefusalPart{text};
  }
  if (type.equals("image_url")) return image(value, path, request);
  if (type.equals("input_audio")) return audio(value, path, request);
  if (type.equals("file")) return file(value, path, request);
  if (!type.is_string()) return expected(at(path, "type"), "a string");
  return OpaquePart{Dialect::kOpenAiChat, type.string(), {value.raw()}};
}

}  // namespace

Result<void> parse_content(json::Value content, const std::string& path, Message& message, ChatRequest& request) {
  if (!content.has_value()) return {};
  if (content.is_string()) {
    message.parts.push_back(TextPart{{content.escaped()}, {}, {}});
    return {};
  }
  if (!content.is_array()) return expected(path, "a string or an array");
  std::size_t index = 0;
  for (const json::Value element : content.elements()) {
    SY_TRY(Part part, content_part(element, at(path, index++), request));
    message.parts.push_back(std::move(part));
  }
  return {};
}

Result<void> parse_tool_calls(json::Value calls, const std::string& path, Message& message, ChatRequest& request) {
  if (!calls.is_array()) return expected(path, "an array");
  std::size_t index = 0;
  for (const json::Value call : calls.elements()) {
    const std::string here = at(path, index++);
    const json::Value type = call["type"];
    ToolCallPart part;
    part.custom = type.equals("custom");
    if (!part.custom && type.has_value() && !type.equals("function")) {
      message.parts.push_back(OpaquePart{Dialect::kOpenAiChat, type.string(), {call.raw()}});
      continue;
    }
    const std::string_view kind = part.custom ? "custom" : "function", input = part.custom ? "input" : "arguments";
    const json::Value inner = call[kind];
    const std::string inner_path = at(here, kind);
    SY_TRY(part.id, required_text(call["id"], at(here, "id")));
    SY_TRY(part.name, required_text(inner["name"], at(inner_path, "name")));
    SY_TRY(const JsonText arguments, text_field(inner[input], at(inner_path, input)));
    part.arguments = decoded(arguments, request.storage);
    keep_unknown(call, {"id", "type", kind}, here, request.unknown);
    keep_unknown(inner, {"name", input}, inner_path, request.unknown);
    message.parts.push_back(part);
  }
  return {};
}

Result<ToolResultPart> parse_tool_message(json::Value value, const std::string& path, ChatRequest& request) {
  ToolResultPart result;
  SY_TRY(result.call_id, required_text(value["tool_call_id"], at(path, "tool_call_id")));
  keep_unknown(value, {"role", "content", "tool_call_id", "name"}, path, request.unknown);
  Message message;
  SY_CHECK(parse_content(value["content"], at(path, "content"), message, request));
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    if (const auto* text = std::get_if<TextPart>(&message.parts[i])) {
      result.content.emplace_back(*text);
    } else if (const auto* picture = std::get_if<ImagePart>(&message.parts[i])) {
      result.content.emplace_back(*picture);
    } else if (const auto* document = std::get_if<FilePart>(&message.parts[i])) {
      result.content.emplace_back(*document);
    } else {
      return expected(at(at(path, "content"), i) + ".type", "text");
    }
  }
  return result;
}

Result<void> parse_reasoning_details(json::Value details, const std::string& path, Message& message,
                                     ChatRequest& request) {
  if (!details.is_array()) return expected(path, "an array");
  std::size_t index = 0;
  for (const json::Value detail : details.elements()) {
    const std::string here = at(path, index++);
    const json::Value data = detail["data"];
    const ReasoningState state = opened_state({data.escaped()}, Dialect::kOpenAiChat);
    if (!data.is_string() || state.issuer == Dialect::kOpenAiChat) {
      // A provider's own details: for the same dialect only, where the bytes go through.
      request.unknown.push_back({here, {detail.raw()}});
      continue;
    }
    SY_TRY(const JsonText text, text_field(detail["text"], at(here, "text")));
    const bool redacted = detail["type"].equals("reasoning.redacted");
    ThinkingPart part{text, redacted ? JsonText{} : state.value, redacted ? state.value : JsonText{}, state.issuer};
    message.parts.push_back(part);
  }
  return {};
}

}  // namespace switchyard::wire::openai_chat
