#include "cli/mock/gemini_fields.h"

#include <algorithm>

#include "base/json_writer.h"
#include "cli/mock/fields.h"

namespace switchyard::cli {
namespace {

std::string camel_case(std::string_view snake) {
  std::string out;
  bool upper = false;
  for (const char c : snake) {
    if (c == '_') {
      upper = true;
      continue;
    }
    out.push_back(upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    upper = false;
  }
  return out;
}

std::string_view status_name(int status) {
  switch (status) {
    case 400:
      return "INVALID_ARGUMENT";
    case 401:
      return "UNAUTHENTICATED";
    case 403:
      return "PERMISSION_DENIED";
    case 404:
      return "NOT_FOUND";
    case 429:
      return "RESOURCE_EXHAUSTED";
    case 503:
      return "UNAVAILABLE";
    case 504:
      return "DEADLINE_EXCEEDED";
    default:
      return status < 500 ? "FAILED_PRECONDITION" : "INTERNAL";
  }
}

}  // namespace

std::string snake_case(std::string_view camel) {
  std::string out;
  for (const char c : camel) {
    if (c >= 'A' && c <= 'Z') {
      out.push_back('_');
      out.push_back(static_cast<char>(c - 'A' + 'a'));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

json::Value google_field(json::Value object, std::string_view camel) {
  const json::Value found = object[camel];
  return found.exists() ? found : object[snake_case(camel)];
}

std::string standard_base64(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return text;
}

MockRefusal google_refusal(std::string message) { return {.message = std::move(message)}; }

Checked google_unknown(json::Value object, std::string_view names, const std::string& path) {
  for (const json::Member member : object.members()) {
    const std::string name = member.key.string();
    if (listed(names, name) || listed(names, camel_case(name))) continue;
    return MockRefusal{.message = "Invalid JSON payload received. Unknown name \"" + name + "\"" +
                                  (path.empty() ? "" : " at '" + path + "'") + ": Cannot find field.",
                       .param = path};
  }
  return std::nullopt;
}

std::string google_error(const MockRefusal& refusal) {
  std::string out;
  json::Writer w(out);
  w.begin_object().key("error").begin_object().field("code", refusal.status).field("message", refusal.message);
  w.field("status", status_name(refusal.status));
  if (refusal.message.starts_with("Invalid JSON payload")) {
    w.key("details")
        .begin_array()
        .begin_object()
        .field("@type", "type.googleapis.com/google.rpc.BadRequest")
        .key("fieldViolations")
        .begin_array();
    w.begin_object();
    if (!refusal.param.empty()) w.field("field", refusal.param);
    w.field("description", refusal.message).end_object().end_array().end_object().end_array();
  }
  w.end_object().end_object();
  return out;
}

}  // namespace switchyard::cli
