#pragma once
/// \file
/// Failure as a value that says what to do next: `Result<T>`, `fail`, `SY_TRY`.

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace switchyard {

/// What went wrong, as far as a caller can act on it. `http_status` maps each to one status.
enum class ErrorKind : std::uint8_t {
  kInvalidRequest,        ///< 400: the client's bytes or values.
  kUnauthenticated,       ///< 401: no key, or one that is unknown, revoked or expired.
  kPaymentRequired,       ///< 402: budget or quota of money.
  kPermissionDenied,      ///< 403
  kNotFound,              ///< 404
  kMethodNotAllowed,      ///< 405
  kRequestTimeout,        ///< 408: the client was too slow to send its request.
  kConflict,              ///< 409
  kTooLarge,              ///< 413: body, or inflated body.
  kUriTooLong,            ///< 414
  kUnsupportedMediaType,  ///< 415
  kExpectationFailed,     ///< 417
  kRateLimited,           ///< 429
  kHeadersTooLarge,       ///< 431
  kInternal,              ///< 500: a bug of ours.
  kNotImplemented,        ///< 501
  kUpstreamUnavailable,   ///< 502: the provider could not be reached or broke off.
  kUpstreamRejected,      ///< 502: the provider answered with an error that is not the client's fault.
  kUnavailable,           ///< 503: we cannot serve this now; `retry_after` says when.
  kUpstreamTimeout,       ///< 504
  kCancelled,             ///< 499: the client left; nobody reads the answer.
};

/// What may be tried next.
enum class Retry : std::uint8_t { kNever, kOtherUpstream, kSameUpstreamLater };

struct Error {
  ErrorKind kind = ErrorKind::kInternal;            ///< Decides the HTTP status, in one table.
  Retry retry = Retry::kNever;                      ///< Whether another attempt may help.
  std::string message;                              ///< For the caller: no secrets, no upstream host names.
  std::string detail;                               ///< For the log only.
  std::optional<std::chrono::seconds> retry_after;  ///< Sent as Retry-After when set.
};

template <class T>
using Result = std::expected<T, Error>;

/// Builds the failed side of a `Result`. `message` names the field and what was expected.
inline std::unexpected<Error> fail(ErrorKind kind, std::string message, std::string detail = {},
                                   Retry retry = Retry::kNever) {
  return std::unexpected(Error{kind, retry, std::move(message), std::move(detail), std::nullopt});
}

/// The HTTP status of an error kind.
int http_status(ErrorKind kind);
/// A stable lower_snake_case name, for logs, metrics and records.
std::string_view error_kind_name(ErrorKind kind);

/// Unwraps a `Result` or returns its error from the enclosing plain function:
/// `SY_TRY(std::string model, string_at(body, "model"));` or, for `Result<void>`, `SY_CHECK(validate(x));`
#define SY_CONCAT_INNER(a, b) a##b
#define SY_CONCAT(a, b) SY_CONCAT_INNER(a, b)
#define SY_TRY_IMPL(tmp, declaration, ...)                  \
  auto tmp = (__VA_ARGS__);                                 \
  if (!tmp) return std::unexpected(std::move(tmp).error()); \
  declaration = *std::move(tmp)
#define SY_TRY(declaration, ...) SY_TRY_IMPL(SY_CONCAT(sy_try_, __LINE__), declaration, __VA_ARGS__)
#define SY_CHECK(...) \
  if (auto sy_checked = (__VA_ARGS__); !sy_checked) return std::unexpected(std::move(sy_checked).error())

}  // namespace switchyard
