#include "wire/openai_chat/error.h"

#include "base/json_writer.h"

namespace switchyard::wire::openai_chat {
namespace {

struct Words {
  std::string_view type, code;
};

/// OpenAI's vocabulary for our kinds.
Words words(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUnauthenticated:
      return {"authentication_error", "invalid_api_key"};
    case ErrorKind::kPaymentRequired:
      return {"insufficient_quota", "insufficient_quota"};
    case ErrorKind::kPermissionDenied:
      return {"permission_error", "permission_denied"};
    case ErrorKind::kNotFound:
      return {"invalid_request_error", "not_found"};
    case ErrorKind::kRateLimited:
      return {"rate_limit_error", "rate_limit_exceeded"};
    case ErrorKind::kInternal:
    case ErrorKind::kNotImplemented:
    case ErrorKind::kUpstreamUnavailable:
    case ErrorKind::kUpstreamRejected:
    case ErrorKind::kUnavailable:
    case ErrorKind::kUpstreamTimeout:
    case ErrorKind::kCancelled:
      return {"server_error", error_kind_name(kind)};
    default:
      return {"invalid_request_error", error_kind_name(kind)};
  }
}

/// "messages[0].role: expected ..." names a field; "the provider ..." does not.
std::string_view field_of(std::string_view message) {
  const std::size_t colon = message.find(": ");
  if (colon == std::string_view::npos || colon == 0) return {};
  const std::string_view field = message.substr(0, colon);
  for (const char c : field) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '[' || c == ']';
    if (!fits) return {};
  }
  return field;
}

}  // namespace

ProviderError parse_error(int status, std::string_view body) {
  ProviderError found{status, {}, {}, {}};
  const auto document = json::Document::parse(body);
  if (!document) return found;
  // Some compatible servers send an array around it, or the message at the top.
  json::Value root = document->root();
  if (root.is_array() && root.size() > 0) root = *root.elements().begin();
  const json::Value error = root["error"].has_value() ? root["error"] : root;
  found.message = error.is_string() ? error.string() : error["message"].string();
  found.type = error["type"].is_string() ? error["type"].string() : error["status"].string();
  found.code = error["code"].is_string() ? error["code"].string() : std::string(error["code"].raw());
  if (found.code == "null") found.code.clear();
  return found;
}

std::string render_error(const Error& error, std::string_view request_id) {
  std::string out;
  json::Writer w(out);
  const Words word = words(error.kind);
  const bool unknown_model = error.kind == ErrorKind::kNotFound && error.message.starts_with("model ");
  w.begin_object().key("error").begin_object().field("message", error.message).field("type", word.type).key("param");
  if (unknown_model) {
    w.string("model");
  } else if (const std::string_view field = field_of(error.message); !field.empty()) {
    w.string(field);
  } else {
    w.null();
  }
  w.field("code", unknown_model ? "model_not_found" : word.code);
  if (!request_id.empty()) w.field("request_id", request_id);
  w.end_object().end_object();
  return out;
}

}  // namespace switchyard::wire::openai_chat
