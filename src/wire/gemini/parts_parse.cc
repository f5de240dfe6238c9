#include "wire/gemini/parts_parse.h"

#include "wire/fields.h"
#include "wire/gemini/keys.h"
#include "wire/gemini/signature.h"

namespace switchyard::wire::gemini {
namespace {

/// "image/png" as written, without what it would need unescaping for: media types have no escapes but "\/".
std::string media_type_of(json::Value value) { return value.string(); }

OpaquePart opaque(json::Value part, std::string type) { return {Dialect::kGemini, std::move(type), {part.raw()}}; }

/// The only member of an object with one.
json::Member only_member(json::Value object) {
  json::Member only;
  std::size_t count = 0;
  for (const json::Member m : object.members()) {
    only = m;
    if (++count > 1) return {};
  }
  return only;
}

}  // namespace

Result<void> PartReader::read(json::Value part, const std::string& path, std::vector<Part>& out) {
  if (!part.is_object()) return expected(path, "an object");
  json::Value text, data, file, call, response;
  JsonText signature;
  bool is_thought = false;
  std::string own_type;  // Of a part that only Gemini knows.
  for (const json::Member m : part.members()) {
    const std::string_view key = m.key.escaped();
    if (!m.value.has_value()) continue;
    if (key == "text") {
      text = m.value;
    } else if (key == "thought") {
      SY_TRY(is_thought, flag_field(m.value, at(path, key)));
    } else if (same_key(key, "thoughtSignature")) {
      SY_TRY(signature, required_text(m.value, at(path, key)));
    } else if (same_key(key, "inlineData")) {
      data = m.value;
    } else if (same_key(key, "fileData")) {
      file = m.value;
    } else if (same_key(key, "functionCall")) {
      call = m.value;
    } else if (same_key(key, "functionResponse")) {
      response = m.value;
    } else if (same_key(key, "executableCode") || same_key(key, "codeExecutionResult")) {
      own_type = m.key.string();
    } else if (own_type.empty()) {
      own_type = "part with " + m.key.string();
    }
  }
  if (is_thought && !text.exists() && (data.exists() || call.exists())) own_type = "thought without text";
  if (!own_type.empty()) {
    out.push_back(opaque(part, std::move(own_type)));
    return {};
  }
  if (is_thought) return thought(text, signature, path, out);
  if (!signature.empty()) {
    ThinkingPart state;
    this->signature(signature, state);
    out.push_back(state);
  }
  if (text.exists()) {
    SY_TRY(const JsonText words, required_text(text, at(path, "text")));
    out.push_back(TextPart{words, {}, {}});
  } else if (data.exists()) {
    SY_TRY(Part read, inline_data(data, at(path, "inlineData")));
    if (std::holds_alternative<OpaquePart>(read)) read = opaque(part, "inlineData with displayName");
    out.push_back(std::move(read));
  } else if (file.exists()) {
    SY_TRY(Part read, file_data(file, at(path, "fileData")));
    out.push_back(std::move(read));
  } else if (call.exists()) {
    if (const auto more = unknown_member(call, {"id", "name", "args"}); !more.empty()) {
      out.push_back(opaque(part, "functionCall with " + std::string(more)));
      return {};
    }
    SY_TRY(Part read, function_call(call, at(path, "functionCall")));
    out.push_back(std::move(read));
  } else if (response.exists()) {
    SY_TRY(Part read, function_response(part, response, at(path, "functionResponse")));
    out.push_back(std::move(read));
  }
  return {};
}

void PartReader::signature(JsonText shown, ThinkingPart& thought) {
  if (writer_ == Writer::kClient) return read_signature(shown, thought, storage_);
  thought.issuer = Dialect::kGemini;
  thought.signature = shown;
}

Result<void> PartReader::thought(json::Value text, JsonText signature, const std::string& path,
                                 std::vector<Part>& out) {
  ThinkingPart thought;
  thought.issuer = Dialect::kGemini;
  SY_TRY(thought.text, text_field(text, at(path, "text")));
  if (!signature.empty()) this->signature(signature, thought);
  // Another dialect's signature came to this client at the end of the thoughts it signs, perhaps in many pieces.
  if (thought.issuer != Dialect::kGemini && !thought.signature.empty()) {
    const auto unsigned_thought = [](const Part& part) {
      const auto* before = std::get_if<ThinkingPart>(&part);
      return before != nullptr && before->signature.empty() && before->redacted.empty();
    };
    std::size_t first = out.size();
    while (first > 0 && unsigned_thought(out[first - 1])) --first;
    std::string whole;
    for (std::size_t i = first; i < out.size(); ++i) whole.append(std::get<ThinkingPart>(out[i]).text.escaped);
    out.resize(first);
    if (!whole.empty()) thought.text = {storage_.emplace_back(whole.append(thought.text.escaped))};
  }
  out.push_back(thought);
  return {};
}

Result<Part> PartReader::inline_data(json::Value data, const std::string& path) {
  if (!data.is_object()) return expected(path, "an object");
  SY_TRY(const JsonText type, required_text(member(data, "mimeType"), at(path, "mimeType")));
  SY_TRY(const JsonText written, required_text(member(data, "data"), at(path, "data")));
  SY_TRY(const JsonText name, text_field(member(data, "displayName"), at(path, "displayName")));
  const JsonText bytes = standard_base64(written, storage_);
  const std::string media_type = media_type_of(member(data, "mimeType"));
  const bool image = media_type.starts_with("image/"), audio = media_type.starts_with("audio/");
  if ((image || audio) && !name.empty()) return OpaquePart{};
  if (image) return ImagePart{{}, stored_text(media_type, storage_), bytes, {}, {}};
  if (audio) return AudioPart{stored_text(media_type.substr(6), storage_), bytes};
  FilePart file;
  file.media_type = type;
  file.data = bytes;
  file.name = name;
  return file;
}

Result<Part> PartReader::file_data(json::Value data, const std::string& path) {
  if (!data.is_object()) return expected(path, "an object");
  SY_TRY(const JsonText type, text_field(member(data, "mimeType"), at(path, "mimeType")));
  SY_TRY(const JsonText uri, required_text(member(data, "fileUri"), at(path, "fileUri")));
  FilePart file;
  SY_TRY(file.name, text_field(member(data, "displayName"), at(path, "displayName")));
  const std::string plain = member(data, "fileUri").string();
  const bool web = plain.starts_with("https://") || plain.starts_with("http://");
  const bool own = plain.starts_with(kFilesHost) || plain.starts_with("files/");
  if (web && !own && file.name.empty() && media_type_of(member(data, "mimeType")).starts_with("image/")) {
    return ImagePart{uri, type, {}, {}, {}};
  }
  file.media_type = type;
  (own ? file.id : file.url) = uri;
  return file;
}

Result<Part> PartReader::function_call(json::Value call, const std::string& path) {
  if (!call.is_object()) return expected(path, "an object");
  ToolCallPart part;
  SY_TRY(part.name, required_text(member(call, "name"), at(path, "name")));
  SY_TRY(const JsonText id, text_field(member(call, "id"), at(path, "id")));
  const json::Value args = member(call, "args");
  if (args.has_value() && !args.is_object()) return expected(at(path, "args"), "an object");
  part.arguments = args.has_value() ? args.raw() : std::string_view("{}");
  part.id = ids_.call(id, part.name, storage_);
  return part;
}

Result<Part> PartReader::function_response(json::Value part, json::Value response, const std::string& path) {
  if (!response.is_object()) return expected(path, "an object");
  SY_TRY(const JsonText name, required_text(member(response, "name"), at(path, "name")));
  SY_TRY(const JsonText id, text_field(member(response, "id"), at(path, "id")));
  ToolResultPart result;
  if (const auto more = unknown_member(response, {"id", "name", "response", "parts"}); !more.empty()) {
    return opaque(part, "functionResponse with " + std::string(more));
  }
  const std::optional<JsonText> call_id = ids_.result(id, name);
  // The other dialects know a result by its call only; Gemini by its name.
  if (!call_id) return opaque(part, "functionResponse without its functionCall");
  result.call_id = *call_id;
  const json::Value value = member(response, "response");
  if (value.has_value() && !value.is_object()) return expected(at(path, "response"), "an object");
  if (value.has_value()) response_value(value, result);
  std::size_t index = 0;
  for (const json::Value inner : member(response, "parts").elements()) {
    const std::string inner_path = at(at(path, "parts"), index++);
    const json::Value data = member(inner, "inlineData"), file = member(inner, "fileData");
    if (!data.has_value() && !file.has_value()) return opaque(part, "functionResponse with unknown parts");
    SY_TRY(Part media, data.has_value() ? inline_data(data, at(inner_path, "inlineData"))
                                        : file_data(file, at(inner_path, "fileData")));
    if (auto* image = std::get_if<ImagePart>(&media)) {
      result.content.emplace_back(*image);
    } else if (auto* document = std::get_if<FilePart>(&media)) {
      result.content.emplace_back(*document);
    } else {
      return opaque(part, "functionResponse with audio or named parts");
    }
  }
  return result;
}

/// {"output":"text"} and {"error":...} as Google's reference proposes them; any other object is the text itself.
void PartReader::response_value(json::Value value, ToolResultPart& result) {
  const json::Member only = only_member(value);
  result.is_error = only.key.escaped() == "error";
  if (only.value.is_string() && (result.is_error || only.key.escaped() == "output")) {
    result.content.emplace_back(TextPart{{only.value.escaped()}, {}, {}});
    return;
  }
  const std::string_view json = result.is_error ? only.value.raw() : value.raw();
  result.content.emplace_back(TextPart{stored_text(std::string(json), storage_), {}, {}});
}

}  // namespace switchyard::wire::gemini
