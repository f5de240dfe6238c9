#include "cli/mock/openai_error.h"

#include "base/json_writer.h"
#include "cli/mock/fields.h"

namespace switchyard::cli {

MockRefusal openai_refusal(std::string message, std::string param, std::string code) {
  return {.message = std::move(message), .param = std::move(param), .code = std::move(code)};
}

MockRefusal openai_unknown(const std::string& path) {
  return openai_refusal("Unknown parameter: '" + path + "'.", path, "unknown_parameter");
}

MockRefusal openai_missing(const std::string& path) {
  return openai_refusal("Missing required parameter: '" + path + "'.", path, "missing_required_parameter");
}

MockRefusal openai_type(const std::string& path, std::string_view want, json::Value got) {
  return openai_refusal("Invalid type for '" + path + "': expected " + std::string(want) + ", but got " +
                            std::string(json::type_name(got.type())) + " instead.",
                        path, "invalid_type");
}

MockRefusal openai_value(const std::string& path, std::string_view got, std::string_view supported) {
  std::string list;
  while (!supported.empty()) {
    const std::size_t blank = supported.find(' ');
    const std::string_view word = supported.substr(0, blank);
    supported.remove_prefix(blank == std::string_view::npos ? supported.size() : blank + 1);
    list += (list.empty() ? "'" : supported.empty() ? " and '" : ", '") + std::string(word) + "'";
  }
  return openai_refusal("Invalid value: '" + std::string(got) + "'. Supported values are: " + list + ".", path,
                        "invalid_value");
}

Checked openai_strict_schema(json::Value holder, json::Value schema, const std::string& what, const std::string& path) {
  if (holder["strict"].boolean() != true) return std::nullopt;
  const std::string fault = strict_schema_fault(schema);
  if (fault.empty()) return std::nullopt;
  return openai_refusal("Invalid schema for " + what + " '" + holder["name"].string() + "': " + fault, path,
                        what == "function" ? "invalid_function_parameters" : "invalid_json_schema");
}

std::string openai_error(const MockRefusal& refusal) {
  const int status = refusal.status;
  const std::string_view type = status == 429   ? "rate_limit_error"
                                : status == 401 ? "authentication_error"
                                : status < 500  ? "invalid_request_error"
                                : status == 529 ? "overloaded_error"
                                                : "server_error";
  std::string out;
  json::Writer w(out);
  w.begin_object().key("error").begin_object().field("message", refusal.message).field("type", type).key("param");
  if (refusal.param.empty())
    w.null();
  else
    w.string(refusal.param);
  w.key("code");
  if (refusal.code.empty())
    w.null();
  else
    w.string(refusal.code);
  w.end_object().end_object();
  return out;
}

std::string openai_error_event() {
  return "data: {\"error\":{\"message\":\"mock overload\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n";
}

}  // namespace switchyard::cli
