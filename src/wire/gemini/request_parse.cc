#include <algorithm>

#include "wire/fields.h"
#include "wire/gemini/keys.h"
#include "wire/gemini/parts_parse.h"
#include "wire/gemini/request.h"
#include "wire/gemini/schema.h"

namespace switchyard::wire::gemini {
namespace {

template <class T>
Result<void> put(Result<T> from, T& to) {
  if (!from) return std::unexpected(std::move(from).error());
  to = *std::move(from);
  return {};
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

/// Reads one body into one request.
class Parser {
 public:
  explicit Parser(ChatRequest& request) : request_(request), parts_(request.storage, Writer::kClient) {}

  Result<void> run(json::Value root) {
    if (!root.is_object()) return expected("body", "a JSON object");
    SY_CHECK(plain_keys(root, ""));
    if (const json::Value system = member(root, "systemInstruction"); system.has_value()) {
      SY_CHECK(content(system, "systemInstruction", Role::kSystem));
    }
    const json::Value contents = member(root, "contents");
    if (!contents.has_value()) return expected("contents", "an array");
    SY_CHECK(each(contents, [&](json::Value element, std::size_t i) { return turn(element, at("contents", i)); }));
    if (contents.is_array() && contents.size() == 0) return expected("contents", "at least one");
    for (const json::Member m : root.members()) SY_CHECK(top_level(m.key.escaped(), m.value));
    return {};
  }

 private:
  Result<void> top_level(std::string_view key, json::Value value) {
    // The model stands in the path; clients that repeat it here say nothing new.
    if (key == "contents" || key == "model" || same_key(key, "systemInstruction") || !value.has_value()) return {};
    if (key == "tools") return tools(value);
    if (same_key(key, "toolConfig")) return tool_config(value);
    if (same_key(key, "generationConfig")) return generation_config(value);
    request_.unknown.push_back({std::string(key), {value.raw()}});
    return {};
  }

  Result<void> turn(json::Value value, const std::string& path) {
    if (!value.is_object()) return expected(path, "an object");
    const json::Value role = value["role"];
    if (!role.has_value() || role.equals("user") || role.equals("function") || role.equals("tool")) {
      return content(value, path, Role::kUser);
    }
    if (role.equals("model")) return content(value, path, Role::kAssistant);
    return expected(at(path, "role"), "user or model");
  }

  Result<void> content(json::Value value, const std::string& path, Role role) {
    if (!value.is_object()) return expected(path, "an object");
    // Clients keep each chunk of a streamed answer as a content of its own: together they are the answer.
    const bool joins =
        role == Role::kAssistant && !request_.messages.empty() && request_.messages.back().role == Role::kAssistant;
    if (!joins) request_.messages.push_back({role, {}, {}});
    keep_unknown_members(value, {"role", "parts"}, path, request_.unknown);
    return each(value["parts"], [&](json::Value part, std::size_t i) {
      return parts_.read(part, at(at(path, "parts"), i), request_.messages.back().parts);
    });
  }

  Result<void> tools(json::Value value) {
    return each(value, [&](json::Value tool, std::size_t i) -> Result<void> {
      const std::string path = at("tools", i);
      if (!tool.is_object()) return expected(path, "an object");
      for (const json::Member m : tool.members()) {
        if (!m.value.has_value()) continue;
        if (!same_key(m.key.escaped(), "functionDeclarations")) {
          server_tool(m);
          continue;
        }
        const std::string list = at(path, "functionDeclarations");
        SY_CHECK(each(m.value, [&](json::Value f, std::size_t k) { return function(f, at(list, k)); }));
      }
      return {};
    });
  }

  Result<void> function(json::Value value, const std::string& path) {
    if (!value.is_object()) return expected(path, "an object");
    Tool tool;
    SY_TRY(tool.name, required_text(member(value, "name"), at(path, "name")));
    SY_TRY(tool.description, text_field(member(value, "description"), at(path, "description")));
    const json::Value parameters = member(value, "parameters"), schema = member(value, "parametersJsonSchema");
    if (parameters.has_value() && schema.has_value()) {
      return expected(path, "parameters or parametersJsonSchema, not both");
    }
    const std::string_view more = unknown_member(value, {"name", "description", "parameters", "parametersJsonSchema"});
    if (!more.empty()) {
      std::string& whole = request_.storage.emplace_back("{\"functionDeclarations\":[");
      whole.append(value.raw()).append("]}");
      tool = {};
      tool.opaque = {whole};
      tool.opaque_type = "function with " + std::string(more);
    } else if (schema.has_value()) {
      tool.schema = {schema.raw()};
    } else if (parameters.has_value()) {
      if (!parameters.is_object()) return expected(at(path, "parameters"), "an object");
      std::string& converted = request_.storage.emplace_back();
      write_json_schema(parameters, converted);
      tool.schema = {converted};
    }
    request_.tools.push_back(std::move(tool));
    return {};
  }

  void server_tool(json::Member m) {
    const std::string_view key = m.key.escaped();
    Tool tool;
    tool.opaque_type = m.key.string();
    std::string& whole = request_.storage.emplace_back("{\"");
    whole.append(key).append("\":").append(m.value.raw()).append("}");
    tool.opaque = {whole};
    if (same_key(key, "googleSearch") || same_key(key, "googleSearchRetrieval")) tool.server = ServerTool::kWebSearch;
    if (same_key(key, "codeExecution")) tool.server = ServerTool::kCodeExecution;
    tool.server_options = m.value.size() > 0;
    request_.tools.push_back(std::move(tool));
  }

  Result<void> tool_config(json::Value value) {
    if (!value.is_object()) return expected("toolConfig", "an object");
    keep_unknown_members(value, {"functionCallingConfig"}, "toolConfig", request_.unknown);
    const json::Value calling = member(value, "functionCallingConfig");
    if (!calling.has_value()) return {};
    constexpr std::string_view kPath = "toolConfig.functionCallingConfig";
    if (!calling.is_object()) return expected(kPath, "an object");
    keep_unknown_members(calling, {"mode", "allowedFunctionNames"}, kPath, request_.unknown);
    const json::Value mode = calling["mode"], names = member(calling, "allowedFunctionNames");
    ToolChoice& choice = request_.tool_choice;
    const std::string word = lower(mode.string());
    if (word == "auto") {
      choice.kind = ToolChoiceKind::kAuto;
    } else if (word == "none") {
      choice.kind = ToolChoiceKind::kNone;
    } else if (word == "any") {
      choice.kind = ToolChoiceKind::kRequired;
    } else if (word == "validated") {  // As AUTO, but calls are held to their schemas.
      choice.kind = ToolChoiceKind::kAuto;
      request_.unknown.push_back({at(kPath, "mode"), {mode.raw()}});
    } else if (mode.has_value() && word != "mode_unspecified") {
      return expected(at(kPath, "mode"), "AUTO, ANY, NONE or VALIDATED");
    }
    if (names.size() == 1 && choice.kind == ToolChoiceKind::kRequired) {
      choice.kind = ToolChoiceKind::kNamed;
      return put(required_text(*names.elements().begin(), at(kPath, "allowedFunctionNames")), choice.name);
    }
    if (names.size() > 0) request_.unknown.push_back({at(kPath, "allowedFunctionNames"), {names.raw()}});
    return {};
  }

  Result<void> generation_config(json::Value value) {
    if (!value.is_object()) return expected("generationConfig", "an object");
    SY_CHECK(plain_keys(value, "generationConfig"));
    for (const json::Member m : value.members()) {
      if (!m.value.has_value()) continue;
      SY_CHECK(generation_member(m.key.escaped(), m.value, at("generationConfig", m.key.escaped())));
    }
    return response_format(value);
  }

  Result<void> generation_member(std::string_view key, json::Value value, const std::string& path) {
    TextStorage& storage = request_.storage;
    if (key == "temperature") return put(number_field(value, path), request_.temperature);
    if (same_key(key, "topP")) return put(number_field(value, path), request_.top_p);
    if (same_key(key, "topK")) return put(whole_number(value, path, 0, storage), request_.top_k);
    if (same_key(key, "candidateCount")) return put(whole_number(value, path, 1, storage), request_.n);
    if (same_key(key, "maxOutputTokens")) {
      return put(whole_number(value, path, 1, storage), request_.output_tokens_max);
    }
    if (key == "seed") return put(whole_number(value, path, INT64_MIN, storage), request_.seed);
    if (same_key(key, "presencePenalty")) return put(number_field(value, path), request_.presence_penalty);
    if (same_key(key, "frequencyPenalty")) return put(number_field(value, path), request_.frequency_penalty);
    if (key == "logprobs") return put(whole_number(value, path, 0, storage), request_.top_logprobs);
    if (same_key(key, "responseLogprobs")) {
      SY_CHECK(flag_field(value, path));
      request_.logprobs = {value.raw()};
      return {};
    }
    if (same_key(key, "stopSequences")) return stop_sequences(value, path);
    if (same_key(key, "thinkingConfig")) return thinking(value, "generationConfig.thinkingConfig");
    if (same_key(key, "responseMimeType") || same_key(key, "responseSchema") || same_key(key, "responseJsonSchema")) {
      return {};  // Read together, by response_format.
    }
    const bool text_only = same_key(key, "responseModalities") && value.size() == 1 &&
                           lower((*value.elements().begin()).string()) == "text";
    if (!text_only) request_.unknown.push_back({path, {value.raw()}});
    return {};
  }

  Result<void> stop_sequences(json::Value value, const std::string& path) {
    SY_CHECK(each(value, [&](json::Value element, std::size_t) -> Result<void> {
      SY_TRY(const JsonText stop, required_text(element, path));
      request_.stop.push_back(stop);
      return {};
    }));
    if (request_.stop.size() > kStopSequencesMax) {
      return expected(path, "at most " + std::to_string(kStopSequencesMax));
    }
    return {};
  }

  Result<void> thinking(json::Value value, const std::string& path) {
    if (!value.is_object()) return expected(path, "an object");
    keep_unknown_members(value, {"thinkingBudget", "thinkingLevel"}, path, request_.unknown);
    Reasoning& reasoning = request_.reasoning;
    const json::Value budget = member(value, "thinkingBudget"), level = member(value, "thinkingLevel");
    if (budget.has_value() && level.has_value()) return expected(path, "thinkingBudget or thinkingLevel, not both");
    SY_TRY(const JsonRaw tokens, whole_number(budget, at(path, "thinkingBudget"), -1, request_.storage));
    if (!tokens.empty()) {
      reasoning.budget_tokens = std::stoll(std::string(tokens.text));
      reasoning.mode = reasoning.budget_tokens < 0    ? ReasoningMode::kAdaptive
                       : reasoning.budget_tokens == 0 ? ReasoningMode::kDisabled
                                                      : ReasoningMode::kBudget;
      reasoning.budget_tokens = std::max<std::int64_t>(reasoning.budget_tokens, 0);
    }
    if (level.has_value()) {
      if (!level.is_string()) return expected(at(path, "thinkingLevel"), "a string");
      const std::string word = lower(level.string());
      if (word == "thinking_level_unspecified") return {};
      reasoning.mode = ReasoningMode::kEffort;
      reasoning.effort = word;
    }
    return {};
  }

  Result<void> response_format(json::Value config) {
    const json::Value type = member(config, "responseMimeType"), schema = member(config, "responseSchema");
    const json::Value json_schema = member(config, "responseJsonSchema");
    if (schema.has_value() && json_schema.has_value()) {
      return expected("generationConfig", "responseSchema or responseJsonSchema, not both");
    }
    SY_CHECK(text_field(type, "generationConfig.responseMimeType"));
    const std::string name = type.string();
    if (name != "application/json") {
      if (!name.empty() && name != "text/plain") keep("responseMimeType", type);
      if (schema.has_value()) keep("responseSchema", schema);
      if (json_schema.has_value()) keep("responseJsonSchema", json_schema);
      return {};
    }
    ResponseFormat& format = request_.response_format;
    format.kind = ResponseFormatKind::kJsonObject;
    if (!schema.has_value() && !json_schema.has_value()) return {};
    format.kind = ResponseFormatKind::kJsonSchema;
    if (json_schema.has_value()) {
      format.schema = {json_schema.raw()};
      return {};
    }
    std::string& converted = request_.storage.emplace_back();
    write_json_schema(schema, converted);
    format.schema = {converted};
    return {};
  }
  void keep(std::string_view key, json::Value value) {
    request_.unknown.push_back({at("generationConfig", key), {value.raw()}});
  }

  ChatRequest& request_;
  PartReader parts_;
};

}  // namespace

Result<ChatRequest> parse_request(const json::Document& body) { return parse_request_value(body.root()); }

Result<ChatRequest> parse_request_value(json::Value root) {
  ChatRequest request;
  request.dialect = Dialect::kGemini;
  SY_CHECK(Parser(request).run(root));
  return request;
}

}  // namespace switchyard::wire::gemini
