#include <algorithm>
#include <unordered_map>

#include "base/json_writer.h"
#include "wire/fields.h"
#include "wire/gemini/call_ids.h"
#include "wire/gemini/generation_config.h"
#include "wire/gemini/own_fields.h"
#include "wire/gemini/parts_emit.h"
#include "wire/gemini/request.h"
#include "wire/gemini/thinking.h"
#include "wire/instructions.h"
#include "wire/tool_ids.h"

namespace switchyard::wire::gemini {
namespace {

constexpr std::string_view kCustomInput =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";

class Emitter {
 public:
  Emitter(const ChatRequest& request, const EmitTarget& target, std::string& out)
      : request_(request), target_(target), own_(request.dialect == Dialect::kGemini), w_(out) {
    only_system_ = !own_ && std::ranges::all_of(request.messages, system_role);
  }

  void run() {
    w_.begin_object();
    system();
    w_.key("contents").begin_array();
    for (const Message& message : request_.messages) {
      if (!is_system(message)) this->message(message);
    }
    close_content();
    w_.end_array();
    tools();
    tool_config();
    generation_config();
    write_own_fields(request_, "", {"contents[", "systemInstruction.", "toolConfig.", "generationConfig."}, w_);
    w_.end_object();
  }

 private:
  static bool system_role(const Message& message) {
    return message.role == Role::kSystem || message.role == Role::kDeveloper;
  }
  /// Google wants at least one content, so instructions alone are asked as the user's words.
  [[nodiscard]] bool is_system(const Message& message) const { return !only_system_ && system_role(message); }

  void system() {
    const bool any = std::ranges::any_of(
        request_.messages, [this](const Message& message) { return is_system(message) && !message.parts.empty(); });
    const std::string_view length = verbosity_instruction(request_.verbosity);
    const bool one_call =
        request_.parallel_tool_calls.has_value() && !*request_.parallel_tool_calls && !request_.tools.empty();
    if (!any && length.empty() && !one_call) return;
    w_.key("systemInstruction").begin_object().key("parts").begin_array();
    for (const Message& message : request_.messages) {
      if (!is_system(message)) continue;
      for (const Part& part : message.parts) this->part(part, {}, {});
    }
    if (!length.empty()) w_.begin_object().field("text", length).end_object();
    if (one_call) w_.begin_object().field("text", kOneCallInstruction).end_object();
    w_.end_array().end_object();
  }

  /// Opens a content of that role unless one is open.
  void open_content(std::string_view role) {
    if (open_role_ == role) return;
    close_content();
    w_.begin_object().field("role", role).key("parts").begin_array();
    open_role_ = role;
    call_seen_ = false;
  }
  void close_content() {
    if (!open_role_.empty()) w_.end_array().end_object();
    open_role_ = {};
  }

  void message(const Message& message) {
    const std::string_view role = message.role == Role::kAssistant ? "model" : "user";
    if (own_) {  // As the client cut it; only the other dialects' turns are joined.
      close_content();
      open_content(role);
    }
    std::string_view left;
    const std::vector<std::string_view> signatures = place_signatures(message.parts, own_, left);
    for (std::size_t i = 0; i < message.parts.size(); ++i) part(message.parts[i], signatures[i], role);
    if (left.empty()) return;
    open_content(role);
    write_text({}, left, w_);
  }

  /// `role` is empty inside the system instruction.
  void part(const Part& part, std::string_view signature, std::string_view role) {
    const auto open = [&] {
      if (!role.empty()) open_content(role);
    };
    if (const auto* text = std::get_if<TextPart>(&part)) {
      if (text->text.empty() && signature.empty() && !own_) return;  // Google refuses empty parts; they say nothing.
      open();
      write_text(text->text, signature, w_);
    } else if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
      open();
      write_text(refusal->text, signature, w_);
    } else if (const auto* image = std::get_if<ImagePart>(&part)) {
      open();
      write_image(*image, signature, w_);
    } else if (const auto* audio = std::get_if<AudioPart>(&part)) {
      open();
      write_audio(*audio, signature, w_);
    } else if (const auto* file = std::get_if<FilePart>(&part)) {
      open();
      write_file(*file, own_, signature, w_);
    } else if (const auto* call = std::get_if<ToolCallPart>(&part)) {
      open();
      this->call(*call, signature);
    } else if (const auto* result = std::get_if<ToolResultPart>(&part)) {
      open();
      tool_result(*result);
    } else if (const auto* thought = std::get_if<ThinkingPart>(&part)) {
      // Only Gemini's own thoughts go back to it.
      if (thought->issuer != Dialect::kGemini || thought->text.empty()) return;
      if (!own_ && thought->signature.empty()) return;
      open();
      write_thought(thought->text, signature, w_);
    } else if (const auto* opaque = std::get_if<OpaquePart>(&part); opaque && opaque->dialect == Dialect::kGemini) {
      open();
      w_.raw(opaque->value.text);
    }
  }

  void call(const ToolCallPart& call, std::string_view signature) {
    names_[call.id.escaped] = call.name.escaped;
    // Only the first call of a turn bears a signature.
    if (signature.empty() && !call_seen_ && !own_ && generation_of(target_.model) >= 3) signature = kNoSignature;
    call_seen_ = true;
    write_call(call, signature, w_);
  }

  void tool_result(const ToolResultPart& result) {
    // Gemini 3 takes pictures inside of a result; older models are shown them beside it.
    const bool nested = own_ || generation_of(target_.model) >= 3;
    const std::string_view id = result.call_id.escaped;
    w_.begin_object().key("functionResponse").begin_object();
    if (!id.starts_with(kMadeCallId) && !id.empty()) w_.field_escaped("id", id);
    w_.field_escaped("name", name_of(result.call_id)).key("response");
    response_value(result);
    bool media = false;
    for (const auto& item : result.content) {
      if (!nested || std::holds_alternative<TextPart>(item)) continue;
      if (!media) w_.key("parts").begin_array();
      media = true;
      this->media(item);
    }
    if (media) w_.end_array();
    w_.end_object().end_object();
    if (nested) return;
    for (const auto& item : result.content) this->media(item);
  }

  void media(const std::variant<TextPart, ImagePart, FilePart>& item) {
    if (const auto* image = std::get_if<ImagePart>(&item)) write_image(*image, {}, w_);
    if (const auto* file = std::get_if<FilePart>(&item)) write_file(*file, own_, {}, w_);
  }

  std::string_view name_of(JsonText id) {
    if (const auto found = names_.find(id.escaped); found != names_.end()) return found->second;
    return portable_tool_id(id, storage_);
  }

  /// A JSON object as it is; other text under the key that Google's reference names for it.
  void response_value(const ToolResultPart& result) {
    std::string text;
    bool first = true;
    for (const auto& item : result.content) {
      const auto* piece = std::get_if<TextPart>(&item);
      if (piece == nullptr) continue;
      if (!first) text.push_back('\n');
      first = false;
      json::unescape(piece->text.escaped, text);
    }
    const auto document = json::Document::parse(text);
    const bool object = document && document->root().is_object();
    if (result.is_error) {
      const bool structured = object || (document && !document->root().is_string());
      w_.begin_object().key("error");
      if (structured) {
        w_.raw(document->root().raw());
      } else {
        w_.string(text);
      }
      w_.end_object();
    } else if (object) {
      w_.raw(document->root().raw());
    } else {
      w_.begin_object().field("output", text).end_object();
    }
  }

  void tools() {
    if (request_.tools.empty()) return;
    w_.key("tools").begin_array();
    const bool functions = std::ranges::any_of(request_.tools, [](const Tool& tool) { return tool.opaque.empty(); });
    if (functions) {
      w_.begin_object().key("functionDeclarations").begin_array();
      for (const Tool& tool : request_.tools) {
        if (tool.opaque.empty()) function(tool);
      }
      w_.end_array().end_object();
    }
    for (const Tool& tool : request_.tools) {
      if (tool.opaque.empty()) continue;
      if (own_) {
        w_.raw(tool.opaque.text);
      } else if (tool.server == ServerTool::kWebSearch) {
        w_.raw(R"({"googleSearch":{}})");
      } else if (tool.server == ServerTool::kCodeExecution) {
        w_.raw(R"({"codeExecution":{}})");
      }
    }
    w_.end_array();
  }
  void function(const Tool& tool) {
    w_.begin_object().field_escaped("name", tool.name.escaped);
    if (!tool.description.empty()) w_.field_escaped("description", tool.description.escaped);
    if (tool.custom) {
      w_.field_raw("parametersJsonSchema", kCustomInput);
    } else if (!tool.schema.empty()) {
      w_.field_raw("parametersJsonSchema", tool.schema.text);
    }
    w_.end_object();
  }

  void tool_config() {
    const ToolChoice& choice = request_.tool_choice;
    const bool open = choice.kind == ToolChoiceKind::kAbsent || choice.kind == ToolChoiceKind::kAuto;
    const bool strict = open && std::ranges::any_of(request_.tools, [](const Tool& t) { return t.strict == true; });
    const bool calling = (choice.kind != ToolChoiceKind::kAbsent || strict) && !request_.tools.empty();
    constexpr std::string_view kPath = "toolConfig.", kCalling = "toolConfig.functionCallingConfig.";
    if (!calling && !has_own_fields(request_, kPath)) return;
    w_.key("toolConfig").begin_object();
    if (calling || has_own_fields(request_, kCalling)) {
      w_.key("functionCallingConfig").begin_object();
      if (calling && !has_own_fields(request_, "toolConfig.functionCallingConfig.mode")) {
        w_.field("mode", strict                                 ? "VALIDATED"
                         : choice.kind == ToolChoiceKind::kAuto ? "AUTO"
                         : choice.kind == ToolChoiceKind::kNone ? "NONE"
                                                                : "ANY");
      }
      if (calling && choice.kind == ToolChoiceKind::kNamed) {
        w_.key("allowedFunctionNames").begin_array().string_escaped(choice.name.escaped).end_array();
      }
      write_own_fields(request_, kCalling, {}, w_);
      w_.end_object();
    }
    write_own_fields(request_, kPath, {kCalling}, w_);
    w_.end_object();
  }

  void generation_config() {
    std::string config;
    write_generation_config(request_, target_, config);
    if (!config.empty()) w_.field_raw("generationConfig", config);
  }

  const ChatRequest& request_;
  const EmitTarget& target_;
  const bool own_;
  json::Writer w_;
  TextStorage storage_;
  std::unordered_map<std::string_view, std::string_view> names_;  ///< Of functions, by call id.
  std::string_view open_role_;
  bool call_seen_ = false, only_system_ = false;
};

}  // namespace

void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out) {
  Emitter(request, target, out).run();
}

}  // namespace switchyard::wire::gemini
