#pragma once
/// \file
/// Providers over HTTP.

#include <memory>
#include <vector>

#include "adapters/upstream_http/authorizer.h"
#include "config/runtime_config.h"
#include "net/http_client.h"
#include "service/upstream/upstream.h"

namespace switchyard {

/// Where each provider of one configuration is: its URL taken apart. Immutable.
struct ProviderOrigins {
  struct Place {
    net::Origin origin;
    std::string base_path;  ///< In front of every path: "/api/v1".
  };
  std::vector<Place> places;  ///< By provider index.
  /// Errors: kInvalidRequest, naming the provider.
  static Result<std::shared_ptr<const ProviderOrigins>> make(const config::RuntimeConfig& config);
};

/// One per event loop. `client` and `clock` outlive it.
class HttpUpstreams final : public Upstreams {
 public:
  HttpUpstreams(net::HttpClient& client, CloudCredentials credentials, const Clock& clock)
      : client_(client), authorizer_(std::move(credentials), clock) {}
  Task<Result<std::unique_ptr<UpstreamAnswer>>> open(UpstreamCall call, CancelToken& token) override;

 private:
  /// The origins of a call's configuration: those of the last call, unless it was reloaded in between.
  Result<std::shared_ptr<const ProviderOrigins>> origins_of(const std::shared_ptr<const config::RuntimeConfig>& config);

  net::HttpClient& client_;
  Authorizer authorizer_;
  std::shared_ptr<const config::RuntimeConfig> config_;
  std::shared_ptr<const ProviderOrigins> origins_;
};

}  // namespace switchyard
