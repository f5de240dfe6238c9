#include "cli/mock/responses_check.h"

#include <array>
#include <utility>

#include "cli/mock/fields.h"
#include "cli/mock/openai_error.h"
#include "cli/mock/seal.h"

namespace switchyard::cli {
namespace {

constexpr std::string_view kTop =
    "background context_management conversation include input instructions max_output_tokens max_tool_calls metadata "
    "model parallel_tool_calls "
    "previous_response_id prompt prompt_cache_key prompt_cache_retention reasoning safety_identifier service_tier "
    "store stream stream_options "
    "temperature text tool_choice tools top_logprobs top_p truncation user";
/// Chat completions' words, and where they went.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kMoved = {
    {{"messages", "input"},
     {"response_format", "text.format"},
     {"reasoning_effort", "reasoning.effort"},
     {"verbosity", "text.verbosity"},
     {"max_completion_tokens", "max_output_tokens"}}};
constexpr std::string_view kIncludes =
    "file_search_call.results web_search_call.results web_search_call.action.sources message.input_image.image_url "
    "computer_call_output.output.image_url code_interpreter_call.outputs reasoning.encrypted_content "
    "message.output_text.logprobs";
constexpr std::size_t kNameBytesMax = 128;

/// An item's members, and how its id begins.
struct ItemRule {
  std::string_view type, members, id_prefix;
};
constexpr std::array<ItemRule, 6> kRules = {{
    {"message", "type id role content status phase", "msg"},
    {"function_call", "type id call_id name arguments status namespace", "fc"},
    {"function_call_output", "type id call_id output status", "fc"},
    {"custom_tool_call", "type id call_id name input status namespace", "ctc"},
    {"custom_tool_call_output", "type id call_id output status", "ctc"},
    {"reasoning", "type id summary content encrypted_content status", "rs"},
}};
constexpr std::string_view kHosted =
    "item_reference web_search_call file_search_call code_interpreter_call image_generation_call computer_call "
    "computer_call_output "
    "local_shell_call local_shell_call_output shell_call shell_call_output apply_patch_call apply_patch_call_output "
    "mcp_call mcp_list_tools "
    "mcp_approval_request mcp_approval_response compaction";

const ItemRule* rule_of(std::string_view type) {
  for (const ItemRule& rule : kRules) {
    if (rule.type == type) return &rule;
  }
  return nullptr;
}

Checked check_part(json::Value part, bool assistant, const std::string& at) {
  const std::string type = part["type"].string();
  const std::string_view kinds = assistant ? "output_text refusal" : "input_text input_image input_file input_audio";
  if (!listed(kinds, type)) return openai_value(at + ".type", type, kinds);
  const std::string_view members = type == "output_text"   ? "type text annotations logprobs"
                                   : type == "refusal"     ? "type refusal"
                                   : type == "input_text"  ? "type text"
                                   : type == "input_image" ? "type image_url file_id detail"
                                   : type == "input_file"  ? "type file_data file_id file_url filename detail"
                                                           : "type input_audio";
  if (const std::string name = unlisted_member(part, members); !name.empty()) return openai_unknown(at + "." + name);
  if (type.ends_with("_text") && !part["text"].is_string()) return openai_missing(at + ".text");
  if (type == "input_image" && part["image_url"].has_value() && !part["image_url"].is_string())
    return openai_type(at + ".image_url", "an image URL", part["image_url"]);
  return std::nullopt;
}

Checked check_message(json::Value item, const std::string& at) {
  const std::string role = item["role"].string();
  if (!listed("assistant system developer user", role))
    return openai_value(at + ".role", role, "assistant system developer user");
  const json::Value content = item["content"];
  if (content.is_string()) return std::nullopt;
  if (!content.exists()) return openai_missing(at + ".content");
  if (!content.is_array()) return openai_type(at + ".content", "one of an array of objects or string", content);
  std::size_t i = 0;
  for (const json::Value part : content.elements()) {
    if (auto refusal = check_part(part, role == "assistant", at_index(at + ".content", i++))) return refusal;
  }
  return std::nullopt;
}

/// Walks the items of the request behind those of the answers before it.
class Walk {
 public:
  explicit Walk(const ResponsesStore& store) : store_(store) {}

  void remember(json::Value item) {
    const std::string type = item["type"].string(), call = item["call_id"].string();
    if (type == "function_call" || type == "custom_tool_call") open_.insert(call);
    if (type == "function_call_output" || type == "custom_tool_call_output") open_.erase(call);
  }

  Checked add(json::Value item, std::size_t index) {
    const std::string at = at_index("input", index);
    if (!item.is_object()) return openai_type(at, "an object", item);
    const std::string type = item["type"].exists() ? item["type"].string() : "message";
    const ItemRule* rule = rule_of(type);
    if (!rule && listed(kHosted, type)) return std::nullopt;
    if (!rule)
      return openai_refusal("Invalid value: '" + type + "'. Supported values are the types of input items.",
                            at + ".type", "invalid_value");
    if (const std::string name = unlisted_member(item, rule->members); !name.empty())
      return openai_unknown(at + "." + name);
    if (auto refusal = check_id(item["id"], rule->id_prefix, at)) return refusal;
    if (!thought_.empty() && (type.ends_with("_output") || item["role"].equals("user"))) return lonely();
    if (type == "reasoning") return check_reasoning(item, at);
    thought_.clear();
    if (type == "message") return check_message(item, at);
    return check_call(item, type, at);
  }

  Checked end() const {
    if (!thought_.empty()) return lonely();
    if (open_.empty()) return std::nullopt;
    return openai_refusal("No tool output found for function call " + joined(open_) + ".", "input");
  }

 private:
  Checked check_id(json::Value id, std::string_view prefix, const std::string& at) const {
    if (!id.is_string() || id.string().starts_with(prefix)) return std::nullopt;
    return openai_refusal("Invalid '" + at + ".id': '" + id.string() + "'. Expected an ID that begins with '" +
                              std::string(prefix) + "'.",
                          at + ".id", "invalid_value");
  }

  Checked check_call(json::Value item, const std::string& type, const std::string& at) {
    const std::string call = item["call_id"].string();
    if (call.empty()) return openai_missing(at + ".call_id");
    if (!type.ends_with("_output")) {
      if (!item["name"].is_string()) return openai_missing(at + ".name");
      const std::string_view content = type == "function_call" ? "arguments" : "input";
      if (!item[content].is_string()) return openai_missing(at + "." + std::string(content));
      open_.insert(call);
      return std::nullopt;
    }
    if (!item["output"].is_string() && !item["output"].is_array()) return openai_missing(at + ".output");
    if (open_.erase(call) == 0)
      return openai_refusal("No tool call found for function call output with call_id " + call + ".", "input");
    std::size_t i = 0;
    for (const json::Value part : item["output"].elements()) {
      if (auto refusal = check_part(part, false, at_index(at + ".output", i++))) return refusal;
    }
    return std::nullopt;
  }

  Checked check_reasoning(json::Value item, const std::string& at) {
    thought_ = item["id"].string();
    if (!item["summary"].is_array()) return openai_missing(at + ".summary");
    for (const json::Value part : item["summary"].elements()) {
      if (!part["type"].equals("summary_text"))
        return openai_value(at + ".summary[0].type", part["type"].string(), "summary_text");
    }
    const json::Value content = item["encrypted_content"];
    if (!content.has_value()) {
      if (store_.knows_item(thought_)) return std::nullopt;
      return MockRefusal{.status = 404,
                         .message = "Item with id '" + thought_ +
                                    "' not found. Items are not persisted when `store` is set to false. Try again with "
                                    "`store` set to true, or remove this item from your input.",
                         .param = "input"};
    }
    if (is_sealed_by(Issuer::kResponses, content.string())) return std::nullopt;
    return openai_refusal("The encrypted content for item " + thought_ +
                              " could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
                          {}, "invalid_encrypted_content");
  }

  MockRefusal lonely() const {
    return openai_refusal(
        "Item '" + thought_ + "' of type 'reasoning' was provided without its required following item.", "input");
  }

  const ResponsesStore& store_;
  OpenCalls open_;
  std::string thought_;  ///< The reasoning item that still wants its following item.
};

Checked check_input(json::Value root, const ResponsesStore& store) {
  const json::Value input = root["input"];
  const json::Value previous = root["previous_response_id"];
  Walk walk(store);
  if (previous.has_value()) {
    const StoredResponse* before = store.find(previous.string());
    if (!before)
      return openai_refusal("Previous response with id '" + previous.string() + "' not found.", "previous_response_id",
                            "previous_response_not_found");
    for (const auto* items : {&before->input_items, &before->output_items}) {
      for (const std::string& text : *items) {
        if (const auto item = json::Document::parse(text)) walk.remember(item->root());
      }
    }
  }
  if (!input.has_value()) return root["prompt"].exists() || previous.has_value() ? Checked() : openai_missing("input");
  if (input.is_string()) return walk.end();
  if (!input.is_array()) return openai_type("input", "one of a string or array of input items", input);
  std::size_t i = 0;
  for (const json::Value item : input.elements()) {
    if (auto refusal = walk.add(item, i++)) return refusal;
  }
  return walk.end();
}

Checked check_tools(json::Value root) {
  std::size_t i = 0;
  for (const json::Value tool : root["tools"].elements()) {
    const std::string at = at_index("tools", i++);
    const std::string type = tool["type"].string();
    if (type.empty()) return openai_missing(at + ".type");
    if (type != "function" && type != "custom") continue;  // One of OpenAI's own tools.
    if (!tool["name"].is_string()) return openai_missing(at + ".name");
    if (!is_plain_name(tool["name"].string(), kNameBytesMax))
      return openai_refusal(
          "Invalid '" + at +
              ".name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
          at + ".name", "invalid_value");
    const std::string_view names = type == "function" ? "type name description parameters strict defer_loading"
                                                      : "type name description format defer_loading";
    if (const std::string name = unlisted_member(tool, names); !name.empty()) return openai_unknown(at + "." + name);
    if (auto refusal = openai_strict_schema(tool, tool["parameters"], "function", at + ".parameters")) return refusal;
  }
  const json::Value choice = root["tool_choice"];
  if (!choice.is_object()) return std::nullopt;
  if (const std::string name = unlisted_member(choice, "type name tools mode server_label"); !name.empty())
    return openai_unknown("tool_choice." + name);
  return std::nullopt;
}

Checked check_text(json::Value text) {
  if (const std::string name = unlisted_member(text, "format verbosity"); !name.empty())
    return openai_unknown("text." + name);
  const json::Value format = text["format"];
  if (!format.has_value()) return std::nullopt;
  const std::string type = format["type"].string();
  if (!listed("json_object json_schema text", type))
    return openai_value("text.format.type", type, "json_object json_schema text");
  if (const std::string name =
          unlisted_member(format, type == "json_schema" ? "type name schema strict description" : "type");
      !name.empty())
    return openai_unknown("text.format." + name);
  if (type != "json_schema") return std::nullopt;
  if (!format["name"].is_string()) return openai_missing("text.format.name");
  if (!format["schema"].is_object()) return openai_missing("text.format.schema");
  return openai_strict_schema(format, format["schema"], "response_format", "text.format.schema");
}

}  // namespace

Checked check_responses(const MockRequest& request, const ResponsesStore& store) {
  const json::Value root = request.root;
  for (const auto& [old_name, new_name] : kMoved) {
    if (!root[old_name].exists()) continue;
    return openai_refusal("Unsupported parameter: '" + std::string(old_name) +
                              "'. In the Responses API, this parameter has moved to '" + std::string(new_name) + "'.",
                          std::string(old_name), "unsupported_parameter");
  }
  if (const std::string name = unlisted_member(root, kTop); !name.empty()) return openai_unknown(name);
  if (!root["model"].is_string()) return openai_missing("model");
  std::size_t i = 0;
  for (const json::Value name : root["include"].elements()) {
    const std::string at = at_index("include", i++);
    if (!listed(kIncludes, name.string())) return openai_value(at, name.string(), kIncludes);
  }
  if (const std::string name = unlisted_member(root["reasoning"], "effort summary generate_summary"); !name.empty())
    return openai_unknown("reasoning." + name);
  if (root["stream_options"].has_value() && !request.stream)
    return openai_refusal("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
  if (const std::string name = unlisted_member(root["stream_options"], "include_obfuscation"); !name.empty())
    return openai_unknown("stream_options." + name);
  const double temperature = root["temperature"].number().value_or(1);
  if (temperature < 0 || temperature > 2)
    return openai_refusal("Invalid 'temperature': must be between 0 and 2.", "temperature", "decimal_above_max_value");
  if (auto refusal = check_text(root["text"])) return refusal;
  if (auto refusal = check_tools(root)) return refusal;
  return check_input(root, store);
}

}  // namespace switchyard::cli
