#include "wire/anthropic/error.h"

#include "base/json_writer.h"

namespace switchyard::wire::anthropic {
namespace {

/// Anthropic's vocabulary for our kinds.
std::string_view type_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUnauthenticated:
      return "authentication_error";
    case ErrorKind::kPaymentRequired:
      return "billing_error";
    case ErrorKind::kPermissionDenied:
      return "permission_error";
    case ErrorKind::kNotFound:
      return "not_found_error";
    case ErrorKind::kTooLarge:
      return "request_too_large";
    case ErrorKind::kRateLimited:
      return "rate_limit_error";
    case ErrorKind::kUnavailable:
      return "overloaded_error";
    case ErrorKind::kUpstreamTimeout:
      return "timeout_error";
    case ErrorKind::kInternal:
    case ErrorKind::kNotImplemented:
    case ErrorKind::kUpstreamUnavailable:
    case ErrorKind::kUpstreamRejected:
    case ErrorKind::kCancelled:
      return "api_error";
    default:
      return "invalid_request_error";
  }
}

}  // namespace

ProviderError parse_error(int status, std::string_view body) {
  ProviderError found{status, {}, {}, {}};
  const auto document = json::Document::parse(body);
  if (!document) return found;
  const json::Value error = document->root()["error"];
  found.type = error["type"].string();
  found.message = error.is_string() ? error.string() : error["message"].string();
  // What Bedrock answers in front of Anthropic's models.
  if (!error.exists()) found.message = document->root()["message"].string();
  return found;
}

std::string render_error(const Error& error, std::string_view request_id) {
  std::string out;
  json::Writer w(out);
  w.begin_object().field("type", "error").key("error").begin_object();
  w.field("type", type_of(error.kind)).field("message", error.message).end_object();
  if (!request_id.empty()) w.field("request_id", request_id);
  w.end_object();
  return out;
}

}  // namespace switchyard::wire::anthropic
