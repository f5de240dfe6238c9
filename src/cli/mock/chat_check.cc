#include "cli/mock/chat_check.h"

#include "cli/mock/fields.h"
#include "cli/mock/openai_error.h"

namespace switchyard::cli {
namespace {

constexpr std::string_view kTop =
    "model messages stream stream_options max_tokens max_completion_tokens temperature top_p n stop presence_penalty "
    "frequency_penalty "
    "logit_bias logprobs top_logprobs user seed tools tool_choice parallel_tool_calls response_format reasoning_effort "
    "verbosity modalities "
    "audio prediction store metadata service_tier web_search_options functions function_call safety_identifier "
    "prompt_cache_key "
    "prompt_cache_retention";
constexpr std::string_view kRoles = "system developer user assistant tool function";
// `reasoning_content` is not OpenAI's: the vendors that speak its dialect and think in the open answer with it and take
// it back.
constexpr std::string_view kAssistant =
    "role content name refusal audio tool_calls function_call reasoning_content annotations";
constexpr std::string_view kTool = "role content tool_call_id name";
constexpr std::string_view kOther = "role content name";
constexpr std::size_t kNameBytesMax = 64;

Checked check_part(json::Value part, bool assistant, bool user, const std::string& at) {
  if (!part.is_object()) return openai_type(at, "an object", part);
  const std::string type = part["type"].string();
  const std::string_view kinds = assistant ? "text refusal" : user ? "text image_url input_audio file" : "text";
  if (!listed(kinds, type)) return openai_value(at + ".type", type, kinds);
  if (const std::string name = unlisted_member(part, "type cache_control " + type); !name.empty())
    return openai_unknown(at + "." + name);
  if (!part[type].exists()) return openai_missing(at + "." + type);
  if (type == "text" && !part["text"].is_string()) return openai_type(at + ".text", "a string", part["text"]);
  if (type == "image_url") {
    if (!part["image_url"]["url"].is_string()) return openai_missing(at + ".image_url.url");
    if (const std::string name = unlisted_member(part["image_url"], "url detail"); !name.empty())
      return openai_unknown(at + ".image_url." + name);
  }
  return std::nullopt;
}

Checked check_calls(json::Value calls, const std::string& at, OpenCalls& open) {
  if (!calls.exists()) return std::nullopt;
  if (calls.size() == 0)
    return openai_refusal(
        "Invalid '" + at + "': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        at, "empty_array");
  std::size_t i = 0;
  for (const json::Value call : calls.elements()) {
    const std::string here = at_index(at, i++);
    // Google's endpoint of this dialect keeps thought signatures in `extra_content`.
    if (const std::string name = unlisted_member(call, "id type function custom extra_content"); !name.empty())
      return openai_unknown(here + "." + name);
    const std::string type = call["type"].string();
    if (!listed("function custom", type)) return openai_value(here + ".type", type, "function custom");
    if (!call["id"].is_string()) return openai_missing(here + ".id");
    if (!call[type]["name"].is_string()) return openai_missing(here + "." + type + ".name");
    const std::string_view content = type == "function" ? "arguments" : "input";
    if (!call[type][content].is_string()) return openai_missing(here + "." + type + "." + std::string(content));
    open.insert(call["id"].string());
  }
  return std::nullopt;
}

Checked check_content(json::Value message, const std::string& role, const std::string& at) {
  const json::Value content = message["content"];
  if (!content.has_value()) {
    const bool may_lack = role == "assistant" && (message["tool_calls"].exists() || message["refusal"].has_value() ||
                                                  message["function_call"].has_value() || message["audio"].has_value());
    if (may_lack) return std::nullopt;
    return openai_refusal("Invalid value for 'content': expected a string, got null.", at + ".content");
  }
  if (content.is_string()) return std::nullopt;
  if (!content.is_array()) return openai_type(at + ".content", "one of a string or array of objects", content);
  if (content.size() == 0)
    return openai_refusal("Invalid '" + at + ".content': empty array.", at + ".content", "empty_array");
  std::size_t i = 0;
  for (const json::Value part : content.elements()) {
    if (auto refusal = check_part(part, role == "assistant", role == "user", at_index(at + ".content", i++)))
      return refusal;
  }
  return std::nullopt;
}

Checked check_messages(json::Value messages) {
  if (!messages.exists()) return openai_missing("messages");
  if (!messages.is_array()) return openai_type("messages", "an array of objects", messages);
  if (messages.size() == 0)
    return openai_refusal(
        "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array with length "
        "0 instead.",
        "messages", "empty_array");
  OpenCalls open;
  std::size_t i = 0;
  for (const json::Value message : messages.elements()) {
    const std::string at = at_index("messages", i++);
    const std::string role = message["role"].string();
    if (!listed(kRoles, role)) return openai_value(at + ".role", role, kRoles);
    if (role == "tool") {
      const std::string id = message["tool_call_id"].string();
      if (id.empty()) return openai_missing(at + ".tool_call_id");
      if (open.erase(id) == 0)
        return openai_refusal(
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
            "'tool_calls'.",
            at + ".role");
    } else if (!open.empty()) {
      break;
    }
    const std::string_view names = role == "assistant" ? kAssistant : role == "tool" ? kTool : kOther;
    if (const std::string name = unlisted_member(message, names); !name.empty()) return openai_unknown(at + "." + name);
    if (auto refusal = check_content(message, role, at)) return refusal;
    if (auto refusal = check_calls(message["tool_calls"], at + ".tool_calls", open)) return refusal;
  }
  if (open.empty()) return std::nullopt;
  return openai_refusal(
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The "
      "following tool_call_ids did not have response messages: " +
          joined(open),
      at_index("messages", i - 1) + ".role");
}

Checked check_tools(json::Value root) {
  const json::Value tools = root["tools"];
  if (!tools.has_value()) {
    if (root["tool_choice"].has_value() && !root["tool_choice"].equals("none"))
      return openai_refusal(
          "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", "tool_choice");
    if (root["parallel_tool_calls"].has_value())
      return openai_refusal(
          "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.",
          "parallel_tool_calls");
    return std::nullopt;
  }
  std::size_t i = 0;
  for (const json::Value tool : tools.elements()) {
    const std::string at = at_index("tools", i++);
    const std::string type = tool["type"].string();
    if (!listed("function custom", type)) return openai_value(at + ".type", type, "function custom");
    if (const std::string name = unlisted_member(tool, "type " + type); !name.empty())
      return openai_unknown(at + "." + name);
    const json::Value inner = tool[type];
    if (!inner["name"].is_string()) return openai_missing(at + "." + type + ".name");
    if (!is_plain_name(inner["name"].string(), kNameBytesMax))
      return openai_refusal(
          "Invalid '" + at + "." + type +
              ".name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
          at + "." + type + ".name", "invalid_value");
    const std::string_view names =
        type == "function" ? "name description parameters strict" : "name description format";
    if (const std::string name = unlisted_member(inner, names); !name.empty())
      return openai_unknown(at + "." + type + "." + name);
    if (auto refusal = openai_strict_schema(inner, inner["parameters"], "function", at + ".function.parameters"))
      return refusal;
  }
  return std::nullopt;
}

Checked check_format(json::Value format) {
  if (!format.has_value()) return std::nullopt;
  if (!listed("json_object json_schema text", format["type"].string()))
    return openai_value("response_format.type", format["type"].string(), "json_object json_schema text");
  if (const std::string name = unlisted_member(format, "type json_schema"); !name.empty())
    return openai_unknown("response_format." + name);
  if (!format["type"].equals("json_schema")) return std::nullopt;
  const json::Value schema = format["json_schema"];
  if (!schema["name"].is_string()) return openai_missing("response_format.json_schema.name");
  if (const std::string name = unlisted_member(schema, "name description schema strict"); !name.empty())
    return openai_unknown("response_format.json_schema." + name);
  return openai_strict_schema(schema, schema["schema"], "response_format", "response_format");
}

}  // namespace

Checked check_chat(const MockRequest& request) {
  const json::Value root = request.root;
  if (!root["model"].is_string()) return openai_refusal("you must provide a model parameter");
  if (const std::string name = unlisted_member(root, kTop); !name.empty()) return openai_unknown(name);
  if (auto refusal = check_messages(root["messages"])) return refusal;
  if (auto refusal = check_tools(root)) return refusal;
  if (auto refusal = check_format(root["response_format"])) return refusal;
  if (root["stream_options"].has_value() && !request.stream)
    return openai_refusal("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
  if (root["max_tokens"].has_value() && root["max_completion_tokens"].has_value()) {
    return openai_refusal("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
                          "max_tokens", "invalid_parameter_combination");
  }
  const double temperature = root["temperature"].number().value_or(1);
  if (temperature < 0 || temperature > 2)
    return openai_refusal("Invalid 'temperature': must be between 0 and 2.", "temperature", "decimal_above_max_value");
  return std::nullopt;
}

}  // namespace switchyard::cli
