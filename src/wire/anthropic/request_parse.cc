#include <algorithm>

#include "wire/anthropic/request.h"
#include "wire/fields.h"

namespace switchyard::wire::anthropic {
namespace {

/// Reads one body into one request.
class Parser {
 public:
  explicit Parser(ChatRequest& request) : request_(request) {}

  Result<void> run(json::Value root) {
    if (!root.is_object()) return expected("body", "a JSON object");
    json::Value messages, max_tokens;
    if (const json::Value system = root["system"]; system.has_value()) {
      Message message{Role::kSystem, {}, {}};
      SY_CHECK(content(system, "system", message));
      request_.messages.push_back(std::move(message));
    }
    for (const json::Member member : root.members()) {
      const std::string_view key = member.key.escaped();
      if (key == "messages") messages = member.value;
      if (key == "max_tokens") max_tokens = member.value;
      SY_CHECK(top_level(key, member.value));
    }
    if (!max_tokens.has_value()) return expected("max_tokens", "an integer of at least 1");
    if (!messages.is_array()) return expected("messages", "an array");
    std::size_t index = 0;
    for (const json::Value message : messages.elements()) {
      SY_CHECK(this->message(message, at("messages", index)));
      ++index;
    }
    if (index == 0) return expected("messages", "at least one");
    return {};
  }

 private:
  template <class T>
  static Result<void> put(Result<T> from, T& to) {
    if (!from) return std::unexpected(std::move(from).error());
    to = *std::move(from);
    return {};
  }

  Result<void> top_level(std::string_view key, json::Value value) {
    if (key == "messages" || key == "system") return {};
    if (key == "model") return put(text_field(value, key), request_.model);
    if (key == "max_tokens") return put(count_field(value, key), request_.output_tokens_max);
    if (key == "temperature") return put(number_field(value, key), request_.temperature);
    if (key == "top_p") return put(number_field(value, key), request_.top_p);
    if (key == "top_k") return put(number_field(value, key), request_.top_k);
    if (key == "service_tier") return put(text_field(value, key), request_.service_tier);
    if (key == "stop_sequences") return stop_sequences(value);
    if (key == "tools") return tools(value);
    if (key == "tool_choice") return tool_choice(value);
    if (key == "thinking") return thinking(value);
    if (key == "output_config") return output_config(value);
    if (key == "output_format") return format(value, key);
    if (key == "metadata") return metadata(value);
    if (key == "stream") {
      SY_TRY(const bool streamed, flag_field(value, key));
      if (streamed) request_.stream = StreamMode::kStreamed;
      return {};
    }
    if (value.has_value()) request_.unknown.push_back({std::string(key), {value.raw()}});
    return {};
  }

  Result<void> stop_sequences(json::Value value) {
    if (!value.has_value()) return {};
    if (!value.is_array()) return expected("stop_sequences", "an array of strings");
    for (const json::Value element : value.elements()) {
      if (!element.is_string()) return expected("stop_sequences", "an array of strings");
      request_.stop.push_back({element.escaped()});
    }
    return {};
  }

  Result<void> metadata(json::Value value) {
    bool more = false;
    for (const json::Member member : value.members()) {
      if (member.key.equals("user_id")) {
        SY_CHECK(put(text_field(member.value, "metadata.user_id"), request_.user));
      } else {
        more = true;
      }
    }
    if (more) request_.metadata = {value.raw()};
    return {};
  }

  Result<void> tools(json::Value value) {
    if (!value.has_value()) return {};
    if (!value.is_array()) return expected("tools", "an array");
    std::size_t index = 0;
    for (const json::Value element : value.elements()) {
      const std::string path = at("tools", index++);
      const json::Value type = element["type"];
      Tool tool;
      if (type.is_string() && !type.equals("custom")) {
        tool.opaque = {element.raw()};
        tool.opaque_type = type.string();
        request_.tools.push_back(std::move(tool));
        continue;
      }
      SY_TRY(tool.name, required_text(element["name"], at(path, "name")));
      SY_TRY(tool.description, text_field(element["description"], at(path, "description")));
      if (!element["input_schema"].is_object()) return expected(at(path, "input_schema"), "an object");
      tool.schema = {element["input_schema"].raw()};
      if (element["strict"].is_bool()) tool.strict = element["strict"].boolean();
      tool.cache_control = raw_field(element["cache_control"]);
      request_.tools.push_back(std::move(tool));
    }
    return {};
  }

  Result<void> tool_choice(json::Value value) {
    if (!value.has_value()) return {};
    ToolChoice& choice = request_.tool_choice;
    const json::Value type = value["type"];
    if (type.equals("auto")) {
      choice.kind = ToolChoiceKind::kAuto;
    } else if (type.equals("any")) {
      choice.kind = ToolChoiceKind::kRequired;
    } else if (type.equals("none")) {
      choice.kind = ToolChoiceKind::kNone;
    } else if (type.equals("tool")) {
      choice.kind = ToolChoiceKind::kNamed;
      SY_TRY(choice.name, required_text(value["name"], "tool_choice.name"));
    } else {
      return expected("tool_choice.type", "auto, any, tool or none");
    }
    if (const json::Value alone = value["disable_parallel_tool_use"]; alone.has_value()) {
      SY_TRY(const bool off, flag_field(alone, "tool_choice.disable_parallel_tool_use"));
      request_.parallel_tool_calls = !off;
    }
    return {};
  }

  Result<void> thinking(json::Value value) {
    if (!value.has_value()) return {};
    const json::Value type = value["type"];
    Reasoning& reasoning = request_.reasoning;
    if (type.equals("disabled")) {
      reasoning.mode = ReasoningMode::kDisabled;
    } else if (type.equals("adaptive")) {
      reasoning.mode = ReasoningMode::kAdaptive;
    } else if (type.equals("enabled")) {
      const auto budget = value["budget_tokens"].integer();
      if (!budget || *budget < 1) return expected("thinking.budget_tokens", "an integer of at least 1");
      reasoning.mode = ReasoningMode::kBudget;
      reasoning.budget_tokens = *budget;
    } else {
      return expected("thinking.type", "enabled, adaptive or disabled");
    }
    return {};
  }

  Result<void> output_config(json::Value value) {
    for (const json::Member member : value.members()) {
      if (member.key.equals("effort")) {
        if (!member.value.has_value()) continue;
        if (!member.value.is_string()) return expected("output_config.effort", "a string");
        request_.reasoning.effort = member.value.string();
        if (request_.reasoning.mode == ReasoningMode::kAbsent) request_.reasoning.mode = ReasoningMode::kEffort;
      } else if (member.key.equals("format")) {
        SY_CHECK(format(member.value, "output_config.format"));
      } else {
        request_.unknown.push_back({at("output_config", member.key.escaped()), {member.value.raw()}});
      }
    }
    return {};
  }

  Result<void> format(json::Value value, std::string_view path) {
    if (!value.has_value()) return {};
    if (!value["type"].equals("json_schema")) return expected(at(path, "type"), "json_schema");
    request_.response_format.kind = ResponseFormatKind::kJsonSchema;
    request_.response_format.schema = raw_field(value["schema"]);
    request_.response_format.strict = true;
    return {};
  }

  Result<void> message(json::Value value, const std::string& path) {
    if (!value.is_object()) return expected(path, "an object");
    Message message;
    const json::Value role = value["role"];
    if (role.equals("user")) {
      message.role = Role::kUser;
    } else if (role.equals("assistant")) {
      message.role = Role::kAssistant;
    } else if (role.equals("system")) {
      message.role = Role::kSystem;
    } else {
      return expected(at(path, "role"), "user or assistant");
    }
    if (!value["content"].has_value()) return expected(at(path, "content"), "a string or an array");
    SY_CHECK(content(value["content"], at(path, "content"), message));
    for (const json::Member member : value.members()) {
      if (member.key.equals("role") || member.key.equals("content") || !member.value.has_value()) continue;
      request_.unknown.push_back({at(path, member.key.escaped()), {member.value.raw()}});
    }
    request_.messages.push_back(std::move(message));
    return {};
  }

  Result<void> content(json::Value value, const std::string& path, Message& message) {
    if (value.is_string()) {
      message.parts.push_back(TextPart{{value.escaped()}, {}, {}});
      return {};
    }
    if (!value.is_array()) return expected(path, "a string or an array");
    std::size_t index = 0;
    for (const json::Value element : value.elements()) {
      SY_TRY(Part part, block(element, at(path, index++)));
      message.parts.push_back(std::move(part));
    }
    return {};
  }

  Result<Part> block(json::Value value, const std::string& path) {
    const json::Value type = value["type"];
    const JsonRaw cache = raw_field(value["cache_control"]);
    if (type.equals("text")) {
      SY_TRY(const JsonText text, required_text(value["text"], at(path, "text")));
      return TextPart{text, cache, raw_field(value["citations"])};
    }
    if (type.equals("image")) return image(value, path);
    if (type.equals("tool_use")) {
      ToolCallPart call;
      SY_TRY(call.id, required_text(value["id"], at(path, "id")));
      SY_TRY(call.name, required_text(value["name"], at(path, "name")));
      if (!value["input"].is_object()) return expected(at(path, "input"), "an object");
      call.arguments = value["input"].raw();
      call.cache_control = cache;
      return call;
    }
    if (type.equals("tool_result")) return tool_result(value, path);
    if (type.equals("thinking")) {
      ThinkingPart thinking;
      SY_TRY(thinking.text, required_text(value["thinking"], at(path, "thinking")));
      SY_TRY(thinking.signature, text_field(value["signature"], at(path, "signature")));
      return thinking;
    }
    if (type.equals("redacted_thinking")) {
      SY_TRY(const JsonText data, required_text(value["data"], at(path, "data")));
      return ThinkingPart{{}, {}, data};
    }
    if (!type.is_string()) return expected(at(path, "type"), "a string");
    return OpaquePart{Dialect::kAnthropic, type.string(), {value.raw()}};
  }

  Result<Part> image(json::Value value, const std::string& path) {
    const json::Value source = value["source"];
    ImagePart image;
    image.cache_control = raw_field(value["cache_control"]);
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
    return OpaquePart{Dialect::kAnthropic, "image with a " + source["type"].string() + " source", {value.raw()}};
  }

  Result<Part> tool_result(json::Value value, const std::string& path) {
    ToolResultPart result;
    SY_TRY(result.call_id, required_text(value["tool_use_id"], at(path, "tool_use_id")));
    SY_TRY(result.is_error, flag_field(value["is_error"], at(path, "is_error")));
    result.cache_control = raw_field(value["cache_control"]);
    const json::Value inner = value["content"];
    if (inner.is_string()) {
      result.content.emplace_back(TextPart{{inner.escaped()}, {}, {}});
      return result;
    }
    std::size_t index = 0;
    for (const json::Value element : inner.elements()) {
      SY_TRY(Part part, block(element, at(at(path, "content"), index++)));
      if (auto* text = std::get_if<TextPart>(&part)) {
        result.content.emplace_back(*text);
      } else if (auto* picture = std::get_if<ImagePart>(&part)) {
        result.content.emplace_back(*picture);
      } else {
        // A document or search result inside a tool result: only Anthropic can take the block, so it stays whole.
        return OpaquePart{Dialect::kAnthropic, "tool_result with a " + element["type"].string(), {value.raw()}};
      }
    }
    return result;
  }

  ChatRequest& request_;
};

}  // namespace

Result<ChatRequest> parse_request(const json::Document& body) {
  ChatRequest request;
  request.dialect = Dialect::kAnthropic;
  SY_CHECK(Parser(request).run(body.root()));
  return request;
}

}  // namespace switchyard::wire::anthropic
