#pragma once
/// \file
/// Carries a plan out: asks STS, the container's endpoint or the instance's metadata for credentials.

#include "adapters/credentials/refreshing.h"
#include "adapters/credentials_aws/plan.h"
#include "net/http_client.h"

namespace switchyard::aws {

/// How long before expiry credentials are fetched anew: as AWS's SDKs do when they must.
inline constexpr auto kRefreshAhead = std::chrono::minutes(10);

/// For `credentials::Refreshing`. `client` and `loop` are home's and outlive what is returned.
credentials::Fetch fetch_as_planned(Plan plan, net::HttpClient& client, net::EventLoop& loop,
                                    credentials::ReadFile read = credentials::read_file);

}  // namespace switchyard::aws
