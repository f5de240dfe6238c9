#include "wire/openai_chat/view.h"

#include "wire/fields.h"
#include "wire/reasoning_state.h"

namespace switchyard::wire::openai_chat {
namespace {

constexpr std::string_view kDataUrl = "data:";

void view_part(json::Value part, std::vector<JsonText>& texts, RequestView& view) {
  for (const json::Member member : part.members()) {
    const std::string_view key = member.key.escaped();
    if (key == "text" || key == "refusal") {
      texts.push_back({member.value.escaped()});
    } else if (key == "image_url") {
      ++view.images;
      const std::string_view url = member.value["url"].escaped();
      if (url.starts_with(kDataUrl)) view.image_bytes += url.size();
    }
  }
}

void view_message(json::Value message, RequestView& view) {
  std::string_view role;
  json::Value content;
  for (const json::Member member : message.members()) {
    const std::string_view key = member.key.escaped();
    if (key == "role") role = member.value.escaped();
    if (key == "content") content = member.value;
    if (key == "reasoning_details") {
      for (const json::Value detail : member.value.elements()) {
        view.holds_foreign_state |= detail["data"].escaped().starts_with(kStateMark);
      }
    }
  }
  const bool user = role == "user";
  view.last_is_tool_result = role == "tool" || role == "function";
  std::vector<JsonText>& texts = user ? view.user_texts : view.other_texts;
  if (content.is_string()) {
    texts.push_back({content.escaped()});
  } else {
    for (const json::Value part : content.elements()) view_part(part, texts, view);
  }
  if (user && view.first_user_text.empty() && !texts.empty()) view.first_user_text = texts.front();
}

Result<void> view_messages(json::Value messages, RequestView& view) {
  if (!messages.is_array()) return expected("messages", "an array");
  for (const json::Value message : messages.elements()) {
    if (!message.is_object()) return expected(at("messages", view.messages), "an object");
    view_message(message, view);
    ++view.messages;
  }
  if (view.messages == 0) return expected("messages", "at least one");
  return {};
}

void view_format(json::Value format, RequestView& view) {
  view.structured_output = format["type"].equals("json_schema");
  if (view.structured_output) view.schema_has_title = format["json_schema"]["schema"]["properties"]["title"].exists();
}

Result<void> once(json::Value seen, std::string_view key) {
  if (seen.exists()) return fail(ErrorKind::kInvalidRequest, std::string(key) + ": stands twice");
  return {};
}

}  // namespace

Result<RequestView> view_request(const json::Document& body) {
  RequestView view;
  view.dialect = Dialect::kOpenAiChat;
  view.root = body.root();
  if (!view.root.is_object()) return expected("body", "a JSON object");
  json::Value messages, stream;
  for (const json::Member member : view.root.members()) {
    SY_CHECK(plain_key(member.key));
    const std::string_view key = member.key.escaped();
    const json::Value value = member.value;
    if (key == "model") {
      SY_CHECK(once(view.model, key));
      if (value.has_value() && !value.is_string()) return expected("model", "a string");
      view.model = value;
    } else if (key == "messages") {
      SY_CHECK(once(messages, key));
      messages = value;
      SY_CHECK(view_messages(value, view));
    } else if (key == "stream") {
      SY_CHECK(once(stream, key));
      stream = value;
      SY_TRY(const bool streamed, flag_field(value, key));
      if (streamed) view.stream = StreamMode::kStreamed;
    } else if (key == "max_tokens" || key == "max_completion_tokens") {
      SY_TRY(const JsonRaw count, count_field(value, key));
      if (!count.empty()) view.output_tokens_max = *value.integer();
    } else if (key == "tools") {
      view.tools = static_cast<std::uint32_t>(value.size());
    } else if (key == "stream_options") {
      view.include_usage = value["include_usage"].boolean().value_or(false);
    } else if (key == "response_format") {
      view_format(value, view);
    } else if (key == "reasoning_effort") {
      view.reasoning = value.is_string() && !value.equals("none");
    } else if (key == "user") {
      view.user_id = {value.escaped()};
    }
  }
  if (!messages.exists()) return expected("messages", "an array");
  return view;
}

}  // namespace switchyard::wire::openai_chat
