#include "cli/mock/fields.h"

#include <algorithm>

namespace switchyard::cli {
namespace {

std::string fault_at(const std::string& context, const std::string& what) {
  return "In context=(" + context + "), " + what;
}

std::string schema_fault(json::Value schema, const std::string& context) {
  if (schema["type"].equals("object")) {
    if (schema["additionalProperties"].boolean() != false) {
      return fault_at(context, "'additionalProperties' is required to be supplied and to be false.");
    }
    for (const json::Member property : schema["properties"].members()) {
      bool found = false;
      for (const json::Value name : schema["required"].elements()) found |= name.equals(property.key.string());
      if (!found) {
        return fault_at(
            context,
            "'required' is required to be supplied and to be an array including every key in properties. Missing '" +
                property.key.string() + "'.");
      }
    }
  }
  const std::string inside = context.empty() ? context : context + ", ";
  for (const json::Member property : schema["properties"].members()) {
    std::string fault = schema_fault(property.value, inside + "'properties', '" + property.key.string() + "'");
    if (!fault.empty()) return fault;
  }
  return schema["items"].is_object() ? schema_fault(schema["items"], inside + "'items'") : std::string();
}

}  // namespace

bool listed(std::string_view names, std::string_view name) {
  if (name.empty() || name.find(' ') != std::string_view::npos) return false;
  for (std::size_t at = names.find(name); at != std::string_view::npos; at = names.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || names[at - 1] == ' ') && (end == names.size() || names[end] == ' ')) return true;
  }
  return false;
}

std::string unlisted_member(json::Value object, std::string_view names) {
  for (const json::Member member : object.members()) {
    if (!listed(names, member.key.has_escapes() ? member.key.string() : member.key.escaped()))
      return member.key.string();
  }
  return {};
}

bool is_plain_name(std::string_view name, std::size_t size_max) {
  return !name.empty() && name.size() <= size_max && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string at_index(std::string_view path, std::size_t index) {
  return std::string(path) + "[" + std::to_string(index) + "]";
}

std::string strict_schema_fault(json::Value schema) { return schema_fault(schema, ""); }

std::string joined(const OpenCalls& ids) {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : ", ") + id;
  return text;
}

}  // namespace switchyard::cli
