#pragma once
/// \file
/// What one attempt sends: the client's own bytes with a few edits, or the request written anew in the provider's
/// dialect.

#include <string>
#include <string_view>
#include <vector>

#include "service/turn/question.h"

namespace switchyard {

/// The client's credentials, where they may be passed through to Anthropic.
struct ClientCredentials {
  std::string_view authorization, x_api_key;
  [[nodiscard]] bool any() const { return !authorization.empty() || !x_api_key.empty(); }
};

/// `pieces` point into the client's body and into `made`; keep both where they are while it is sent.
struct UpstreamRequest {
  std::vector<std::string_view> pieces;
  std::string made;
  std::string header_lines;
  std::vector<std::string> custom_tools;  ///< Which the provider was given as functions.
  StreamMode mode{};                      ///< What the provider was asked for, whatever the client wants.
  bool asked_for_usage = false;           ///< The stream's usage was asked for by us, not by the client.
};

/// Errors: kInvalidRequest if the request cannot be read whole, which only another dialect needs.
Result<void> build_upstream_request(Question& question, const Catalog& catalog, std::uint32_t binding,
                                    const HeaderSource& headers, const ClientCredentials& credentials,
                                    UpstreamRequest& out);

/// Credentials and version lines for a provider; also for calls that carry no chat.
void append_provider_headers(const Provider& provider, const HeaderSource& headers,
                             const ClientCredentials& credentials, std::string& lines);

}  // namespace switchyard
