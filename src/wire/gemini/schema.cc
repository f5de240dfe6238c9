#include "wire/gemini/schema.h"

#include <algorithm>

#include "base/json_writer.h"
#include "wire/gemini/keys.h"

namespace switchyard::wire::gemini {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

void write_schema(json::Value schema, json::Writer& w);

void write_type(json::Value type, bool nullable, json::Writer& w) {
  if (!type.is_string()) {
    if (type.has_value()) w.field_raw("type", type.raw());
    return;
  }
  const std::string name = lower(type.string());
  if (name == "type_unspecified") return;
  if (nullable && name != "null") {
    w.key("type").begin_array().string(name).string("null").end_array();
  } else {
    w.field("type", name);
  }
}

/// The members in the order that `ordering` names, then the others in theirs.
void write_properties(json::Value properties, json::Value ordering, json::Writer& w) {
  using Place = std::pair<std::string, std::size_t>;
  std::vector<Place> places;  // Sorted by name, so that a hostile schema costs little more than a plain one.
  for (const json::Value name : ordering.elements()) places.emplace_back(name.string(), places.size());
  std::ranges::sort(places);
  struct Placed {
    std::pair<std::size_t, std::size_t> place;
    json::Member member;
  };
  std::vector<Placed> members;
  for (const json::Member m : properties.members()) {
    const std::string name = places.empty() ? std::string{} : m.key.string();
    const auto found = std::ranges::lower_bound(places, name, {}, &Place::first);
    const bool named = found != places.end() && found->first == name;
    members.push_back({{named ? found->second : places.size(), members.size()}, m});
  }
  std::ranges::sort(members, {}, &Placed::place);
  w.begin_object();
  for (const Placed& placed : members) {
    w.key_escaped(placed.member.key.escaped());
    write_schema(placed.member.value, w);
  }
  w.end_object();
}

void write_list(json::Value list, json::Writer& w) {
  w.begin_array();
  for (const json::Value element : list.elements()) write_schema(element, w);
  w.end_array();
}

/// The JSON Schema name of a member whose value is passed on as it is; the key itself if Gemini has no own name for it.
std::string_view plain_name(std::string_view key) {
  for (const std::string_view name :
       {"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties", "additionalProperties"}) {
    if (same_key(key, name)) return name;
  }
  return key;
}

void write_member(json::Member m, json::Writer& w) {
  const std::string_view key = m.key.escaped();
  if (same_key(key, "anyOf") && m.value.is_array()) {
    w.key("anyOf");
    return write_list(m.value, w);
  }
  if (key == "items" && m.value.is_object()) {
    w.key("items");
    return write_schema(m.value, w);
  }
  if (same_key(key, "prefixItems") && m.value.is_array()) {
    w.key("prefixItems");
    return write_list(m.value, w);
  }
  const std::string_view name = plain_name(key);
  const bool count = name.starts_with("min") || name.starts_with("max");
  if (name == "additionalProperties" && m.value.is_object()) {
    w.key(name);
    return write_schema(m.value, w);
  }
  const std::string_view digits = m.value.escaped();
  // Google writes 64-bit counts as strings.
  if (count && !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
    w.key(name).raw(digits);
  } else {
    w.key_escaped(name).raw(m.value.raw());
  }
}

void write_schema(json::Value schema, json::Writer& w) {
  if (!schema.is_object()) {
    w.raw(schema.exists() ? schema.raw() : "{}");
    return;
  }
  const bool nullable = member(schema, "nullable").boolean().value_or(false);
  w.begin_object();
  for (const json::Member m : schema.members()) {
    const std::string_view key = m.key.escaped();
    if (key == "type") {
      write_type(m.value, nullable, w);
    } else if (key == "properties" && m.value.is_object()) {
      w.key("properties");
      write_properties(m.value, member(schema, "propertyOrdering"), w);
    } else if (key != "nullable" && !same_key(key, "propertyOrdering")) {
      write_member(m, w);
    }
  }
  w.end_object();
}

}  // namespace

void write_json_schema(json::Value schema, std::string& out) {
  json::Writer w(out);
  write_schema(schema, w);
}

}  // namespace switchyard::wire::gemini
