#include <algorithm>

#include "wire/anthropic/content_parse.h"
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
      SY_CHECK(parse_content(system, "system", message, request_));
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
      request_.messages.back().source = static_cast<std::uint32_t>(index++);
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
    if (!value.has_value()) return {};
    if (!value.is_object()) return expected("metadata", "an object");
    bool more = false;
    for (const json::Member member : value.members()) {
      if (member.key.equals("user_id")) {
        SY_CHECK(put(text_field(member.value, "metadata.user_id"), request_.user));
      } else if (member.value.has_value()) {
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
        request_.tools.push_back(server_tool(element, type.string()));
        continue;
      }
      keep_unknown(element, {"type", "name", "description", "input_schema", "strict", "cache_control"}, path,
                   request_.unknown);
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

  static Tool server_tool(json::Value element, std::string type) {
    Tool tool;
    tool.opaque = {element.raw()};
    if (type.starts_with("web_search_")) tool.server = ServerTool::kWebSearch;
    if (type.starts_with("code_execution_")) tool.server = ServerTool::kCodeExecution;
    tool.allowed_domains = raw_field(element["allowed_domains"]);
    tool.blocked_domains = raw_field(element["blocked_domains"]);
    for (const std::string_view option : {"max_uses", "user_location"}) {
      tool.server_options |= element[option].has_value();
    }
    tool.cache_control = raw_field(element["cache_control"]);
    tool.opaque_type = std::move(type);
    return tool;
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
    // `display` says what the client is shown of it; providers that show their reasoning show it all.
    keep_unknown(value, {"type", "budget_tokens", "display"}, "thinking", request_.unknown);
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
    if (!value.has_value()) return {};
    if (!value.is_object()) return expected("output_config", "an object");
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
    keep_unknown(value, {"type", "schema", "name", "description", "strict"}, path, request_.unknown);
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
    SY_CHECK(parse_content(value["content"], at(path, "content"), message, request_));
    for (const json::Member member : value.members()) {
      if (member.key.equals("role") || member.key.equals("content") || !member.value.has_value()) continue;
      request_.unknown.push_back({at(path, member.key.escaped()), {member.value.raw()}});
    }
    request_.messages.push_back(std::move(message));
    return {};
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
