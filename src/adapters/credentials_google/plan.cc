#include "adapters/credentials_google/plan.h"

#include "adapters/credentials/fetch.h"

namespace switchyard::google {
namespace {

using credentials::Environment;
using credentials::ReadFile;
using credentials::variable;

/// gcloud's own file, if there is one.
std::string well_known_path(const Environment& environment) {
  const auto folder = variable(environment, "CLOUDSDK_CONFIG");
  return folder.value_or(variable(environment, "HOME").value_or("") + "/.config/gcloud") +
         "/application_default_credentials.json";
}

Plan plan_of(KeyFile file, const std::string& path) {
  Plan plan{MetadataServer{}, std::move(file.project), std::move(file.quota_project), path};
  std::visit([&plan](auto& source) { plan.source = std::move(source); }, file.source);
  return plan;
}

Result<Plan> from_metadata(const Environment& environment) {
  const std::string skip = variable(environment, "NO_GCE_CHECK").value_or("");
  if (skip == "true" || skip == "True" || skip == "1") {
    return fail(
        ErrorKind::kInvalidRequest,
        "no Google credentials: expected GOOGLE_APPLICATION_CREDENTIALS or a metadata server (NO_GCE_CHECK is set)");
  }
  const std::string host = variable(environment, "GCE_METADATA_HOST").value_or("metadata.google.internal");
  const std::string endpoint = "http://" + host;
  const auto url = net::parse_url(endpoint);
  if (!url || !url->path.empty()) {
    return fail(ErrorKind::kInvalidRequest, "GCE_METADATA_HOST: expected a host, or host:port");
  }
  return Plan{MetadataServer{endpoint}, {}, {}, "metadata server"};
}

Result<Plan> choose(const Environment& environment, const ReadFile& read) {
  if (const auto path = variable(environment, "GOOGLE_APPLICATION_CREDENTIALS")) {
    SY_TRY(const std::optional<std::string> text, read(*path));
    if (!text) return fail(ErrorKind::kInvalidRequest, "GOOGLE_APPLICATION_CREDENTIALS: " + *path + ": no such file");
    SY_TRY(KeyFile file, parse_key_file(*text, *path));
    return plan_of(std::move(file), *path);
  }
  const std::string path = well_known_path(environment);
  SY_TRY(const std::optional<std::string> text, read(path));
  if (!text) return from_metadata(environment);
  SY_TRY(KeyFile file, parse_key_file(*text, path));
  return plan_of(std::move(file), path);
}

}  // namespace

Result<Plan> plan(const Environment& environment, const ReadFile& read) {
  SY_TRY(Plan plan, choose(environment, read));
  if (auto project = variable(environment, "GOOGLE_CLOUD_PROJECT")) plan.project = *std::move(project);
  if (auto quota = variable(environment, "GOOGLE_CLOUD_QUOTA_PROJECT")) {
    if (!credentials::is_token_text(*quota)) {
      return fail(ErrorKind::kInvalidRequest, "GOOGLE_CLOUD_QUOTA_PROJECT: expected a project's id");
    }
    plan.quota_project = *std::move(quota);
  }
  return plan;
}

}  // namespace switchyard::google
