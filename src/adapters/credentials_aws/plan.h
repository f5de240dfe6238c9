#pragma once
/// \file
/// Where this process's AWS credentials come from, decided from the environment and the profile files without any
/// network. The first of these that is there: a Bedrock API key, keys in the environment, a web identity, the profile,
/// the container's endpoint, the instance's metadata.
/// Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers".
///
/// A profile with `source_profile`, `credential_source`, `credential_process` or SSO settings is refused by name: it
/// would need a program of AWS's to be run or a person to log in.

#include <string>
#include <variant>

#include "adapters/credentials/files.h"
#include "base/result.h"
#include "wire/sigv4/request.h"

namespace switchyard::aws {

/// AWS_BEARER_TOKEN_BEDROCK.
struct BearerToken {
  std::string token;
  friend bool operator==(const BearerToken&, const BearerToken&) = default;
};
/// STS gives keys for the token in a file, which is read anew each time, as Kubernetes replaces it.
struct WebIdentity {
  std::string role_arn, token_path, session_name;
  std::string sts_url;
  friend bool operator==(const WebIdentity&, const WebIdentity&) = default;
};
/// ECS, or EKS Pod Identity.
struct Container {
  std::string url;
  std::string token;       ///< Sent as Authorization; may be empty.
  std::string token_path;  ///< Read anew each time; wins over `token`.
  friend bool operator==(const Container&, const Container&) = default;
};
/// EC2, with IMDSv2 only: version 1 needs no session and so lets a proxied request steal keys.
struct InstanceMetadata {
  std::string endpoint;  ///< "http://169.254.169.254", without '/' behind.
  friend bool operator==(const InstanceMetadata&, const InstanceMetadata&) = default;
};

struct Plan {
  std::variant<BearerToken, sigv4::Keys, WebIdentity, Container, InstanceMetadata> source;
  std::string region;  ///< Empty if neither the environment nor the profile names one.
  std::string origin;  ///< For people: "AWS_ACCESS_KEY_ID", "profile 'dev'".
};

/// Errors: kInvalidRequest, naming the variable, file or profile and what was expected; never a value that may be
/// secret.
Result<Plan> plan(const credentials::Environment& environment, const credentials::ReadFile& read);

}  // namespace switchyard::aws
