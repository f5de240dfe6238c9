#pragma once
/// \file
/// Carries a plan out: gets an access token for Vertex AI from the token endpoint or the metadata server.

#include "adapters/credentials/refreshing.h"
#include "adapters/credentials_google/plan.h"
#include "net/http_client.h"

namespace switchyard::google {

/// How long before expiry tokens are fetched anew. The metadata server gives out the same token until five minutes
/// before its end, so asking earlier would get nothing new.
inline constexpr auto kRefreshAhead = std::chrono::seconds(225);

/// For `credentials::Refreshing`. `client` and `loop` are home's and outlive what is returned.
credentials::Fetch fetch_as_planned(Plan plan, net::HttpClient& client, net::EventLoop& loop);

}  // namespace switchyard::google
