#pragma once
/// \file
/// Base URLs as people write them: with and without a trailing slash, a version, or the whole endpoint behind them.
/// One function settles what is meant, so that no provider answers 404 to a URL that only lacks "/v1". Pure.

#include <string>
#include <string_view>

#include "base/result.h"

namespace switchyard::config {

/// `base_url + chat_path` is the chat endpoint.
struct Endpoint {
  std::string base_url;   ///< No trailing slash.
  std::string chat_path;  ///< Begins with '/'.
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// What `given` means at a provider whose catalog entry says `usual` and `chat_path`. The version ("/v1",
/// "/v1beta/openai") is the one of `usual`, or the "/v1" that `chat_path` begins with; `given` may hold all of it, its
/// beginning or its end. A version of its own ("/v4") is kept. Without either version the two are joined as they stand.
Endpoint endpoint_of(std::string_view given, std::string_view usual, std::string_view chat_path);

/// Whether this can be a base URL. Errors: kInvalidRequest "expected ..."; the URL itself is not repeated.
Result<void> check_base_url(std::string_view url);

/// For people to read: user name, password and query, which may hold secrets, become "***".
std::string masked_url(std::string_view url);

}  // namespace switchyard::config
