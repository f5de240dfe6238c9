#pragma once
/// \file
/// Where this process's Google credentials come from, decided without any network: the file that
/// GOOGLE_APPLICATION_CREDENTIALS names, the one that gcloud wrote, the metadata server of the machine.
/// Source: google.aip.dev, AIP-4110, "Application Default Credentials".

#include <string>
#include <variant>

#include "adapters/credentials/files.h"
#include "adapters/credentials_google/key_file.h"
#include "base/result.h"

namespace switchyard::google {

/// Compute Engine, GKE and Cloud Run.
struct MetadataServer {
  std::string endpoint;  ///< "http://metadata.google.internal", without '/' behind.
};

struct Plan {
  std::variant<ServiceAccount, AuthorizedUser, MetadataServer> source;
  std::string project;  ///< GOOGLE_CLOUD_PROJECT, or what the file says; may be empty.
  std::string quota_project;
  std::string origin;  ///< For people: the file's path, or "metadata server".
};

/// Errors: kInvalidRequest, naming the variable or file and what was expected; no value of the file.
Result<Plan> plan(const credentials::Environment& environment, const credentials::ReadFile& read);

}  // namespace switchyard::google
