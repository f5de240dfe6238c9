#include <algorithm>

#include "wire/fields.h"
#include "wire/openai_responses/input.h"
#include "wire/openai_responses/request.h"
#include "wire/openai_responses/state_seal.h"
#include "wire/reasoning_state.h"

namespace switchyard::wire::openai_responses {
namespace {

constexpr std::string_view kData = "data:", kBase64 = ";base64,";

/// "data:<type>;base64,<bytes>" cut into its two parts; false if it is no such URL.
bool cut_data_url(std::string_view url, JsonText& media_type, JsonText& data) {
  const std::size_t mark = url.find(kBase64);
  if (!url.starts_with(kData) || mark == std::string_view::npos) return false;
  media_type = {url.substr(kData.size(), mark - kData.size())};
  data = {url.substr(mark + kBase64.size())};
  return true;
}

/// Whether items of this type are the model's doing, so that they stand in its turn.
bool is_models_own(std::string_view type) {
  static constexpr std::string_view kOthers[] = {"mcp_list_tools", "mcp_approval_request", "compaction", "program"};
  return type.ends_with("_call") || std::ranges::find(kOthers, type) != std::end(kOthers);
}

/// Reads the items of one input.
class InputParser {
 public:
  explicit InputParser(ChatRequest& request) : request_(request) {}

  Result<void> item(json::Value item, const std::string& path) {
    if (!item.is_object()) return expected(path, "an object");
    const json::Value type = item["type"];
    if (type.has_value() && !type.is_string()) return expected(at(path, "type"), "a string");
    if (type.equals("message") || (!type.has_value() && item["role"].has_value())) return message(item, path);
    if (type.equals("function_call")) return call(item, path, "arguments");
    if (type.equals("custom_tool_call")) return call(item, path, "input");
    if (type.equals("function_call_output")) return output(item, path, false);
    if (type.equals("custom_tool_call_output")) return output(item, path, true);
    if (type.equals("reasoning")) return reasoning(item, path);
    return opaque(item, type.has_value() ? type.string() : "item_reference", path);
  }

 private:
  Message& turn(Role role) {
    if (request_.messages.empty() || request_.messages.back().role != role) {
      request_.messages.push_back(Message{.role = role, .parts = {}, .name = {}});
    }
    return request_.messages.back();
  }
  /// The user's turn that tool outputs are gathered in: the last message, unless it holds the user's own words.
  Message& outputs_turn() {
    const bool joins = !request_.messages.empty() && request_.messages.back().role == Role::kUser &&
                       !request_.messages.back().parts.empty() &&
                       std::holds_alternative<ToolResultPart>(request_.messages.back().parts.back());
    if (!joins) request_.messages.push_back(Message{});
    return request_.messages.back();
  }

  Result<void> message(json::Value item, const std::string& path) {
    const json::Value role = item["role"];
    const json::Value content = item["content"];
    keep_unknown(item, {"type", "role", "content", "id", "status", "phase"}, path, request_.unknown);
    if (role.equals("assistant")) return contents(content, path, turn(Role::kAssistant).parts);
    Message message;
    if (role.equals("system")) {
      message.role = Role::kSystem;
    } else if (role.equals("developer")) {
      message.role = Role::kDeveloper;
    } else if (!role.equals("user")) {
      return expected(at(path, "role"), "user, assistant, system or developer");
    }
    SY_CHECK(contents(content, path, message.parts));
    request_.messages.push_back(std::move(message));
    return {};
  }

  Result<void> contents(json::Value content, const std::string& path, std::vector<Part>& parts) {
    if (content.is_string()) {
      parts.emplace_back(TextPart{{content.escaped()}, {}, {}});
      return {};
    }
    if (!content.is_array()) return expected(at(path, "content"), "a string or an array");
    std::size_t index = 0;
    for (const json::Value element : content.elements()) {
      SY_CHECK(content_part(element, at(at(path, "content"), index++), parts));
    }
    return {};
  }

  Result<void> content_part(json::Value part, const std::string& path, std::vector<Part>& parts) {
    const json::Value type = part["type"];
    if (type.equals("input_text") || type.equals("output_text")) return text(part, path, parts);
    if (type.equals("refusal")) {
      SY_TRY(const JsonText text, required_text(part["refusal"], at(path, "refusal")));
      keep_unknown(part, {"type", "refusal"}, path, request_.unknown);
      parts.emplace_back(RefusalPart{text});
      return {};
    }
    if (type.equals("input_image")) {
      // An uploaded image is known to its provider alone.
      if (part["file_id"].has_value()) {
        parts.emplace_back(OpaquePart{Dialect::kOpenAiResponses, "input_image", {part.raw()}});
        return {};
      }
      SY_TRY(const ImagePart image, this->image(part, path));
      parts.emplace_back(image);
      return {};
    }
    if (type.equals("input_file")) {
      SY_TRY(const FilePart file, this->file(part, path));
      parts.emplace_back(file);
      return {};
    }
    if (type.equals("input_audio")) {
      AudioPart audio;
      SY_TRY(audio.format, required_text(part["input_audio"]["format"], at(path, "input_audio.format")));
      SY_TRY(audio.data, required_text(part["input_audio"]["data"], at(path, "input_audio.data")));
      keep_unknown(part, {"type", "input_audio"}, path, request_.unknown);
      keep_unknown(part["input_audio"], {"format", "data"}, at(path, "input_audio"), request_.unknown);
      parts.emplace_back(audio);
      return {};
    }
    return expected(at(path, "type"), "input_text, input_image, input_file, input_audio, output_text or refusal");
  }

  template <class Parts>
  Result<void> text(json::Value part, const std::string& path, Parts& parts) {
    SY_CHECK(required_text(part["text"], at(path, "text")));
    keep_unknown(part, {"type", "text", "annotations", "logprobs"}, path, request_.unknown);
    parts.emplace_back(parse_text_part(part));
    return {};
  }

  Result<ImagePart> image(json::Value part, const std::string& path) {
    ImagePart image;
    SY_TRY(const JsonText url, required_text(part["image_url"], at(path, "image_url")));
    SY_TRY(image.detail, text_field(part["detail"], at(path, "detail")));
    keep_unknown(part, {"type", "image_url", "detail"}, path, request_.unknown);
    if (!url.escaped.starts_with(kData)) {
      image.url = url;
    } else if (!cut_data_url(url.escaped, image.media_type, image.data)) {
      return expected(at(path, "image_url"), "data:<type>;base64,<bytes>");
    }
    return image;
  }

  Result<FilePart> file(json::Value part, const std::string& path) {
    FilePart file;
    SY_TRY(file.id, text_field(part["file_id"], at(path, "file_id")));
    SY_TRY(file.url, text_field(part["file_url"], at(path, "file_url")));
    SY_TRY(file.name, text_field(part["filename"], at(path, "filename")));
    SY_TRY(const JsonText data, text_field(part["file_data"], at(path, "file_data")));
    if (!cut_data_url(data.escaped, file.media_type, file.data)) file.data = data;
    const int sources = !file.id.empty() + !file.url.empty() + !file.data.empty();
    if (sources != 1) return expected(path, "one of file_id, file_url and file_data");
    keep_unknown(part, {"type", "file_id", "file_url", "file_data", "filename"}, path, request_.unknown);
    return file;
  }

  Result<void> call(json::Value item, const std::string& path, std::string_view payload) {
    ToolCallPart part;
    part.custom = payload == "input";
    SY_TRY(part.id, required_text(item["call_id"], at(path, "call_id")));
    SY_TRY(part.name, required_text(item["name"], at(path, "name")));
    SY_TRY(const JsonText text, required_text(item[payload], at(path, payload)));
    part.arguments = decoded(text, request_.storage);
    keep_unknown(item, {"type", "id", "call_id", "name", "status", payload}, path, request_.unknown);
    turn(Role::kAssistant).parts.emplace_back(part);
    return {};
  }

  Result<void> output(json::Value item, const std::string& path, bool custom) {
    ToolResultPart result;
    result.custom = custom;
    SY_TRY(result.call_id, required_text(item["call_id"], at(path, "call_id")));
    const json::Value output = item["output"];
    const std::string here = at(path, "output");
    keep_unknown(item, {"type", "id", "call_id", "output", "status"}, path, request_.unknown);
    if (output.is_string()) {
      result.content.emplace_back(TextPart{{output.escaped()}, {}, {}});
    } else if (output.is_array()) {
      std::size_t index = 0;
      for (const json::Value part : output.elements()) SY_CHECK(output_part(part, at(here, index++), result));
    } else {
      return expected(here, "a string or an array");
    }
    outputs_turn().parts.emplace_back(std::move(result));
    return {};
  }

  Result<void> output_part(json::Value part, const std::string& path, ToolResultPart& result) {
    const json::Value type = part["type"];
    if (type.equals("input_text") || type.equals("output_text")) return text(part, path, result.content);
    if (type.equals("input_file")) {
      SY_TRY(const FilePart file, this->file(part, path));
      result.content.emplace_back(file);
      return {};
    }
    if (!type.equals("input_image")) return expected(at(path, "type"), "input_text, input_image or input_file");
    SY_TRY(const ImagePart image, this->image(part, path));
    result.content.emplace_back(image);
    return {};
  }

  Result<void> reasoning(json::Value item, const std::string& path) {
    SY_CHECK(text_field(item["id"], at(path, "id")));
    SY_CHECK(text_field(item["encrypted_content"], at(path, "encrypted_content")));
    keep_unknown(item, {"type", "id", "summary", "content", "encrypted_content", "status"}, path, request_.unknown);
    turn(Role::kAssistant).parts.emplace_back(parse_reasoning(item, request_.storage));
    return {};
  }

  Result<void> opaque(json::Value item, std::string type, const std::string& path) {
    if (type == "item_reference") SY_CHECK(required_text(item["id"], at(path, "id")));
    const bool reference =
        type == "item_reference" && !request_.messages.empty() && request_.messages.back().role == Role::kAssistant;
    const Role role = reference || is_models_own(type) ? Role::kAssistant : Role::kUser;
    OpaquePart part{Dialect::kOpenAiResponses, std::move(type), {item.raw()}};
    if (role == Role::kAssistant) {
      turn(role).parts.emplace_back(std::move(part));
    } else {
      outputs_turn().parts.emplace_back(std::move(part));
    }
    return {};
  }

  ChatRequest& request_;
};

/// The texts of `parts` with a blank line between them.
JsonText joined_texts(json::Value parts, TextStorage& storage) {
  if (parts.size() == 1) return {(*parts.elements().begin())["text"].escaped()};
  std::string joined;
  for (const json::Value part : parts.elements()) {
    if (!joined.empty()) joined.append("\\n\\n");
    joined.append(part["text"].escaped());
  }
  if (joined.empty()) return {};
  return {storage.emplace_back(std::move(joined))};
}

}  // namespace

std::optional<Citation> parse_citation(json::Value annotation) {
  if (!annotation["type"].equals("url_citation")) return std::nullopt;
  Citation citation;
  citation.url = {annotation["url"].escaped()};
  citation.title = {annotation["title"].escaped()};
  citation.start = annotation["start_index"].integer().value_or(-1);
  citation.end = annotation["end_index"].integer().value_or(-1);
  return citation;
}

TextPart parse_text_part(json::Value part) {
  TextPart text{{part["text"].escaped()}, {}, {}};
  const json::Value annotations = part["annotations"];
  if (annotations.size() > 0) text.citations = {annotations.raw()};
  for (const json::Value annotation : annotations.elements()) {
    if (const auto citation = parse_citation(annotation)) text.sources.push_back(*citation);
  }
  if (part["logprobs"].size() > 0) text.logprobs = {part["logprobs"].raw()};
  return text;
}

ThinkingPart parse_reasoning(json::Value item, TextStorage& storage) {
  ThinkingPart part = opened_reasoning({item["id"].escaped()}, {item["encrypted_content"].escaped()}, storage);
  const json::Value summary = item["summary"];
  part.text = joined_texts(summary.size() > 0 ? summary : item["content"], storage);
  return part;
}

bool holds_our_reasoning(json::Value input) {
  for (const json::Value item : input.elements()) {
    if (!item["type"].equals("reasoning")) continue;
    const std::string_view encrypted = item["encrypted_content"].escaped();
    if (item["id"].escaped().starts_with(kOurReasoningId) || encrypted.starts_with(kStateMark)) return true;
  }
  return false;
}

Result<void> parse_input(json::Value input, ChatRequest& request) {
  if (input.is_string()) {
    request.messages.push_back(Message{});
    request.messages.back().parts.emplace_back(TextPart{{input.escaped()}, {}, {}});
    return {};
  }
  if (!input.is_array()) return expected("input", "a string or an array");
  InputParser parser(request);
  std::size_t index = 0;
  for (const json::Value item : input.elements()) SY_CHECK(parser.item(item, at("input", index++)));
  return {};
}

}  // namespace switchyard::wire::openai_responses
