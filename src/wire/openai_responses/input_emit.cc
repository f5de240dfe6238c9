#include "wire/fields.h"
#include "wire/openai_responses/citation.h"
#include "wire/openai_responses/input.h"
#include "wire/openai_responses/state_seal.h"
#include "wire/tool_ids.h"

namespace switchyard::wire::openai_responses {
namespace {

constexpr std::string_view kErrorMark = "Error: ";
constexpr std::string_view kUnnamedFile = "document.pdf";  ///< Responses wants a name beside a file's bytes.

/// Content parts stand inside a message; everything else is an item of its own.
bool is_content(const Part& part) {
  if (const auto* opaque = std::get_if<OpaquePart>(&part))
    return opaque->dialect == Dialect::kOpenAiResponses && opaque->type == "input_image";
  return std::holds_alternative<TextPart>(part) || std::holds_alternative<ImagePart>(part) ||
         std::holds_alternative<RefusalPart>(part) || std::holds_alternative<AudioPart>(part) ||
         std::holds_alternative<FilePart>(part);
}

class InputWriter {
 public:
  InputWriter(const ChatRequest& request, json::Writer& w) : request_(request), w_(w) {}

  /// Runs of content become message items; the rest stands between them in order.
  void message(const Message& message) {
    bool open = false;
    for (const Part& part : message.parts) {
      if (is_content(part)) {
        if (!open) open_message(message.role);
        open = true;
        content(part, message.role);
        continue;
      }
      if (open) w_.end_array().end_object();
      open = false;
      item(part);
    }
    if (open) w_.end_array().end_object();
  }

 private:
  void open_message(Role role) {
    w_.begin_object().field("type", "message").field("role", role_name(role)).key("content").begin_array();
  }

  /// A system message of another dialect that could not become `instructions` stands where it was, as the developer's.
  [[nodiscard]] std::string_view role_name(Role role) const {
    switch (role) {
      case Role::kSystem:
        return request_.dialect == Dialect::kOpenAiResponses ? "system" : "developer";
      case Role::kDeveloper:
        return "developer";
      case Role::kAssistant:
        return "assistant";
      case Role::kUser:
        break;
    }
    return "user";
  }

  void content(const Part& part, Role role) {
    if (const auto* p = std::get_if<TextPart>(&part)) {
      role == Role::kAssistant ? output_text(*p) : input_text(p->text);
    } else if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
      w_.begin_object().field("type", "refusal").field_escaped("refusal", refusal->text.escaped).end_object();
    } else if (const auto* picture = std::get_if<ImagePart>(&part)) {
      image(*picture);
    } else if (const auto* document = std::get_if<FilePart>(&part)) {
      file(*document);
    } else if (const auto* audio = std::get_if<AudioPart>(&part)) {
      w_.begin_object().field("type", "input_audio").key("input_audio").begin_object();
      w_.field_escaped("data", audio->data.escaped).field_escaped("format", audio->format.escaped);
      w_.end_object().end_object();
    } else if (const auto* opaque = std::get_if<OpaquePart>(&part)) {
      w_.raw(opaque->value.text);
    }
  }

  void input_text(JsonText text) {
    w_.begin_object().field("type", "input_text").field_escaped("text", text.escaped).end_object();
  }
  void output_text(const TextPart& part) {
    w_.begin_object().field("type", "output_text").field_escaped("text", part.text.escaped).key("annotations");
    write_annotations(part, w_);
    if (!part.logprobs.empty()) w_.field_raw("logprobs", part.logprobs.text);
    w_.end_object();
  }
  static std::string data_url(JsonText media_type, JsonText data, std::string_view otherwise) {
    std::string url = "data:";
    url.append(media_type.empty() ? otherwise : media_type.escaped).append(";base64,").append(data.escaped);
    return url;
  }
  void image(const ImagePart& image) {
    w_.begin_object().field("type", "input_image").key("image_url");
    if (image.data.empty()) {
      w_.string_escaped(image.url.escaped);
    } else {
      w_.string_escaped(data_url(image.media_type, image.data, "image/png"));
    }
    if (!image.detail.empty()) w_.field_escaped("detail", image.detail.escaped);
    w_.end_object();
  }
  void file(const FilePart& file) {
    if (file.plain) return input_text(file.data);
    w_.begin_object().field("type", "input_file");
    if (!file.id.empty()) {
      w_.field_escaped("file_id", file.id.escaped);
    } else if (!file.url.empty()) {
      w_.field_escaped("file_url", file.url.escaped);
    } else {
      const std::string_view unnamed =
          request_.dialect == Dialect::kOpenAiResponses ? std::string_view{} : kUnnamedFile;
      const std::string_view name = file.name.empty() ? unnamed : file.name.escaped;
      if (!name.empty()) w_.field_escaped("filename", name);
      // Bytes without a type were no data URL when they came, and their own dialect takes them so.
      if (file.media_type.empty() && request_.dialect == Dialect::kOpenAiResponses) {
        w_.field_escaped("file_data", file.data.escaped);
      } else {
        w_.field_escaped("file_data", data_url(file.media_type, file.data, "application/pdf"));
      }
    }
    w_.end_object();
  }

  void item(const Part& part) {
    if (const auto* call = std::get_if<ToolCallPart>(&part)) {
      this->call(*call);
    } else if (const auto* result = std::get_if<ToolResultPart>(&part)) {
      output(*result);
    } else if (const auto* thought = std::get_if<ThinkingPart>(&part)) {
      reasoning(*thought);
    } else if (const auto* opaque = std::get_if<OpaquePart>(&part);
               opaque && opaque->dialect == Dialect::kOpenAiResponses) {
      w_.raw(opaque->value.text);
    }
  }

  void call(const ToolCallPart& call) {
    w_.begin_object().field("type", call.custom ? "custom_tool_call" : "function_call");
    w_.field_escaped("call_id", portable_tool_id(call.id, storage_)).field_escaped("name", call.name.escaped);
    if (call.custom) {
      w_.field("input", call.arguments);
    } else {
      w_.field("arguments", call.arguments.empty() ? std::string_view("{}") : call.arguments);
    }
    w_.end_object();
  }

  /// Text alone as one string, as every provider takes it; with images or files, or several texts, as an array.
  void output(const ToolResultPart& result) {
    w_.begin_object().field("type", result.custom ? "custom_tool_call_output" : "function_call_output");
    w_.field_escaped("call_id", portable_tool_id(result.call_id, storage_)).key("output");
    const bool one_text = result.content.size() == 1 && std::holds_alternative<TextPart>(result.content.front());
    if (result.content.empty() || one_text) {
      const std::string_view text =
          one_text ? std::get<TextPart>(result.content.front()).text.escaped : std::string_view{};
      w_.string_escaped(marked(result, text));
    } else {
      w_.begin_array();
      if (result.is_error) input_text({kErrorMark.substr(0, kErrorMark.size() - 1)});
      for (const auto& part : result.content) {
        if (const auto* text = std::get_if<TextPart>(&part)) input_text(text->text);
        if (const auto* picture = std::get_if<ImagePart>(&part)) image(*picture);
        if (const auto* document = std::get_if<FilePart>(&part)) file(*document);
      }
      w_.end_array();
    }
    w_.end_object();
  }
  static std::string marked(const ToolResultPart& result, std::string_view text) {
    const bool mark = result.is_error && !text.starts_with("Error");
    return std::string(mark ? kErrorMark : std::string_view{}).append(text);
  }

  /// Only OpenAI's own state is sent, and without the encrypted content only by the client that the provider keeps the
  /// item for. Thinking of others stays with them.
  void reasoning(const ThinkingPart& part) {
    if (part.issuer != Dialect::kOpenAiResponses || part.signature.empty()) return;
    const ReasoningIdentity state = cut_state(part.signature);
    if (state.encrypted.empty() && request_.dialect != Dialect::kOpenAiResponses) return;
    w_.begin_object().field("type", "reasoning");
    if (!state.id.empty()) w_.field_escaped("id", state.id);
    w_.key("summary").begin_array();
    if (!part.text.empty()) {
      w_.begin_object().field("type", "summary_text").field_escaped("text", part.text.escaped).end_object();
    }
    w_.end_array();
    if (!state.encrypted.empty()) w_.field_escaped("encrypted_content", state.encrypted);
    w_.end_object();
  }

  const ChatRequest& request_;
  json::Writer& w_;
  TextStorage storage_;
};

}  // namespace

void write_input(const ChatRequest& request, std::size_t first, json::Writer& w) {
  InputWriter writer(request, w);
  for (std::size_t i = first; i < request.messages.size(); ++i) writer.message(request.messages[i]);
}

}  // namespace switchyard::wire::openai_responses
