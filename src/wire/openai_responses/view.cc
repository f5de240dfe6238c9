#include "wire/openai_responses/view.h"

#include <algorithm>

#include "wire/fields.h"
#include "wire/openai_responses/request.h"

namespace switchyard::wire::openai_responses {
namespace {

constexpr std::string_view kDataUrl = "data:";

/// As wire::plain_key, for the keys that this dialect has beside the shared ones.
Result<void> own_plain_key(json::Value key) {
  SY_CHECK(plain_key(key));
  if (!key.has_escapes()) return {};
  const std::string name = key.string();
  for (const std::string_view known : {"input", "instructions", "max_output_tokens", "store", "previous_response_id"}) {
    if (name == known) return expected(name, "a key written without escapes");
  }
  return {};
}

void view_parts(json::Value content, std::vector<JsonText>& texts, RequestView& view) {
  if (content.is_string()) texts.push_back({content.escaped()});
  for (const json::Value part : content.elements()) {
    for (const json::Member member : part.members()) {
      const std::string_view key = member.key.escaped();
      if (key == "text" || key == "refusal") {
        texts.push_back({member.value.escaped()});
      } else if (key == "image_url") {
        ++view.images;
        const std::string_view url = member.value.escaped();
        if (url.starts_with(kDataUrl)) view.image_bytes += url.size();
      } else if (key == "file_data") {
        view.image_bytes += member.value.escaped().size();
      }
    }
  }
}

void view_item(json::Value item, RequestView& view) {
  std::string_view role, type;
  json::Value content;
  for (const json::Member member : item.members()) {
    const std::string_view key = member.key.escaped();
    if (key == "role") role = member.value.escaped();
    if (key == "type") type = member.value.escaped();
    if (key == "content" || key == "output" || key == "arguments" || key == "input") content = member.value;
  }
  const bool user = role == "user";
  view.last_is_tool_result = type == "function_call_output" || type == "custom_tool_call_output";
  std::vector<JsonText>& texts = user ? view.user_texts : view.other_texts;
  view_parts(content, texts, view);
  if (user && view.first_user_text.empty() && !texts.empty()) view.first_user_text = texts.front();
}

Result<void> view_input(json::Value input, RequestView& view) {
  if (input.is_string()) {
    view.first_user_text = {input.escaped()};
    view.user_texts.push_back(view.first_user_text);
    view.messages = 1;
    return {};
  }
  if (!input.has_value()) return {};
  if (!input.is_array()) return expected("input", "a string or an array");
  for (const json::Value item : input.elements()) {
    if (!item.is_object()) return expected(at("input", view.messages), "an object");
    view_item(item, view);
    ++view.messages;
  }
  return {};
}

void view_text(json::Value text, RequestView& view) {
  const json::Value format = text["format"];
  view.structured_output = format["type"].equals("json_schema");
  if (view.structured_output) view.schema_has_title = format["schema"]["properties"]["title"].exists();
}

}  // namespace

Result<RequestView> view_request(const json::Document& body) {
  RequestView view;
  view.dialect = Dialect::kOpenAiResponses;
  view.root = body.root();
  if (!view.root.is_object()) return expected("body", "a JSON object");
  bool elsewhere = false;  // What is asked may lie in a stored prompt or conversation.
  std::vector<std::string_view> seen;
  for (const json::Member member : view.root.members()) {
    SY_CHECK(own_plain_key(member.key));
    const std::string_view key = member.key.escaped();
    const json::Value value = member.value;
    if (key == "model" || key == "input" || key == "stream" || key == "max_output_tokens") {
      if (std::ranges::find(seen, key) != seen.end()) {
        return fail(ErrorKind::kInvalidRequest, std::string(key) + ": stands twice");
      }
      seen.push_back(key);
    }
    if (key == "model") {
      if (value.has_value() && !value.is_string()) return expected("model", "a string");
      view.model = value;
    } else if (key == "input") {
      SY_CHECK(view_input(value, view));
      view.holds_foreign_state = holds_our_reasoning(value);
    } else if (key == "instructions") {
      if (!value.escaped().empty()) view.other_texts.push_back({value.escaped()});
    } else if (key == "stream") {
      SY_TRY(const bool streamed, flag_field(value, key));
      if (streamed) view.stream = StreamMode::kStreamed;
    } else if (key == "max_output_tokens") {
      SY_TRY(const JsonRaw count, count_field(value, key));
      if (!count.empty()) view.output_tokens_max = *value.integer();
    } else if (key == "tools") {
      view.tools = static_cast<std::uint32_t>(value.size());
    } else if (key == "text") {
      view_text(value, view);
    } else if (key == "reasoning") {
      view.reasoning = value["effort"].is_string() && !value["effort"].equals("none");
    } else if (key == "user") {
      view.user_id = {value.escaped()};
    } else if (key == "prompt" || key == "previous_response_id" || key == "conversation") {
      elsewhere |= value.has_value();
    }
  }
  view.include_usage = true;  // A Responses stream always ends with its usage.
  if (view.messages == 0 && !elsewhere) return expected("input", "a string or at least one item");
  return view;
}

}  // namespace switchyard::wire::openai_responses
