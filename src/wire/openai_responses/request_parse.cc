#include <algorithm>
#include <optional>

#include "wire/fields.h"
#include "wire/openai_responses/input.h"
#include "wire/openai_responses/request.h"

namespace switchyard::wire::openai_responses {
namespace {

constexpr std::string_view kLogprobsIncluded = "message.output_text.logprobs";

template <class T>
Result<void> put(Result<T> from, T& to) {
  if (!from) return std::unexpected(std::move(from).error());
  to = *std::move(from);
  return {};
}

/// A web search that another dialect may have too, if it says no more than which domains.
void read_web_search(json::Value value, Tool& tool) {
  tool.server = ServerTool::kWebSearch;
  for (const json::Member member : value.members()) {
    const std::string_view key = member.key.escaped();
    if (key == "type" || !member.value.has_value()) continue;
    if (key == "filters") {
      for (const json::Member filter : member.value.members()) {
        if (!filter.value.has_value()) continue;
        const bool allowed = filter.key.equals("allowed_domains"), blocked = filter.key.equals("blocked_domains");
        if (allowed) tool.allowed_domains = {filter.value.raw()};
        if (blocked) tool.blocked_domains = {filter.value.raw()};
        tool.server_options |= !allowed && !blocked;
      }
    } else {
      // Medium context and live access are what a search does anyway.
      const bool usual = (key == "search_context_size" && member.value.equals("medium")) ||
                         (key == "external_web_access" && member.value.boolean().value_or(false));
      tool.server_options |= !usual;
    }
  }
}

void read_code_interpreter(json::Value value, Tool& tool) {
  tool.server = ServerTool::kCodeExecution;
  const json::Value container = value["container"];
  tool.server_options = !container["type"].equals("auto") || container.size() > 1 || value.size() > 2;
}

/// Reads everything of a body but its input.
class Parser {
 public:
  explicit Parser(ChatRequest& request) : request_(request) {}

  Result<void> run(json::Value root) {
    if (!root.is_object()) return expected("body", "a JSON object");
    if (const json::Value text = root["instructions"]; text.has_value()) {
      SY_TRY(const JsonText instructions, required_text(text, "instructions"));
      Message system{.role = Role::kSystem, .parts = {}, .name = {}};
      system.parts.emplace_back(TextPart{instructions, {}, {}});
      request_.messages.push_back(std::move(system));
    }
    for (const json::Member member : root.members()) SY_CHECK(top_level(member.key.escaped(), member.value));
    const json::Value input = root["input"];
    // A stored prompt or conversation may hold all there is to say.
    const bool elsewhere =
        root["prompt"].has_value() || root["previous_response_id"].has_value() || root["conversation"].has_value();
    if (!input.has_value() && elsewhere) return {};
    const std::size_t before = request_.messages.size();
    SY_CHECK(parse_input(input, request_));
    if (request_.messages.size() == before && !elsewhere) return expected("input", "at least one item");
    return {};
  }

 private:
  Result<void> top_level(std::string_view key, json::Value value) {
    if (key == "input" || key == "instructions" || !value.has_value()) return {};
    if (auto known = scalar(key, value)) return *std::move(known);
    if (key == "tools") return tools(value);
    if (key == "tool_choice") return tool_choice(value);
    if (key == "text") return text(value);
    if (key == "reasoning") return reasoning(value);
    if (key == "include") return include(value);
    if (key == "metadata") {
      if (!value.is_object()) return expected(key, "an object");
      request_.metadata = {value.raw()};
      return {};
    }
    request_.unknown.push_back({std::string(key), {value.raw()}});
    return {};
  }

  /// The fields that are one value; nullopt for any other key.
  std::optional<Result<void>> scalar(std::string_view key, json::Value value) {
    static constexpr std::pair<std::string_view, JsonRaw ChatRequest::*> kNumbers[] = {
        {"temperature", &ChatRequest::temperature},
        {"top_p", &ChatRequest::top_p},
        {"top_logprobs", &ChatRequest::top_logprobs}};
    for (const auto& [name, member] : kNumbers) {
      if (key == name) return put(number_field(value, key), request_.*member);
    }
    static constexpr std::pair<std::string_view, JsonText ChatRequest::*> kTexts[] = {
        {"model", &ChatRequest::model}, {"user", &ChatRequest::user}, {"service_tier", &ChatRequest::service_tier}};
    for (const auto& [name, member] : kTexts) {
      if (key == name) return put(text_field(value, key), request_.*member);
    }
    if (key == "max_output_tokens") return put(count_field(value, key), request_.output_tokens_max);
    if (key == "stream") {
      bool streamed = false;
      auto got = put(flag_field(value, key), streamed);
      if (streamed) request_.stream = StreamMode::kStreamed;
      return got;
    }
    if (key == "parallel_tool_calls") {
      bool parallel = true;
      auto got = put(flag_field(value, key), parallel);
      request_.parallel_tool_calls = parallel;
      return got;
    }
    return std::nullopt;
  }

  Result<void> tools(json::Value value) {
    if (!value.is_array()) return expected("tools", "an array");
    std::size_t index = 0;
    for (const json::Value element : value.elements()) SY_CHECK(tool(element, at("tools", index++)));
    return {};
  }

  Result<void> tool(json::Value value, const std::string& path) {
    Tool tool;
    SY_TRY(const JsonText type, required_text(value["type"], at(path, "type")));
    if (type.escaped == "function" || type.escaped == "custom") {
      tool.custom = type.escaped == "custom";
      SY_TRY(tool.name, required_text(value["name"], at(path, "name")));
      SY_TRY(tool.description, text_field(value["description"], at(path, "description")));
      if (tool.custom) {
        tool.format = raw_field(value["format"]);
        keep_unknown(value, {"type", "name", "description", "format"}, path, request_.unknown);
      } else {
        tool.schema = raw_field(value["parameters"]);
        if (value["strict"].has_value()) {
          SY_TRY(tool.strict, flag_field(value["strict"], at(path, "strict")));
        }
        keep_unknown(value, {"type", "name", "description", "parameters", "strict"}, path, request_.unknown);
      }
    } else {
      tool.opaque = {value.raw()};
      tool.opaque_type = value["type"].string();
      if (tool.opaque_type.starts_with("web_search")) read_web_search(value, tool);
      if (tool.opaque_type == "code_interpreter") read_code_interpreter(value, tool);
    }
    request_.tools.push_back(std::move(tool));
    return {};
  }

  Result<void> tool_choice(json::Value value) {
    ToolChoice& choice = request_.tool_choice;
    if (value.equals("auto")) {
      choice.kind = ToolChoiceKind::kAuto;
    } else if (value.equals("none")) {
      choice.kind = ToolChoiceKind::kNone;
    } else if (value.equals("required")) {
      choice.kind = ToolChoiceKind::kRequired;
    } else if (value["type"].equals("function") || value["type"].equals("custom")) {
      choice.kind = ToolChoiceKind::kNamed;
      SY_TRY(choice.name, required_text(value["name"], "tool_choice.name"));
    } else if (value.is_object()) {
      request_.unknown.push_back({"tool_choice", {value.raw()}});
    } else {
      return expected("tool_choice", "auto, none, required or an object");
    }
    return {};
  }

  Result<void> text(json::Value value) {
    if (!value.is_object()) return expected("text", "an object");
    SY_TRY(request_.verbosity, text_field(value["verbosity"], "text.verbosity"));
    keep_unknown(value, {"format", "verbosity"}, "text", request_.unknown);
    const json::Value from = value["format"];
    ResponseFormat& format = request_.response_format;
    if (!from.has_value() || from["type"].equals("text")) return {};
    if (from["type"].equals("json_object")) {
      format.kind = ResponseFormatKind::kJsonObject;
      return {};
    }
    if (!from["type"].equals("json_schema")) return expected("text.format.type", "text, json_object or json_schema");
    format.kind = ResponseFormatKind::kJsonSchema;
    SY_TRY(format.name, required_text(from["name"], "text.format.name"));
    SY_TRY(format.description, text_field(from["description"], "text.format.description"));
    if (!from["schema"].is_object()) return expected("text.format.schema", "an object");
    format.schema = {from["schema"].raw()};
    if (from["strict"].has_value()) {
      SY_TRY(format.strict, flag_field(from["strict"], "text.format.strict"));
    }
    keep_unknown(from, {"type", "name", "description", "schema", "strict"}, "text.format", request_.unknown);
    return {};
  }

  Result<void> reasoning(json::Value value) {
    if (!value.is_object()) return expected("reasoning", "an object");
    keep_unknown(value, {"effort"}, "reasoning", request_.unknown);
    const json::Value effort = value["effort"];
    if (!effort.has_value()) return {};
    static constexpr std::string_view kKnown[] = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};
    const std::string name = effort.string();
    if (std::ranges::find(kKnown, name) == std::end(kKnown)) {
      return expected("reasoning.effort", "none, minimal, low, medium, high, xhigh or max");
    }
    request_.reasoning = {name == "none" ? ReasoningMode::kDisabled : ReasoningMode::kEffort, 0, name};
    return {};
  }

  /// Log probabilities are asked for here; everything else that can be included is this dialect's own.
  Result<void> include(json::Value value) {
    if (!value.is_array()) return expected("include", "an array of strings");
    std::size_t index = 0;
    for (const json::Value element : value.elements()) {
      const std::string path = at("include", index++);
      if (!element.is_string()) return expected(path, "a string");
      if (element.equals(kLogprobsIncluded)) {
        request_.logprobs = {"true"};
      } else {
        request_.unknown.push_back({path, {element.raw()}});
      }
    }
    return {};
  }

  ChatRequest& request_;
};

}  // namespace

Result<ChatRequest> parse_request(const json::Document& body) {
  ChatRequest request;
  request.dialect = Dialect::kOpenAiResponses;
  SY_CHECK(Parser(request).run(body.root()));
  return request;
}

}  // namespace switchyard::wire::openai_responses
