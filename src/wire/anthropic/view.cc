#include "wire/anthropic/view.h"

#include "wire/fields.h"
#include "wire/reasoning_state.h"

namespace switchyard::wire::anthropic {
namespace {

void view_image(json::Value block, RequestView& view) {
  ++view.images;
  view.image_bytes += block["source"]["data"].escaped().size();
}

/// A tool result may hold text and images of its own; neither is the user's word.
void view_tool_result(json::Value block, RequestView& view) {
  const json::Value content = block["content"];
  if (content.is_string()) view.other_texts.push_back({content.escaped()});
  for (const json::Value inner : content.elements()) {
    if (inner["type"].equals("image")) view_image(inner, view);
    if (const json::Value text = inner["text"]; text.is_string()) view.other_texts.push_back({text.escaped()});
  }
}

/// The texts of a string or an array of blocks; true if a tool result is among them.
bool view_content(json::Value content, std::vector<JsonText>& texts, RequestView& view) {
  if (content.is_string()) {
    texts.push_back({content.escaped()});
    return false;
  }
  bool tool_result = false;
  for (const json::Value block : content.elements()) {
    std::string_view type;
    json::Value text;
    for (const json::Member member : block.members()) {
      if (member.key.escaped() == "type") type = member.value.escaped();
      if (member.key.escaped() == "text") text = member.value;
    }
    if (type == "text") {
      texts.push_back({text.escaped()});
    } else if (type == "image") {
      view_image(block, view);
    } else if (type == "thinking" || type == "redacted_thinking") {
      const std::string_view state = block[type == "thinking" ? "signature" : "data"].escaped();
      view.holds_foreign_state |= state.empty() || state.starts_with(kStateMark);
    } else if (type == "tool_result") {
      tool_result = true;
      view_tool_result(block, view);
    }
  }
  return tool_result;
}

Result<void> view_messages(json::Value messages, RequestView& view) {
  if (!messages.is_array()) return expected("messages", "an array");
  for (const json::Value message : messages.elements()) {
    if (!message.is_object()) return expected(at("messages", view.messages), "an object");
    std::string_view role;
    json::Value content;
    for (const json::Member member : message.members()) {
      if (member.key.escaped() == "role") role = member.value.escaped();
      if (member.key.escaped() == "content") content = member.value;
    }
    std::vector<JsonText>& texts = role == "user" ? view.user_texts : view.other_texts;
    view.last_is_tool_result = view_content(content, texts, view);
    if (role == "user" && view.first_user_text.empty() && !texts.empty()) view.first_user_text = texts.front();
    ++view.messages;
  }
  if (view.messages == 0) return expected("messages", "at least one");
  return {};
}

void view_format(json::Value format, RequestView& view) {
  if (!format["type"].equals("json_schema")) return;
  view.structured_output = true;
  view.schema_has_title = format["schema"]["properties"]["title"].exists();
}

Result<void> once(json::Value seen, std::string_view key) {
  if (seen.exists()) return fail(ErrorKind::kInvalidRequest, std::string(key) + ": stands twice");
  return {};
}

}  // namespace

Result<RequestView> view_request(const json::Document& body) {
  RequestView view;
  view.dialect = Dialect::kAnthropic;
  view.root = body.root();
  if (!view.root.is_object()) return expected("body", "a JSON object");
  json::Value messages, stream, max_tokens;
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
    } else if (key == "system") {
      view_content(value, view.other_texts, view);
    } else if (key == "stream") {
      SY_CHECK(once(stream, key));
      stream = value;
      SY_TRY(const bool streamed, flag_field(value, key));
      if (streamed) view.stream = StreamMode::kStreamed;
    } else if (key == "max_tokens") {
      SY_CHECK(once(max_tokens, key));
      max_tokens = value;
      SY_TRY(const JsonRaw count, count_field(value, key));
      if (!count.empty()) view.output_tokens_max = *value.integer();
    } else if (key == "tools") {
      view.tools = static_cast<std::uint32_t>(value.size());
    } else if (key == "thinking") {
      view.reasoning = value["type"].is_string() && !value["type"].equals("disabled");
    } else if (key == "output_config") {
      view_format(value["format"], view);
    } else if (key == "output_format") {
      view_format(value, view);
    } else if (key == "metadata") {
      view.user_id = {value["user_id"].escaped()};
    }
  }
  if (!messages.exists()) return expected("messages", "an array");
  return view;
}

}  // namespace switchyard::wire::anthropic
