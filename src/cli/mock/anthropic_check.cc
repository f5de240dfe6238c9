#include "cli/mock/anthropic_check.h"

#include "cli/mock/fields.h"
#include "cli/mock/seal.h"

namespace switchyard::cli {
namespace {

constexpr std::string_view kTop =
    "model messages max_tokens system metadata stop_sequences stream temperature top_k top_p tools tool_choice "
    "thinking service_tier container "
    "mcp_servers context_management output_config output_format inference_geo cache_control speed";
constexpr std::string_view kCountTop =
    "model messages system thinking tool_choice tools cache_control context_management mcp_servers output_config "
    "output_format speed";
constexpr std::string_view kUserBlocks = "text image document tool_result search_result container_upload";
constexpr std::string_view kAssistantBlocks =
    "text thinking redacted_thinking tool_use server_tool_use web_search_tool_result web_fetch_tool_result "
    "code_execution_tool_result "
    "bash_code_execution_tool_result text_editor_code_execution_tool_result mcp_tool_use mcp_tool_result "
    "tool_search_tool_result compaction";
constexpr std::string_view kToolMembers =
    "type name description input_schema cache_control strict defer_loading eager_input_streaming input_examples "
    "allowed_callers";
constexpr std::int64_t kBudgetMin = 1024;
constexpr std::size_t kNameBytesMax = 128;

MockRefusal refused(std::string message) { return {.message = std::move(message)}; }
MockRefusal extra(const std::string& path) { return refused(path + ": Extra inputs are not permitted"); }
MockRefusal required(const std::string& path) { return refused(path + ": Field required"); }

/// The members of the kinds of block that are checked to their members.
std::string_view members_of(std::string_view type) {
  if (type == "text") return "type text cache_control citations";
  if (type == "image") return "type source cache_control";
  if (type == "document") return "type source cache_control citations context title";
  if (type == "tool_use") return "type id name input cache_control caller";
  if (type == "tool_result") return "type tool_use_id content is_error cache_control";
  if (type == "thinking") return "type thinking signature";
  if (type == "redacted_thinking") return "type data";
  return {};
}

Checked check_source(json::Value source, const std::string& at) {
  if (!source.is_object()) return required(at);
  const std::string type = source["type"].string();
  if (!listed("base64 url file text content", type))
    return refused(at + ": Input tag '" + type +
                   "' found using 'type' does not match any of the expected tags: 'base64', 'url', 'file'");
  if (type == "base64" && !source["media_type"].is_string()) return required(at + ".base64.media_type");
  if (type == "base64" && !source["data"].is_string()) return required(at + ".base64.data");
  return std::nullopt;
}

Checked check_block(json::Value block, bool user, const std::string& at) {
  const std::string type = block["type"].string();
  if (!listed(user ? kUserBlocks : kAssistantBlocks, type)) {
    return refused(at + ": Input tag '" + type + "' found using 'type' does not match any of the expected tags");
  }
  const std::string_view names = members_of(type);
  if (names.empty()) return std::nullopt;
  const std::string here = at + "." + type;
  if (const std::string name = unlisted_member(block, names); !name.empty()) return extra(here + "." + name);
  if (type == "text") {
    if (!block["text"].is_string()) return required(here + ".text");
    if (block["text"].escaped().empty()) return refused("messages: text content blocks must be non-empty");
  }
  if (type == "image" || type == "document") return check_source(block["source"], here + ".source");
  if (type == "tool_use") {
    if (!is_plain_name(block["id"].string(), 1000))
      return refused(here + ".id: String should match pattern '^[a-zA-Z0-9_-]+$'");
    if (!block["name"].is_string()) return required(here + ".name");
    if (!block["input"].is_object()) return refused(here + ".input: Input should be a valid dictionary");
  }
  if (type == "thinking" && !is_sealed_by(Issuer::kAnthropic, block["signature"].string()))
    return refused(at + ": Invalid `signature` in `thinking` block");
  if (type == "redacted_thinking" && !is_sealed_by(Issuer::kAnthropic, block["data"].string()))
    return refused(at + ": Invalid `data` in `redacted_thinking` block");
  return std::nullopt;
}

/// The results at the start of a user turn answer the calls of the turn before, all of them and nothing else.
Checked check_results(json::Value content, const std::string& at, OpenCalls& open) {
  std::size_t i = 0;
  bool first = true;
  for (const json::Value block : content.elements()) {
    const std::string here = at + ".content." + std::to_string(i++);
    if (!block["type"].equals("tool_result")) {
      first = false;
      continue;
    }
    const std::string id = block["tool_use_id"].string();
    if (!first || open.erase(id) == 0) {
      return refused(here + ": unexpected `tool_use_id` found in `tool_result` blocks: " + id +
                     ". Each `tool_result` block must have a corresponding `tool_use` block in the previous message.");
    }
  }
  return std::nullopt;
}

MockRefusal unanswered(std::size_t index, const OpenCalls& open) {
  return refused("messages." + std::to_string(index) +
                 ": `tool_use` ids were found without `tool_result` blocks immediately after: " + joined(open) +
                 ". Each `tool_use` block must have a corresponding `tool_result` block in the next message.");
}

class Conversation {
 public:
  Checked add(json::Value message, bool last) {
    const std::string at = "messages." + std::to_string(index_);
    if (const std::string name = unlisted_member(message, "role content"); !name.empty()) return extra(at + "." + name);
    const bool user = message["role"].equals("user");
    if (!user && !message["role"].equals("assistant")) {
      return refused(
          "messages: Unexpected role \"" + message["role"].string() +
          "\". The Messages API accepts a top-level `system` parameter, not \"system\" as an input message role.");
    }
    if (user == was_user_) {
      return refused(index_ == 0
                         ? "messages: first message must use the \"user\" role"
                         : "messages: roles must alternate between \"user\" and \"assistant\", but found multiple \"" +
                               message["role"].string() + "\" roles in a row");
    }
    was_user_ = user;
    if (auto refusal = check_content(message["content"], user, last, at)) return refusal;
    if (user) {
      if (auto refusal = check_results(message["content"], at, open_)) return refusal;
      if (!open_.empty()) return unanswered(index_ - 1, open_);
    }
    ++index_;
    return std::nullopt;
  }
  Checked end() const { return open_.empty() ? Checked() : unanswered(index_ - 1, open_); }

 private:
  Checked check_content(json::Value content, bool user, bool last, const std::string& at) {
    const bool empty = content.is_string() ? content.escaped().empty() : content.size() == 0;
    if (!content.is_string() && !content.is_array()) return required(at + ".content");
    if (empty && !(last && !user))
      return refused(at + ": all messages must have non-empty content except for the optional final assistant message");
    std::size_t i = 0;
    for (const json::Value block : content.elements()) {
      if (auto refusal = check_block(block, user, at + ".content." + std::to_string(i++))) return refusal;
      if (!block["type"].equals("tool_use")) continue;
      if (!seen_.insert(block["id"].string()).second) return refused("messages: `tool_use` ids must be unique");
      open_.insert(block["id"].string());
    }
    return std::nullopt;
  }

  std::size_t index_ = 0;
  bool was_user_ = false;
  OpenCalls open_, seen_;
};

Checked check_messages(json::Value messages) {
  if (!messages.is_array()) return required("messages");
  if (messages.size() == 0) return refused("messages: at least one message is required");
  Conversation conversation;
  std::size_t left = messages.size();
  for (const json::Value message : messages.elements()) {
    if (auto refusal = conversation.add(message, --left == 0)) return refusal;
  }
  return conversation.end();
}

/// In a tool loop the assistant's turn must begin with the thought that led to the calls.
Checked check_tool_loop(json::Value messages) {
  json::Value before, last;
  std::size_t count = 0;
  for (const json::Value message : messages.elements()) {
    before = last;
    last = message;
    ++count;
  }
  bool results = false;
  for (const json::Value block : last["content"].elements()) results |= block["type"].equals("tool_result");
  if (!results) return std::nullopt;
  for (const json::Value block : before["content"].elements()) {
    const std::string type = block["type"].string();
    if (type == "thinking" || type == "redacted_thinking") break;
    return refused("messages." + std::to_string(count - 2) +
                   ".content.0.type: Expected `thinking` or `redacted_thinking`, but found `" + type +
                   "`. When `thinking` is enabled, a final `assistant` message must start with a thinking block "
                   "(preceeding the lastmost set of `tool_use` and `tool_result` blocks).");
  }
  return std::nullopt;
}

Checked check_thinking(const MockRequest& request) {
  const json::Value root = request.root;
  const json::Value thinking = root["thinking"];
  if (!thinking.has_value() || thinking["type"].equals("disabled")) return std::nullopt;
  const std::string type = thinking["type"].string();
  if (!listed("enabled adaptive", type))
    return refused("thinking: Input tag '" + type +
                   "' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'");
  const bool enabled = type == "enabled";
  if (const std::string name = unlisted_member(thinking, enabled ? "type budget_tokens display" : "type display");
      !name.empty())
    return extra("thinking." + type + "." + name);
  if (root["temperature"].number().value_or(1) != 1)
    return refused("`temperature` may only be set to 1 when thinking is enabled.");
  if (root["top_k"].has_value()) return refused("`top_k` must be unset when thinking is enabled.");
  const json::Value choice = root["tool_choice"]["type"];
  if (choice.equals("any") || choice.equals("tool"))
    return refused("Thinking may not be enabled when tool_choice forces tool use.");
  if (!enabled) return std::nullopt;
  const auto budget = thinking["budget_tokens"].integer();
  if (!budget) return required("thinking.enabled.budget_tokens");
  if (*budget < kBudgetMin)
    return refused("thinking.enabled.budget_tokens: Input should be greater than or equal to " +
                   std::to_string(kBudgetMin));
  if (!request.count_only && *budget >= root["max_tokens"].integer().value_or(0))
    return refused("`max_tokens` must be greater than `thinking.budget_tokens`.");
  return check_tool_loop(root["messages"]);
}

Checked check_tools(json::Value root) {
  std::size_t i = 0;
  for (const json::Value tool : root["tools"].elements()) {
    const std::string at = "tools." + std::to_string(i++);
    const json::Value type = tool["type"];
    if (type.has_value() && !type.equals("custom")) continue;  // One of Anthropic's own tools.
    if (const std::string name = unlisted_member(tool, kToolMembers); !name.empty())
      return extra(at + ".custom." + name);
    if (!is_plain_name(tool["name"].string(), kNameBytesMax))
      return refused(at + ".custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
    if (!tool["input_schema"].exists()) return required(at + ".custom.input_schema");
    if (!tool["input_schema"]["type"].equals("object")) return required(at + ".custom.input_schema.type");
  }
  const json::Value choice = root["tool_choice"];
  if (!choice.has_value()) return std::nullopt;
  if (!listed("auto any tool none", choice["type"].string()))
    return refused("tool_choice: Input tag '" + choice["type"].string() +
                   "' found using 'type' does not match any of the expected tags: 'any', 'auto', 'none', 'tool'");
  if (const std::string name = unlisted_member(choice, "type name disable_parallel_tool_use"); !name.empty())
    return extra("tool_choice." + name);
  if (i == 0) return refused("tool_choice: may only be specified while providing tools.");
  return std::nullopt;
}

}  // namespace

Checked check_anthropic(const MockRequest& request) {
  const json::Value root = request.root;
  if (!root["model"].is_string()) return required("model");
  if (!request.count_only && !root["max_tokens"].exists()) return required("max_tokens");
  if (const std::string name = unlisted_member(root, request.count_only ? kCountTop : kTop); !name.empty())
    return extra(name);
  if (!request.count_only && root["max_tokens"].integer().value_or(0) < 1)
    return refused("max_tokens: Input should be greater than or equal to 1");
  const double temperature = root["temperature"].number().value_or(1);
  if (temperature < 0 || temperature > 1) return refused("temperature: range: 0..1");
  for (const json::Value block : root["system"].elements()) {
    if (block["text"].escaped().empty()) return refused("system: text content blocks must be non-empty");
  }
  if (auto refusal = check_messages(root["messages"])) return refusal;
  if (auto refusal = check_tools(root)) return refusal;
  return check_thinking(request);
}

}  // namespace switchyard::cli
