#include "wire/gemini/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/json_writer.h"
#include "wire/gemini/keys.h"

namespace switchyard::wire::gemini {
namespace {

/// A wait longer than a day is no advice that a gateway can follow.
constexpr double kDelaySecondsMax = 86'400;

/// google.rpc.Code's names for our kinds.
std::string_view status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUnauthenticated:
      return "UNAUTHENTICATED";
    case ErrorKind::kPermissionDenied:
      return "PERMISSION_DENIED";
    case ErrorKind::kNotFound:
      return "NOT_FOUND";
    case ErrorKind::kConflict:
      return "ABORTED";
    case ErrorKind::kPaymentRequired:
    case ErrorKind::kRateLimited:
      return "RESOURCE_EXHAUSTED";
    case ErrorKind::kNotImplemented:
    case ErrorKind::kMethodNotAllowed:
      return "UNIMPLEMENTED";
    case ErrorKind::kRequestTimeout:
    case ErrorKind::kUpstreamTimeout:
      return "DEADLINE_EXCEEDED";
    case ErrorKind::kUpstreamUnavailable:
    case ErrorKind::kUnavailable:
      return "UNAVAILABLE";
    case ErrorKind::kInternal:
    case ErrorKind::kUpstreamRejected:
      return "INTERNAL";
    case ErrorKind::kCancelled:
      return "CANCELLED";
    default:
      return "INVALID_ARGUMENT";
  }
}

struct StatusWord {
  std::string_view type;  ///< As some provider says it.
  std::string_view status;
  int code;
};
constexpr StatusWord kStatusWords[] = {
    {"INVALID_ARGUMENT", "INVALID_ARGUMENT", 400},
    {"FAILED_PRECONDITION", "FAILED_PRECONDITION", 400},
    {"UNAUTHENTICATED", "UNAUTHENTICATED", 401},
    {"PERMISSION_DENIED", "PERMISSION_DENIED", 403},
    {"NOT_FOUND", "NOT_FOUND", 404},
    {"RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED", 429},
    {"CANCELLED", "CANCELLED", 499},
    {"UNAVAILABLE", "UNAVAILABLE", 503},
    {"DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED", 504},
    {"invalid_request_error", "INVALID_ARGUMENT", 400},
    {"authentication_error", "UNAUTHENTICATED", 401},
    {"permission_error", "PERMISSION_DENIED", 403},
    {"not_found_error", "NOT_FOUND", 404},
    {"rate_limit_error", "RESOURCE_EXHAUSTED", 429},
    {"rate_limit_exceeded", "RESOURCE_EXHAUSTED", 429},
    {"insufficient_quota", "RESOURCE_EXHAUSTED", 429},
    {"overloaded_error", "UNAVAILABLE", 503},
    {"timeout_error", "DEADLINE_EXCEEDED", 504},
};

/// The detail of that type, whatever host its name begins with.
json::Value detail(json::Value error, std::string_view type) {
  for (const json::Value one : error["details"].elements()) {
    if (one["@type"].escaped().ends_with(type)) return one;
  }
  return {};
}

/// "contents[0].role: expected ..." names a field; "the provider ..." does not.
std::string_view field_of(std::string_view message) {
  const std::string_view field = message.substr(0, std::min(message.find(": "), message.size()));
  const bool fits = std::ranges::all_of(field, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '[' || c == ']';
  });
  return fits && field.size() < message.size() ? field : std::string_view{};
}

}  // namespace

ProviderError read_error(int status, json::Value root) {
  ProviderError found{status, {}, {}, {}};
  if (root.is_array() && root.size() > 0) root = *root.elements().begin();
  const json::Value error = root["error"];
  found.type = error["status"].string();
  found.message = error.is_string() ? error.string() : error["message"].string();
  const json::Value reason = detail(error, "google.rpc.ErrorInfo")["reason"];
  found.code = reason.is_string() ? reason.string() : std::string(error["code"].has_value() ? error["code"].raw() : "");
  return found;
}

ProviderError parse_error(int status, std::string_view body) {
  const auto document = json::Document::parse(body);
  return document ? read_error(status, document->root()) : ProviderError{status, {}, {}, {}};
}

std::optional<std::chrono::seconds> retry_delay(std::string_view body) {
  const auto document = json::Document::parse(body);
  if (!document) return std::nullopt;
  json::Value root = document->root();
  if (root.is_array() && root.size() > 0) root = *root.elements().begin();
  const json::Value delay = member(detail(root["error"], "google.rpc.RetryInfo"), "retryDelay");
  // "34s" or "34.074824224s".
  const std::string_view text = delay.escaped();
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || text.substr(static_cast<std::size_t>(end - text.data())) != "s") return std::nullopt;
  if (!(seconds >= 0) || seconds > kDelaySecondsMax) return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(seconds)));
}

std::string render_error(const Error& error, std::string_view request_id) {
  std::string out;
  json::Writer w(out);
  const std::string_view field =
      error.kind == ErrorKind::kInvalidRequest ? field_of(error.message) : std::string_view{};
  w.begin_object().key("error").begin_object();
  w.field("code", http_status(error.kind)).field("message", error.message).field("status", status_of(error.kind));
  if (!field.empty() || error.retry_after || !request_id.empty()) {
    w.key("details").begin_array();
    if (!field.empty()) {
      w.begin_object().field("@type", "type.googleapis.com/google.rpc.BadRequest").key("fieldViolations").begin_array();
      w.begin_object().field("field", field).field("description", error.message).end_object().end_array().end_object();
    }
    if (error.retry_after) {
      w.begin_object().field("@type", "type.googleapis.com/google.rpc.RetryInfo");
      w.field("retryDelay", std::to_string(error.retry_after->count()) + "s").end_object();
    }
    if (!request_id.empty()) {
      w.begin_object().field("@type", "type.googleapis.com/google.rpc.RequestInfo");
      w.field("requestId", request_id).end_object();
    }
    w.end_array();
  }
  w.end_object().end_object();
  return out;
}

void write_stream_error(std::string_view type, std::string_view message, std::string& out) {
  const auto* const word = std::ranges::find(kStatusWords, type, &StatusWord::type);
  const bool known = word != std::end(kStatusWords);
  json::Writer w(out);
  w.begin_object().key("error").begin_object().field("code", known ? word->code : 500);
  w.field("message", message).field("status", known ? word->status : "INTERNAL").end_object().end_object();
}

}  // namespace switchyard::wire::gemini
