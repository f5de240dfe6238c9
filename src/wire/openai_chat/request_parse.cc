#include <algorithm>

#include "wire/fields.h"
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
    std::size_t index = 0;
    for (const json::Value message : messages.elements()) {
      SY_CHECK(this->message(message, at("messages", index)));
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
        {"model", &ChatRequest::model}, {"user", &ChatRequest::user}, {"service_tier", &ChatRequest::service_tier}};
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
    if (key == "stream_options")
      return put(flag_field(value["include_usage"], "stream_options.include_usage"), request_.include_usage);
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
      Tool tool;
      if (!element["type"].equals("function")) {
        if (!element["type"].is_string()) return expected(at(path, "type"), "a string");
        tool.opaque = {element.raw()};
        tool.opaque_type = element["type"].string();
        request_.tools.push_back(std::move(tool));
        continue;
      }
      const json::Value function = element["function"];
      SY_TRY(tool.name, required_text(function["name"], at(path, "function.name")));
      SY_TRY(tool.description, text_field(function["description"], at(path, "function.description")));
      tool.schema = raw_field(function["parameters"]);
      if (function["strict"].is_bool()) tool.strict = function["strict"].boolean();
      request_.tools.push_back(std::move(tool));
    }
    return {};
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
    format.kind = ResponseFormatKind::kJsonSchema;
    SY_TRY(format.name, required_text(schema["name"], "response_format.json_schema.name"));
    SY_TRY(format.description, text_field(schema["description"], "response_format.json_schema.description"));
    format.schema = raw_field(schema["schema"]);
    if (schema["strict"].is_bool()) format.strict = schema["strict"].boolean();
    return {};
  }

  Result<void> message(json::Value value, const std::string& path) {
    if (!value.is_object()) return expected(path, "an object");
    const json::Value role = value["role"];
    if (role.equals("tool")) return tool_message(value, path);
    Message message;
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
    if (key == "content") return content(value, at(path, key), message);
    if (key == "name") return put(text_field(value, at(path, key)), message.name);
    if (!value.has_value()) return {};
    if (message.role == Role::kAssistant) {
      if (key == "tool_calls") return tool_calls(value, at(path, key), message);
      if (key == "refusal" && value.is_string()) {
        message.parts.push_back(RefusalPart{{value.escaped()}});
        return {};
      }
      if ((key == "reasoning_content" || key == "reasoning") && value.is_string()) {
        message.parts.insert(message.parts.begin(), ThinkingPart{{value.escaped()}, {}, {}});
        return {};
      }
    }
    request_.unknown.push_back({at(path, key), {value.raw()}});
    return {};
  }

  Result<void> content(json::Value value, const std::string& path, Message& message) {
    if (!value.has_value()) return {};
    if (value.is_string()) {
      message.parts.push_back(TextPart{{value.escaped()}, {}, {}});
      return {};
    }
    if (!value.is_array()) return expected(path, "a string or an array");
    std::size_t index = 0;
    for (const json::Value element : value.elements()) {
      SY_TRY(Part part, content_part(element, at(path, index++)));
      message.parts.push_back(std::move(part));
    }
    return {};
  }

  Result<Part> content_part(json::Value value, const std::string& path) {
    const json::Value type = value["type"];
    if (type.equals("text")) {
      SY_TRY(const JsonText text, required_text(value["text"], at(path, "text")));
      return TextPart{text, raw_field(value["cache_control"]), {}};
    }
    if (type.equals("refusal")) {
      SY_TRY(const JsonText text, required_text(value["refusal"], at(path, "refusal")));
      return RefusalPart{text};
    }
    if (type.equals("image_url")) return image(value, path);
    if (!type.is_string()) return expected(at(path, "type"), "a string");
    return OpaquePart{Dialect::kOpenAiChat, type.string(), {value.raw()}};
  }

  Result<Part> image(json::Value value, const std::string& path) {
    ImagePart image;
    SY_TRY(const JsonText url, required_text(value["image_url"]["url"], at(path, "image_url.url")));
    SY_TRY(image.detail, text_field(value["image_url"]["detail"], at(path, "image_url.detail")));
    constexpr std::string_view kData = "data:", kBase64 = ";base64,";
    if (!url.escaped.starts_with(kData)) {
      image.url = url;
      return image;
    }
    const std::size_t mark = url.escaped.find(kBase64);
    if (mark == std::string_view::npos) return expected(at(path, "image_url.url"), "data:<type>;base64,<bytes>");
    image.media_type = {url.escaped.substr(kData.size(), mark - kData.size())};
    image.data = {url.escaped.substr(mark + kBase64.size())};
    return image;
  }

  Result<void> tool_calls(json::Value value, const std::string& path, Message& message) {
    if (!value.is_array()) return expected(path, "an array");
    std::size_t index = 0;
    for (const json::Value call : value.elements()) {
      const std::string here = at(path, index++);
      if (!call["type"].equals("function") && call["type"].has_value()) {
        message.parts.push_back(OpaquePart{Dialect::kOpenAiChat, call["type"].string(), {call.raw()}});
        continue;
      }
      ToolCallPart part;
      SY_TRY(part.id, required_text(call["id"], at(here, "id")));
      SY_TRY(part.name, required_text(call["function"]["name"], at(here, "function.name")));
      SY_TRY(const JsonText arguments, text_field(call["function"]["arguments"], at(here, "function.arguments")));
      part.arguments = decoded(arguments, request_.storage);
      message.parts.push_back(part);
    }
    return {};
  }

  /// Results of calls made in parallel come as messages in a row; together they are one turn of the user.
  Result<void> tool_message(json::Value value, const std::string& path) {
    ToolResultPart result;
    SY_TRY(result.call_id, required_text(value["tool_call_id"], at(path, "tool_call_id")));
    const json::Value content = value["content"];
    if (content.is_string()) {
      result.content.emplace_back(TextPart{{content.escaped()}, {}, {}});
    } else if (content.is_array()) {
      std::size_t index = 0;
      for (const json::Value element : content.elements()) {
        const std::string here = at(at(path, "content"), index++);
        SY_TRY(const JsonText text, required_text(element["text"], at(here, "text")));
        result.content.emplace_back(TextPart{text, {}, {}});
      }
    } else if (content.has_value()) {
      return expected(at(path, "content"), "a string or an array");
    }
    const bool joins = !request_.messages.empty() && request_.messages.back().role == Role::kUser &&
                       !request_.messages.back().parts.empty() &&
                       std::holds_alternative<ToolResultPart>(request_.messages.back().parts.back());
    if (!joins) request_.messages.push_back(Message{});
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
