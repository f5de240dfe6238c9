#include "base/result.h"

namespace switchyard {
namespace {
struct Row {
  ErrorKind kind;
  int status;
  std::string_view name;
};

constexpr Row kTable[] = {
    {ErrorKind::kInvalidRequest, 400, "invalid_request"},
    {ErrorKind::kUnauthenticated, 401, "unauthenticated"},
    {ErrorKind::kPaymentRequired, 402, "payment_required"},
    {ErrorKind::kPermissionDenied, 403, "permission_denied"},
    {ErrorKind::kNotFound, 404, "not_found"},
    {ErrorKind::kMethodNotAllowed, 405, "method_not_allowed"},
    {ErrorKind::kRequestTimeout, 408, "request_timeout"},
    {ErrorKind::kConflict, 409, "conflict"},
    {ErrorKind::kTooLarge, 413, "too_large"},
    {ErrorKind::kUriTooLong, 414, "uri_too_long"},
    {ErrorKind::kUnsupportedMediaType, 415, "unsupported_media_type"},
    {ErrorKind::kExpectationFailed, 417, "expectation_failed"},
    {ErrorKind::kRateLimited, 429, "rate_limited"},
    {ErrorKind::kHeadersTooLarge, 431, "headers_too_large"},
    {ErrorKind::kInternal, 500, "internal"},
    {ErrorKind::kNotImplemented, 501, "not_implemented"},
    {ErrorKind::kUpstreamUnavailable, 502, "upstream_unavailable"},
    {ErrorKind::kUpstreamRejected, 502, "upstream_rejected"},
    {ErrorKind::kUnavailable, 503, "unavailable"},
    {ErrorKind::kUpstreamTimeout, 504, "upstream_timeout"},
    {ErrorKind::kCancelled, 499, "cancelled"},
};

constexpr const Row& row(ErrorKind kind) { return kTable[static_cast<std::size_t>(kind)]; }

constexpr bool table_is_in_order() {
  for (std::size_t i = 0; i < std::size(kTable); ++i) {
    if (static_cast<std::size_t>(kTable[i].kind) != i) return false;
  }
  return std::size(kTable) == static_cast<std::size_t>(ErrorKind::kCancelled) + 1;
}
static_assert(table_is_in_order());
}  // namespace

int http_status(ErrorKind kind) { return row(kind).status; }
std::string_view error_kind_name(ErrorKind kind) { return row(kind).name; }

}  // namespace switchyard
