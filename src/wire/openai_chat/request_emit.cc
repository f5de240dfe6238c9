#include <algorithm>
#include <charconv>

#include "base/json_writer.h"
#include "wire/custom_tools.h"
#include "wire/fields.h"
#include "wire/openai_chat/request.h"
#include "wire/tool_ids.h"

namespace switchyard::wire::openai_chat {
namespace {

constexpr std::int64_t kLowBudgetMax = 4096, kMediumBudgetMax = 16384;  ///< Thinking tokens an effort stands for.
constexpr std::string_view kErrorMark = "Error: ";

class Emitter {
 public:
  Emitter(const ChatRequest& request, const EmitTarget& target, std::string& out)
      : request_(request), target_(target), w_(out) {}

  void run() {
    w_.begin_object();
    if (target_.quirks.model_in_body) w_.field("model", target_.model);
    w_.key("messages").begin_array();
    for (const Message& message : request_.messages) this->message(message);
    w_.end_array();
    tools();
    limits_and_sampling();
    format();
    reasoning();
    if (target_.mode == StreamMode::kStreamed) {
      w_.field("stream", true);
      if (target_.quirks.stream_options) w_.field_raw("stream_options", R"({"include_usage":true})");
    }
    if (request_.dialect == Dialect::kOpenAiChat) {
      if (!request_.metadata.empty()) w_.field_raw("metadata", request_.metadata.text);
      for (const UnknownField& field : request_.unknown) {
        if (field.path.find('[') == std::string::npos) w_.key_escaped(field.path).raw(field.value.text);
      }
    }
    w_.end_object();
  }

 private:
  void message(const Message& message) {
    switch (message.role) {
      case Role::kSystem:
      case Role::kDeveloper:
        w_.begin_object();
        w_.field("role", message.role == Role::kDeveloper && target_.quirks.developer_role ? "developer" : "system");
        content(message.parts);
        w_.end_object();
        break;
      case Role::kUser:
        user(message);
        break;
      case Role::kAssistant:
        assistant(message);
        break;
    }
  }

  /// Text parts as one string if there is just one, as an array otherwise; parts of other kinds are skipped or written
  /// whole.
  void content(const std::vector<Part>& parts) {
    const bool one_text = parts.size() == 1 && std::holds_alternative<TextPart>(parts.front());
    if (one_text) {
      w_.field_escaped("content", std::get<TextPart>(parts.front()).text.escaped);
      return;
    }
    w_.key("content").begin_array();
    for (const Part& part : parts) content_part(part);
    w_.end_array();
  }

  void content_part(const Part& part) {
    if (const auto* text = std::get_if<TextPart>(&part)) {
      this->text(text->text);
    } else if (const auto* image = std::get_if<ImagePart>(&part)) {
      this->image(*image);
    } else if (const auto* audio = std::get_if<AudioPart>(&part)) {
      this->audio(*audio);
    } else if (const auto* file = std::get_if<FilePart>(&part)) {
      this->file(*file);
    } else if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
      w_.begin_object().field("type", "refusal").field_escaped("refusal", refusal->text.escaped).end_object();
    } else if (const auto* opaque = std::get_if<OpaquePart>(&part); opaque && opaque->dialect == Dialect::kOpenAiChat) {
      w_.raw(opaque->value.text);
    }
  }
  void text(JsonText text) { w_.begin_object().field("type", "text").field_escaped("text", text.escaped).end_object(); }
  void image(const ImagePart& image) {
    w_.begin_object().field("type", "image_url").key("image_url").begin_object();
    if (image.data.empty()) {
      w_.field_escaped("url", image.url.escaped);
    } else {
      std::string url = "data:";
      url.append(image.media_type.escaped).append(";base64,").append(image.data.escaped);
      w_.field_escaped("url", url);
    }
    if (!image.detail.empty()) w_.field_escaped("detail", image.detail.escaped);
    w_.end_object().end_object();
  }

  void audio(const AudioPart& audio) {
    w_.begin_object().field("type", "input_audio").key("input_audio").begin_object();
    w_.field_escaped("data", audio.data.escaped).field_escaped("format", audio.format.escaped);
    w_.end_object().end_object();
  }
  void file(const FilePart& file) {
    if (file.plain) return text(file.data);
    w_.begin_object().field("type", "file").key("file").begin_object();
    if (!file.id.empty()) {
      w_.field_escaped("file_id", file.id.escaped);
    } else {
      // Providers want a name with the bytes.
      w_.field_escaped("filename", file.name.empty() ? std::string_view("document.pdf") : file.name.escaped);
      std::string url = "data:";
      url.append(file.media_type.empty() ? std::string_view("application/pdf") : file.media_type.escaped);
      w_.field_escaped("file_data", url.append(";base64,").append(file.data.escaped));
    }
    w_.end_object().end_object();
  }

  /// Tool results become messages of their own, in front; the rest of the turn follows as one user message.
  void user(const Message& message) {
    std::vector<Part> rest;
    for (const Part& part : message.parts) {
      const auto* result = std::get_if<ToolResultPart>(&part);
      if (result == nullptr) {
        rest.push_back(part);
        continue;
      }
      tool_result(*result);
      for (const auto& item : result->content) {
        const auto* image = std::get_if<ImagePart>(&item);
        const auto* file = std::get_if<FilePart>(&item);
        if (image == nullptr && file == nullptr) continue;
        // A tool message holds text only: the rest comes behind, under the call's name.
        std::string note = image ? "Image from tool call " : "File from tool call ";
        note.append(portable_tool_id(result->call_id, storage_)).append(":");
        rest.push_back(TextPart{stored_text(std::move(note), storage_), {}, {}});
        rest.push_back(image ? Part(*image) : Part(*file));
      }
    }
    if (rest.empty()) return;
    w_.begin_object().field("role", "user");
    if (!message.name.empty()) w_.field_escaped("name", message.name.escaped);
    content(rest);
    w_.end_object();
  }

  void tool_result(const ToolResultPart& result) {
    w_.begin_object().field("role", "tool");
    w_.field_escaped("tool_call_id", portable_tool_id(result.call_id, storage_));
    std::string joined;
    for (const auto& item : result.content) {
      const auto* text = std::get_if<TextPart>(&item);
      if (text == nullptr) continue;
      if (!joined.empty()) joined.append("\\n");
      joined.append(text->text.escaped);
    }
    if (result.is_error && !joined.starts_with("Error")) joined.insert(0, kErrorMark);
    w_.field_escaped("content", joined);
    w_.end_object();
  }

  void assistant(const Message& message) {
    w_.begin_object().field("role", "assistant");
    if (!message.name.empty()) w_.field_escaped("name", message.name.escaped);
    std::vector<Part> shown;
    std::size_t calls = 0;
    for (const Part& part : message.parts) {
      if (std::holds_alternative<ToolCallPart>(part)) {
        ++calls;
      } else if (!std::holds_alternative<ThinkingPart>(part)) {
        shown.push_back(part);
      }
    }
    if (shown.empty() && calls == 0) {
      w_.field("content", "");  // Only thinking was there, which stays with its provider.
    } else if (shown.empty()) {
      w_.key("content").null();
    } else {
      content(shown);
    }
    if (calls > 0) {
      w_.key("tool_calls").begin_array();
      for (const Part& part : message.parts) {
        if (const auto* call = std::get_if<ToolCallPart>(&part)) tool_call(*call);
      }
      w_.end_array();
    }
    w_.end_object();
  }

  void tool_call(const ToolCallPart& call) {
    w_.begin_object().field_escaped("id", portable_tool_id(call.id, storage_)).field("type", "function");
    w_.key("function").begin_object().field_escaped("name", call.name.escaped);
    if (call.custom) {
      std::string arguments;
      json::Writer(arguments).begin_object().field("input", call.arguments).end_object();
      w_.field("arguments", arguments);
    } else {
      w_.field("arguments", call.arguments.empty() ? std::string_view("{}") : call.arguments);
    }
    w_.end_object().end_object();
  }

  void tools() {
    if (!request_.tools.empty()) {
      w_.key("tools").begin_array();
      for (const Tool& tool : request_.tools) this->tool(tool);
      w_.end_array();
    }
    if (request_.tools.empty()) return;  // A choice among no tools is refused.
    switch (request_.tool_choice.kind) {
      case ToolChoiceKind::kAbsent:
        break;
      case ToolChoiceKind::kAuto:
        w_.field("tool_choice", "auto");
        break;
      case ToolChoiceKind::kNone:
        w_.field("tool_choice", "none");
        break;
      case ToolChoiceKind::kRequired:
        w_.field("tool_choice", "required");
        break;
      case ToolChoiceKind::kNamed:
        w_.key("tool_choice").begin_object().field("type", "function").key("function").begin_object();
        w_.field_escaped("name", request_.tool_choice.name.escaped).end_object().end_object();
        break;
    }
    if (request_.parallel_tool_calls) w_.field("parallel_tool_calls", *request_.parallel_tool_calls);
  }

  void tool(const Tool& tool) {
    if (!tool.opaque.empty()) {
      if (request_.dialect == Dialect::kOpenAiChat) w_.raw(tool.opaque.text);
      return;
    }
    w_.begin_object().field("type", "function").key("function").begin_object();
    w_.field_escaped("name", tool.name.escaped);
    if (!tool.description.empty()) w_.field_escaped("description", tool.description.escaped);
    if (tool.custom) w_.field_raw("parameters", kCustomToolSchema);
    if (!tool.schema.empty()) w_.field_raw("parameters", tool.schema.text);
    if (tool.strict) w_.field("strict", *tool.strict);
    w_.end_object().end_object();
  }

  void limits_and_sampling() {
    if (!request_.output_tokens_max.empty()) {
      w_.key(target_.quirks.max_completion_tokens ? "max_completion_tokens" : "max_tokens");
      const std::string_view digits = request_.output_tokens_max.text;
      std::int64_t wanted = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), wanted);
      if (target_.output_max > 0 && wanted > target_.output_max) {
        w_.number(target_.output_max);
      } else {
        w_.number(wanted);
      }
    }
    const std::pair<std::string_view, JsonRaw> numbers[] = {{"temperature", request_.temperature},
                                                            {"top_p", request_.top_p},
                                                            {"seed", request_.seed},
                                                            {"n", request_.n},
                                                            {"frequency_penalty", request_.frequency_penalty},
                                                            {"presence_penalty", request_.presence_penalty},
                                                            {"logit_bias", request_.logit_bias},
                                                            {"logprobs", request_.logprobs},
                                                            {"top_logprobs", request_.top_logprobs}};
    for (const auto& [name, value] : numbers) {
      if (!value.empty()) w_.field_raw(name, value.text);
    }
    if (!request_.stop.empty()) {
      w_.key("stop").begin_array();
      for (const JsonText stop : request_.stop) w_.string_escaped(stop.escaped);
      w_.end_array();
    }
    if (!request_.user.empty()) w_.field_escaped("user", request_.user.escaped);
    if (!request_.verbosity.empty()) w_.field_escaped("verbosity", request_.verbosity.escaped);
    if (!request_.service_tier.empty() && request_.dialect == Dialect::kOpenAiChat) {
      w_.field_escaped("service_tier", request_.service_tier.escaped);
    }
  }

  void format() {
    const ResponseFormat& format = request_.response_format;
    if (format.kind == ResponseFormatKind::kText) return;
    w_.key("response_format").begin_object();
    if (format.kind == ResponseFormatKind::kJsonObject) {
      w_.field("type", "json_object").end_object();
      return;
    }
    w_.field("type", "json_schema").key("json_schema").begin_object();
    w_.field_escaped("name", format.name.empty() ? std::string_view("answer") : format.name.escaped);
    if (!format.description.empty()) w_.field_escaped("description", format.description.escaped);
    if (format.strict) w_.field("strict", *format.strict);
    if (!format.schema.empty()) w_.field_raw("schema", format.schema.text);
    w_.end_object().end_object();
  }

  void reasoning() {
    const Reasoning& reasoning = request_.reasoning;
    if (!target_.quirks.reasoning_effort) return;
    if (reasoning.mode == ReasoningMode::kBudget) {
      w_.field("reasoning_effort", reasoning.budget_tokens <= kLowBudgetMax      ? "low"
                                   : reasoning.budget_tokens <= kMediumBudgetMax ? "medium"
                                                                                 : "high");
    } else if (reasoning.mode != ReasoningMode::kAbsent && !reasoning.effort.empty() &&
               (reasoning.mode != ReasoningMode::kDisabled || request_.dialect == Dialect::kOpenAiChat)) {
      w_.field("reasoning_effort", reasoning.effort == "max" ? std::string("xhigh") : reasoning.effort);
    }
  }

  const ChatRequest& request_;
  const EmitTarget& target_;
  json::Writer w_;
  TextStorage storage_;
};

}  // namespace

void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out) {
  Emitter(request, target, out).run();
}

}  // namespace switchyard::wire::openai_chat
