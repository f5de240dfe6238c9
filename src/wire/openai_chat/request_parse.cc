#include <algorithm>

#include "wire/fields.h"
#include "wire/openai_chat/content_parse.h"
#include "wire/openai_chat/request.h"

namespace switchyard::wire::openai_chat {
namespace {

/// Reads one body into one request.
class Parser {
 public:
  explicit Parser(ChatRequest& request) : request_(request) {}

  Result<void> run(json::Value root) {
    if (!root.is_object()) return expected("body", "a JSON object");
    json::Value messages;
    for (const json::Member member : root.members()) {
      const std::string_view key = member.key.escaped();
      if (key == "messages") {
        messages = member.value;
      } else {
        SY_CHECK(top_level(key, member.value));
      }
    }
    if (!messages.is_array()) return expected("messages", "an array");
    std::uint32_t index = 0;
    for (const json::Value message : messages.elements()) {
      SY_CHECK(this->message(message, at("messages", index), index));
      ++index;
    }
    if (index == 0) return expected("messages", "at least one");
    return {};
  }

 private:
  Result<void> top_level(std::string_view key, json::Value value) {
    if (auto known = scalar(key, value)) return *std::move(known);
    if (key == "stop") return stop(value);
    if (key == "tools") return tools(value);
    if (key == "tool_choice") return tool_choice(value);
    if (key == "response_format") return response_format(value);
    if (key == "functions" || key == "function_call") {
      return fail(ErrorKind::kInvalidRequest, std::string(key) + ": expected its successor, tools and tool_choice");
    }
    if (value.has_value()) request_.unknown.push_back({std::string(key), {value.raw()}});
    return {};
  }

  /// The fields that are one value; nullopt for any other key.
  std::optional<Result<void>> scalar(std::string_view key, json::Value value) {
    static constexpr std::pair<std::string_view, JsonRaw ChatRequest::*> kNumbers[] = {
        {"temperature", &ChatRequest::temperature},
        {"top_p", &ChatRequest::top_p},
        {"seed", &ChatRequest::seed},
        {"n", &ChatRequest::n},
        {"frequency_penalty", &ChatRequest::frequency_penalty},
        {"presence_penalty", &ChatRequest::presence_penalty},
        {"top_logprobs", &ChatRequest::top_logprobs}};
    for (const auto& [name, member] : kNumbers) {
      if (key == name) return put(number_field(value, key), request_.*member);
    }
    static constexpr std::pair<std::string_view, JsonText ChatRequest::*> kTexts[] = {
        {"model", &ChatRequest::model},
        {"user", &ChatRequest::user},
        {"service_tier", &ChatRequest::service_tier},
        {"verbosity", &ChatRequest::verbosity}};
    for (const auto& [name, member] : kTexts) {
      if (key == name) return put(text_field(value, key), request_.*member);
    }
    if (key == "max_tokens" || key == "max_completion_tokens") {
      if (!value.has_value()) return Result<void>{};
      return put(count_field(value, key), request_.output_tokens_max);
    }
    if (key == "logit_bias") return set(request_.logit_bias, raw_field(value));
    if (key == "logprobs") return set(request_.logprobs, raw_field(value));
    if (key == "metadata") return set(request_.metadata, raw_field(value));
    if (key == "stream") {
      bool streamed = false;
      auto got = put(flag_field(value, key), streamed);
      if (streamed) request_.stream = StreamMode::kStreamed;
      return got;
    }
    if (key == "stream_options") {
      keep_unknown(value, {"include_usage"}, key, request_.unknown);
      return put(flag_field(value["include_usage"], "stream_options.include_usage"), request_.include_usage);
    }
    if (key == "parallel_tool_calls") {
      if (!value.has_value()) return Result<void>{};
      bool parallel = true;
      auto got = put(flag_field(value, key), parallel);
      request_.parallel_tool_calls = parallel;
      return got;
    }
    if (key == "reasoning_effort") return effort(value);
    return std::nullopt;
  }

  template <class T>
  static Result<void> put(Result<T> from, T& to) {
    if (!from) return std::unexpected(std::move(from).error());
    to = *std::move(from);
    return {};
  }
  static Result<void> set(JsonRaw& to, JsonRaw from) {
    to = from;
    return {};
  }

  Result<void> effort(json::Value value) {
    if (!value.has_value()) return {};
    static constexpr std::string_view kKnown[] = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};
    const std::string text = value.string();
    if (!value.is_string() || std::ranges::find(kKnown, text) == std::end(kKnown)) {
      return expected("reasoning_effort", "none, minimal, low, medium, high, xhigh or max");
    }
    request_.reasoning = {text == "none" ? ReasoningMode::kDisabled : ReasoningMode::kEffort, 0, text};
    return {};
  }

  Result<void> stop(json::Value value) {
    if (!value.has_value()) return {};
    if (value.is_string()) {
      request_.stop.push_back({value.escaped()});
      return {};
    }
    if (!value.is_array()) return expected("stop", "a string or an array of strings");
    for (const json::Value element : value.elements()) {
      if (!element.is_string()) return expected("stop", "a string or an array of strings");
      request_.stop.push_back({element.escaped()});
    }
    return {};
  }

  Result<void> tools(json::Value value) {
    if (!value.has_value()) return {};
    if (!value.is_array()) return expected("tools", "an array");
    std::size_t index = 0;
    for (const json::Value element : value.elements()) {
      const std::string path = at("tools", index++);
      SY_TRY(Tool tool, this->tool(element, path));
      request_.tools.push_back(std::move(tool));
    }
    return {};
  }

  Result<Tool> tool(json::Value element, const std::string& path) {
    Tool tool;
    const json::Value type = element["type"];
    if (!type.is_string()) return expected(at(path, "type"), "a string");
    if (type.equals("custom")) {
      const json::Value custom = element["custom"];
      tool.custom = true;
      SY_TRY(tool.name, required_text(custom["name"], at(path, "custom.name")));
      SY_TRY(tool.description, text_field(custom["description"], at(path, "custom.description")));
      tool.format = raw_field(custom["format"]);
      return tool;
    }
    if (!type.equals("function")) {
      tool.opaque = {element.raw()};
      tool.opaque_type = type.string();
      return tool;
    }
    const json::Value function = element["function"];
    const std::string inner = at(path, "function");
    SY_TRY(tool.name, required_text(function["name"], at(inner, "name")));
    SY_TRY(tool.description, text_field(function["description"], at(inner, "description")));
    SY_TRY(const bool strict, flag_field(function["strict"], at(inner, "strict")));
    if (function["strict"].has_value()) tool.strict = strict;
    tool.schema = raw_field(function["parameters"]);
    tool.cache_control = raw_field(element["cache_control"]);
    keep_unknown(element, {"type", "function", "cache_control"}, path, request_.unknown);
    keep_unknown(function, {"name", "description", "parameters", "strict"}, inner, request_.unknown);
    return tool;
  }

  Result<void> tool_choice(json::Value value) {
    if (!value.has_value()) return {};
    ToolChoice& choice = request_.tool_choice;
    if (value.equals("auto")) {
      choice.kind = ToolChoiceKind::kAuto;
    } else if (value.equals("none")) {
      choice.kind = ToolChoiceKind::kNone;
    } else if (value.equals("required")) {
      choice.kind = ToolChoiceKind::kRequired;
    } else if (value["type"].equals("function")) {
      choice.kind = ToolChoiceKind::kNamed;
      SY_TRY(choice.name, required_text(value["function"]["name"], "tool_choice.function.name"));
    } else if (value["type"].equals("custom")) {
      choice.kind = ToolChoiceKind::kNamed;
      SY_TRY(choice.name, required_text(value["custom"]["name"], "tool_choice.custom.name"));
    } else if (value.is_object()) {
      request_.unknown.push_back({"tool_choice", {value.raw()}});
    } else {
      return expected("tool_choice", "auto, none, required or an object");
    }
    return {};
  }

  Result<void> response_format(json::Value value) {
    if (!value.has_value()) return {};
    ResponseFormat& format = request_.response_format;
    if (value["type"].equals("text")) return {};
    if (value["type"].equals("json_object")) {
      format.kind = ResponseFormatKind::kJsonObject;
      return {};
    }
    if (!value["type"].equals("json_schema"))
      return expected("response_format.type", "text, json_object or json_schema");
    const json::Value schema = value["json_schema"];
    keep_unknown(value, {"type", "json_schema"}, "response_format", request_.unknown);
    keep_unknown(schema, {"name", "description", "schema", "strict"}, "response_format.json_schema", request_.unknown);
    format.kind = ResponseFormatKind::kJsonSchema;
    SY_TRY(format.name, required_text(schema["name"], "response_format.json_schema.name"));
    SY_TRY(format.description, text_field(schema["description"], "response_format.json_schema.description"));
    format.schema = raw_field(schema["schema"]);
    if (schema["strict"].is_bool()) format.strict = schema["strict"].boolean();
    return {};
  }

  Result<void> message(json::Value value, const std::string& path, std::uint32_t index) {
    if (!value.is_object()) return expected(path, "an object");
    const json::Value role = value["role"];
    if (role.equals("tool")) return tool_message(value, path, index);
    Message message;
    message.source = index;
    if (role.equals("system")) {
      message.role = Role::kSystem;
    } else if (role.equals("developer")) {
      message.role = Role::kDeveloper;
    } else if (role.equals("user")) {
      message.role = Role::kUser;
    } else if (role.equals("assistant")) {
      message.role = Role::kAssistant;
    } else {
      return expected(at(path, "role"), "system, developer, user, assistant or tool");
    }
    for (const json::Member member : value.members()) {
      SY_CHECK(message_field(member.key.escaped(), member.value, path, message));
    }
    request_.messages.push_back(std::move(message));
    return {};
  }

  Result<void> message_field(std::string_view key, json::Value value, const std::string& path, Message& message) {
    if (key == "role") return {};
    if (key == "content") return parse_content(value, at(path, key), message, request_);
    if (key == "name") return put(text_field(value, at(path, key)), message.name);
    if (!value.has_value()) return {};
    if (message.role == Role::kAssistant) {
      if (key == "tool_calls") return parse_tool_calls(value, at(path, key), message, request_);
      if (key == "refusal" && value.is_string()) {
        message.parts.push_back(RefusalPart{{value.escaped()}});
        return {};
      }
      if ((key == "reasoning_content" || key == "reasoning") && value.is_string()) {
        message.parts.insert(message.parts.begin(), ThinkingPart{{value.escaped()}, {}, {}});
        return {};
      }
      if (key == "reasoning_details") return parse_reasoning_details(value, at(path, key), message, request_);
    }
    request_.unknown.push_back({at(path, key), {value.raw()}});
    return {};
  }

  /// Results of calls made in parallel come as messages in a row; together they are one turn of the user.
  Result<void> tool_message(json::Value value, const std::string& path, std::uint32_t index) {
    SY_TRY(ToolResultPart result, parse_tool_message(value, path, request_));
    const bool joins = !request_.messages.empty() && request_.messages.back().role == Role::kUser &&
                       !request_.messages.back().parts.empty() &&
                       std::holds_alternative<ToolResultPart>(request_.messages.back().parts.back());
    if (!joins) {
      request_.messages.push_back(Message{});
      request_.messages.back().source = index;
    }
    request_.messages.back().parts.push_back(std::move(result));
    return {};
  }

  ChatRequest& request_;
};

}  // namespace

Result<ChatRequest> parse_request(const json::Document& body) {
  ChatRequest request;
  request.dialect = Dialect::kOpenAiChat;
  SY_CHECK(Parser(request).run(body.root()));
  return request;
}

}  // namespace switchyard::wire::openai_chat
