#include "app/clouds.h"

#include <algorithm>

#include "adapters/credentials_aws/ask.h"
#include "adapters/credentials_google/ask.h"

namespace switchyard::app {
namespace {

bool needs(const Catalog& catalog, AuthScheme auth) {
  return std::ranges::any_of(catalog.bindings(),
                             [&](const Binding& b) { return catalog.providers()[b.provider].auth == auth; });
}

/// The process's environment, under the settings that .env files and switchyard.yaml give too.
credentials::Environment environment_of(const config::RuntimeConfig& config, const config::Sources& sources) {
  credentials::Environment environment = sources.environment;
  for (const config::Setting& setting : config.settings) {
    const bool cloud = setting.name.starts_with("AWS_") || setting.name.starts_with("GOOGLE_");
    if (cloud && !setting.value.empty()) environment[setting.name] = setting.value;
  }
  return environment;
}

credentials::RefreshRules rules_of(const char* cloud, std::chrono::seconds ahead, const Log& log) {
  const auto tell = [cloud, &log](const Error& error) {
    log.line(Level::kWarn,
             std::string(cloud) + " credentials: " + (error.detail.empty() ? error.message : error.detail));
  };
  return {.ahead = ahead, .on_failure = tell};
}

}  // namespace

Clouds::Clouds(const config::RuntimeConfig& config, const config::Sources& sources, net::EventLoop& home,
               net::HttpClient& client, const Log& log) {
  const credentials::Environment environment = environment_of(config, sources);
  if (needs(config.catalog, AuthScheme::kAwsSigV4)) {
    if (auto plan = aws::plan(environment, credentials::read_file)) {
      log.line(Level::kInfo, "AWS credentials: " + plan->origin);
      aws_region_ = plan->region;
      aws_ = std::make_unique<credentials::Refreshing>(home, aws::fetch_as_planned(*std::move(plan), client, home),
                                                       rules_of("AWS", aws::kRefreshAhead, log));
      aws_->warm();
    } else {
      log.line(Level::kError, "AWS credentials: " + plan.error().message);
    }
  }
  if (needs(config.catalog, AuthScheme::kGoogleOauth)) {
    if (auto plan = google::plan(environment, credentials::read_file)) {
      log.line(Level::kInfo, "Google credentials: " + plan->origin);
      google_quota_project_ = plan->quota_project;
      google_ =
          std::make_unique<credentials::Refreshing>(home, google::fetch_as_planned(*std::move(plan), client, home),
                                                    rules_of("Google", google::kRefreshAhead, log));
      google_->warm();
    } else {
      log.line(Level::kError, "Google credentials: " + plan.error().message);
    }
  }
}

CloudCredentials Clouds::on(net::EventLoop& here) {
  return {.aws = aws_ ? aws_->on(here) : nullptr,
          .google = google_ ? google_->on(here) : nullptr,
          .aws_region = aws_region_,
          .google_quota_project = google_quota_project_};
}

}  // namespace switchyard::app
