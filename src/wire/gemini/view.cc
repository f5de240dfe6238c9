#include "wire/gemini/view.h"

#include "wire/fields.h"
#include "wire/gemini/keys.h"
#include "wire/reasoning_state.h"

namespace switchyard::wire::gemini {
namespace {

void view_media(json::Value part, RequestView& view) {
  const json::Value data = member(part, "inlineData"), file = member(part, "fileData");
  const json::Value type = member(data.exists() ? data : file, "mimeType");
  if (!type.escaped().starts_with("image")) return;
  ++view.images;
  view.image_bytes += member(data, "data").escaped().size();
}

/// True if the part is a tool result.
bool view_part(json::Value part, std::vector<JsonText>& texts, RequestView& view) {
  bool result = false;
  for (const json::Member m : part.members()) {
    const std::string_view key = m.key.escaped();
    if (key == "text" && m.value.is_string()) {
      texts.push_back({m.value.escaped()});
    } else if (same_key(key, "thoughtSignature")) {
      view.holds_foreign_state |= m.value.escaped().starts_with(kStateMark);
    } else if (same_key(key, "functionResponse")) {
      result = true;
      // What a tool answered is nobody's words; its strings still count as text for estimates.
      for (const json::Member inner : member(m.value, "response").members()) {
        if (inner.value.is_string()) view.other_texts.push_back({inner.value.escaped()});
      }
      for (const json::Value inner : m.value["parts"].elements()) view_media(inner, view);
    }
  }
  view_media(part, view);
  return result;
}

Result<void> view_contents(json::Value contents, RequestView& view) {
  if (!contents.is_array() && !contents.is_object()) return expected("contents", "an array");
  SY_CHECK(each(contents, [&](json::Value content, std::size_t i) -> Result<void> {
    if (!content.is_object()) return expected(at("contents", i), "an object");
    const bool model = content["role"].equals("model");
    std::vector<JsonText>& texts = model ? view.other_texts : view.user_texts;
    view.last_is_tool_result = false;
    SY_CHECK(each(content["parts"], [&](json::Value part, std::size_t) -> Result<void> {
      view.last_is_tool_result |= view_part(part, texts, view);
      return {};
    }));
    ++view.messages;
    return {};
  }));
  if (view.messages == 0) return expected("contents", "at least one");
  if (!view.user_texts.empty()) view.first_user_text = view.user_texts.front();
  return {};
}

Result<void> once(json::Value seen, std::string_view key) {
  if (seen.exists()) return fail(ErrorKind::kInvalidRequest, std::string(key) + ": stands twice");
  return {};
}

void view_tools(json::Value tools, RequestView& view) {
  visit_each(tools, [&](json::Value tool) {
    for (const json::Member m : tool.members()) {
      if (!m.value.has_value()) continue;
      const bool list = same_key(m.key.escaped(), "functionDeclarations") && m.value.is_array();
      view.tools += list ? static_cast<std::uint32_t>(m.value.size()) : 1;
    }
  });
}

Result<void> view_config(json::Value config, RequestView& view) {
  if (!config.has_value()) return {};
  if (!config.is_object()) return expected("generationConfig", "an object");
  SY_CHECK(plain_keys(config, "generationConfig"));
  json::Value limit;
  TextStorage storage;
  for (const json::Member m : config.members()) {
    const std::string_view key = m.key.escaped();
    if (same_key(key, "maxOutputTokens")) {
      SY_CHECK(once(limit, "generationConfig.maxOutputTokens"));
      limit = m.value;
      SY_TRY(const JsonRaw count, whole_number(limit, "generationConfig.maxOutputTokens", 1, storage));
      if (!count.empty()) view.output_tokens_max = std::stoll(std::string(count.text));
    } else if (same_key(key, "responseSchema") || same_key(key, "responseJsonSchema")) {
      view.structured_output |= m.value.has_value();
      view.schema_has_title |= m.value["properties"]["title"].exists();
    } else if (same_key(key, "thinkingConfig")) {
      const json::Value budget = member(m.value, "thinkingBudget");
      view.reasoning = budget.has_value() ? budget.integer() != 0 : member(m.value, "thinkingLevel").has_value();
    }
  }
  return {};
}

}  // namespace

Result<RequestView> view_request(const json::Document& body) {
  RequestView view;
  view.dialect = Dialect::kGemini;
  view.root = body.root();
  if (!view.root.is_object()) return expected("body", "a JSON object");
  SY_CHECK(plain_keys(view.root, ""));
  json::Value contents, config, system;
  for (const json::Member m : view.root.members()) {
    const std::string_view key = m.key.escaped();
    if (key == "contents") {
      SY_CHECK(once(contents, key));
      contents = m.value;
    } else if (same_key(key, "generationConfig")) {
      SY_CHECK(once(config, "generationConfig"));
      config = m.value;
    } else if (same_key(key, "systemInstruction")) {
      SY_CHECK(once(system, "systemInstruction"));
      system = m.value;
    } else if (key == "tools") {
      view_tools(m.value, view);
    }
  }
  if (system.has_value()) {
    visit_each(system["parts"], [&](json::Value part) { (void)view_part(part, view.other_texts, view); });
  }
  SY_CHECK(view_contents(contents, view));
  SY_CHECK(view_config(config, view));
  return view;
}

}  // namespace switchyard::wire::gemini
