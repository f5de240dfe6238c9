#pragma once
/// \file
/// Which paths may be handed on to a provider, and what they become there. A path is the client's, so it must not lead
/// out of the provider's API: a provider's own server, or a proxy before it, may resolve dots and encoded slashes after
/// we have looked. Pure.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/provider.h"

namespace switchyard::forward {

constexpr std::size_t kPathBytesMax = 1024;   ///< The longest of OpenAI's paths, with three ids, has some 200.
constexpr std::size_t kQueryBytesMax = 4096;  ///< Filters and a cursor.

/// Checks what follows "/v1" in a path ("/files/file-abc/content"): segments of unreserved characters and of the few
/// others that ids have (RFC 3986's pchar without '%'), none of them empty, "." or "..".
/// Errors: kInvalidRequest, naming the rule.
Result<void> check_path(std::string_view subpath);

/// Checks a query: visible ASCII, and no gateway key in it, encoded or not, since it would stand in the provider's
/// logs. Errors: kInvalidRequest.
Result<void> check_query(std::string_view query);

/// Whether the provider has OpenAI's other endpoints: they are beside "/chat/completions".
bool has_openai_paths(const Provider& provider);

/// Where `subpath` is at a provider that has OpenAI's paths, behind its base URL: what stands around
/// "/chat/completions" stays, and "{model}" is replaced by `model`, encoded.
std::string upstream_path(const Provider& provider, std::string_view subpath, std::string_view query,
                          std::string_view model);

}  // namespace switchyard::forward
