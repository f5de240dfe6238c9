#pragma once
/// \file
/// The credentials of clouds, kept fresh for all workers; only of those that a model is bound to when the gateway
/// starts. A cloud whose credentials cannot be set up is told in the log, and its calls fail.

#include <memory>
#include <string>

#include "adapters/credentials/refreshing.h"
#include "adapters/upstream_http/authorizer.h"
#include "app/log.h"
#include "config/runtime_config.h"
#include "net/http_client.h"

namespace switchyard::app {

/// Made and destroyed while `home` is not running; `home`, its `client` and `log` outlive it.
class Clouds {
 public:
  Clouds(const config::RuntimeConfig& config, const config::Sources& sources, net::EventLoop& home,
         net::HttpClient& client, const Log& log);

  /// What one loop's calls are made with; `here` outlives this object.
  [[nodiscard]] CloudCredentials on(net::EventLoop& here);

 private:
  std::unique_ptr<credentials::Refreshing> aws_, google_;
  std::string aws_region_, google_quota_project_;
};

}  // namespace switchyard::app
