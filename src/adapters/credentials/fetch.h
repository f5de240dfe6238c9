#pragma once
/// \file
/// One small HTTP exchange with an issuer of credentials: the whole answer, within limits. Neither requests nor answers
/// get into errors, as both hold secrets.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel_token.h"
#include "base/result.h"
#include "base/task.h"
#include "net/http_client.h"

namespace switchyard::credentials {

/// Issuers answer with a few kilobytes; a longer answer is not one of theirs.
inline constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 10;

struct FetchRequest {
  std::string what;  ///< Who is asked, for the log: "AWS STS".
  std::string method = "GET";
  std::string url;           ///< May hold a query.
  std::string header_lines;  ///< "Name: value\r\n" each.
  std::string body;
  std::chrono::milliseconds within{10'000};  ///< For the whole exchange.
};

struct FetchAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// By name in any case; the first one.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

/// Any status is an answer. `client` and `loop` outlive the task; it runs on the loop's thread. Errors:
/// kUpstreamUnavailable, with the reason in `detail`; kCancelled.
Task<Result<FetchAnswer>> fetch(net::HttpClient& client, const net::EventLoop& loop, FetchRequest request,
                                CancelToken& token);

/// The error that everybody gets whose credentials cannot be had. `detail` holds no secret.
std::unexpected<Error> not_available(std::string detail);

/// Whether `text` may stand in a header: not empty, visible ASCII, no blanks.
bool is_token_text(std::string_view text);
/// An issuer's name for an error, if it looks like one: letters, digits, '_', '.', at most 100. "unknown" otherwise.
std::string_view error_name(std::string_view text);
/// Secrets travel over TLS or stay on the machine: https, or http to localhost. Errors: kInvalidRequest naming `what`.
Result<void> check_confidential(std::string_view url, std::string_view what);
/// The origin and the target of a URL that may hold a query. Errors: kInvalidRequest.
struct Place {
  net::Origin origin;
  std::string target;
};
Result<Place> place_of(std::string_view url);

}  // namespace switchyard::credentials
