#include "wire/openai_responses/state.h"

#include <algorithm>
#include <vector>

#include "base/json_writer.h"
#include "wire/fields.h"
#include "wire/openai_responses/output.h"

namespace switchyard::wire::openai_responses {
namespace {

/// The prefix of ids that items of this type have.
std::string_view id_prefix(std::string_view type) {
  static constexpr std::pair<std::string_view, std::string_view> kPrefixes[] = {
      {"message", "msg_"},
      {"function_call", "fc_"},
      {"function_call_output", "fco_"},
      {"custom_tool_call", "ctc_"},
      {"reasoning", "rs_"},
      {"custom_tool_call_output", "ctco_"},
      {"web_search_call", "ws_"},
      {"code_interpreter_call", "ci_"},
      {"mcp_call", "mcp_"},
  };
  for (const auto& [known, prefix] : kPrefixes) {
    if (type == known) return prefix;
  }
  return "item_";
}

/// A message's string content as the one part that it stands for.
void content_part(std::string_view text, bool assistant, json::Writer& w) {
  w.begin_array();
  if (assistant) {
    write_text_part(text, {}, {}, w);
  } else {
    w.begin_object().field("type", "input_text").field_escaped("text", text).end_object();
  }
  w.end_array();
}

Result<void> stored_item(json::Value item, const std::string& path, std::string_view made_id, json::Writer& w) {
  if (!item.is_object()) return expected(path, "an object");
  const bool easy = !item["type"].has_value();
  if (!easy && !item["type"].is_string()) return expected(at(path, "type"), "a string");
  const std::string type = !easy ? item["type"].string() : item["role"].has_value() ? "message" : "item_reference";
  w.begin_object();
  const json::Value id = item["id"];
  if (!id.has_value()) w.field("id", std::string(id_prefix(type)).append(made_id));
  if (easy) w.field("type", type);
  const bool has_status = type == "message" || type == "function_call" || type == "function_call_output";
  if (has_status && !item["status"].has_value()) w.field("status", "completed");
  for (const json::Member member : item.members()) {
    const std::string_view key = member.key.escaped();
    const bool replaced =
        !member.value.has_value() && (key == "id" || key == "type" || (has_status && key == "status"));
    if (replaced) continue;
    w.key_escaped(key);
    if (type == "message" && key == "content" && member.value.is_string()) {
      content_part(member.value.escaped(), item["role"].equals("assistant"), w);
    } else {
      w.raw(member.value.raw());
    }
  }
  w.end_object();
  return {};
}

}  // namespace

Result<std::string> stored_input(json::Value input, std::string_view seed) {
  std::string out;
  json::Writer w(out);
  w.begin_array();
  if (input.is_string()) {
    w.begin_object().field("id", "msg_" + std::string(seed) + "_0").field("type", "message");
    w.field("status", "completed").field("role", "user").key("content");
    content_part(input.escaped(), false, w);
    w.end_object();
  } else if (input.is_array()) {
    std::size_t index = 0;
    for (const json::Value item : input.elements()) {
      SY_CHECK(stored_item(item, at("input", index), std::string(seed) + "_" + std::to_string(index), w));
      ++index;
    }
  } else if (input.has_value()) {
    return expected("input", "a string or an array");
  }
  w.end_array();
  return out;
}

Result<std::string> joined_items(const StoredTurn& earlier, json::Value next) {
  const json::Value output = earlier.response["output"];
  if (!earlier.input.is_array() || !output.is_array() || !next.is_array()) {
    return fail(ErrorKind::kInternal, "the stored response cannot be read", "input, output or next is not an array");
  }
  const std::string_view pieces[] = {earlier.input.raw(), output.raw(), next.raw()};
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  if (size > kConversationBytesMax) {
    return fail(ErrorKind::kTooLarge, "previous_response_id: expected a conversation of at most 64 MiB");
  }
  std::string items;
  items.reserve(size);
  for (const json::Value array : {earlier.input, output, next}) {
    if (array.size() > 0) append_elements(inside_array(array.raw()), items);
  }
  return "[" + std::move(items) + "]";
}

Result<std::string> self_contained(json::Value body, std::string_view items) {
  if (!body.is_object()) return expected("body", "a JSON object");
  std::string out;
  json::Writer w(out);
  w.begin_object();
  bool placed = false;
  for (const json::Member member : body.members()) {
    const std::string_view key = member.key.escaped();
    if (key == "previous_response_id" || key == "conversation") continue;
    w.key_escaped(key).raw(key == "input" ? items : member.value.raw());
    placed |= key == "input";
  }
  if (!placed) w.field_raw("input", items);
  w.end_object();
  return out;
}

Result<std::string> list_items(json::Value items, const ItemQuery& query) {
  if (query.limit < 1 || query.limit > kListedItemsMax) return expected("limit", "an integer from 1 to 100");
  std::vector<json::Value> all;
  for (const json::Value item : items.elements()) all.push_back(item);
  if (query.order == ItemOrder::kDescending) std::ranges::reverse(all);
  auto first = all.begin();
  if (!query.after.empty()) {
    first = std::ranges::find_if(all, [&](json::Value item) { return item["id"].equals(query.after); });
    if (first == all.end()) return expected("after", "the id of one of the items");
    ++first;
  }
  const auto count = std::min<std::ptrdiff_t>(query.limit, all.end() - first);
  std::string out;
  json::Writer w(out);
  w.begin_object().field("object", "list").key("data").begin_array();
  for (auto item = first; item != first + count; ++item) w.raw(item->raw());
  w.end_array();
  w.key("first_id");
  count > 0 ? w.string_escaped((*first)["id"].escaped()) : w.null();
  w.key("last_id");
  count > 0 ? w.string_escaped((*(first + count - 1))["id"].escaped()) : w.null();
  w.field("has_more", first + count != all.end()).end_object();
  return out;
}

std::string render_deleted(std::string_view id) {
  std::string out;
  json::Writer(out).begin_object().field("id", id).field("object", "response").field("deleted", true).end_object();
  return out;
}

Result<std::string> render_retrieved(json::Value response) {
  if (!response.is_object()) return fail(ErrorKind::kInternal, "the stored response cannot be read", "not an object");
  std::string out;
  json::Writer w(out);
  w.begin_object();
  for (const json::Member member : response.members()) {
    if (!member.key.equals("store")) w.key_escaped(member.key.escaped()).raw(member.value.raw());
  }
  w.field("store", true).end_object();
  return out;
}

Error no_such_response(std::string_view id) {
  Error error;
  error.kind = ErrorKind::kNotFound;
  error.message = "Response with id '" + std::string(id) + "' not found.";
  return error;
}

}  // namespace switchyard::wire::openai_responses
