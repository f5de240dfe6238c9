#include "adapters/credentials_aws/plan.h"

#include <algorithm>
#include <optional>

#include "adapters/credentials/fetch.h"
#include "adapters/credentials_aws/profile.h"

namespace switchyard::aws {
namespace {

using credentials::Environment;
using credentials::is_token_text;
using credentials::ReadFile;
using credentials::variable;

std::unexpected<Error> bad(std::string message) { return fail(ErrorKind::kInvalidRequest, std::move(message)); }

/// The profile that applies, from both files; those of the credentials file win.
struct Chosen {
  std::string name;
  Profile settings;
  [[nodiscard]] std::string get(const std::string& setting) const {
    const auto found = settings.find(setting);
    return found == settings.end() ? std::string() : found->second;
  }
};

Result<std::optional<Profile>> profile_in(const std::string& path, ProfileFile kind, const std::string& name,
                                          const ReadFile& read) {
  SY_TRY(const std::optional<std::string> text, read(path));
  if (!text) return std::nullopt;
  SY_TRY(Profiles profiles, parse_profiles(*text, kind, path));
  const auto found = profiles.find(name);
  if (found == profiles.end()) return std::nullopt;
  return std::move(found->second);
}

Result<Chosen> choose_profile(const Environment& environment, const ReadFile& read) {
  const auto named = variable(environment, "AWS_PROFILE");
  const std::string folder = variable(environment, "HOME").value_or("") + "/.aws/";
  Chosen chosen{named.value_or("default"), {}};
  SY_TRY(auto first, profile_in(variable(environment, "AWS_SHARED_CREDENTIALS_FILE").value_or(folder + "credentials"),
                                ProfileFile::kCredentials, chosen.name, read));
  SY_TRY(auto second, profile_in(variable(environment, "AWS_CONFIG_FILE").value_or(folder + "config"),
                                 ProfileFile::kConfig, chosen.name, read));
  if (named && !first && !second) return bad("AWS_PROFILE: no file has a profile '" + *named + "'");
  if (first) chosen.settings = *std::move(first);
  if (second) chosen.settings.merge(*second);
  return chosen;
}

Result<sigv4::Keys> keys_from(std::string id, std::string secret, std::string token, const std::string& origin) {
  if (!is_token_text(id)) return bad(origin + ": expected an access key id");
  if (!is_token_text(secret)) return bad(origin + ": expected a secret access key with the access key id");
  if (!token.empty() && !is_token_text(token)) return bad(origin + ": expected a session token without blanks");
  return sigv4::Keys{std::move(id), std::move(secret), std::move(token)};
}

/// A region becomes part of a host's name.
Result<std::string> region_of(const Environment& environment, const Chosen& profile) {
  std::string region = variable(environment, "AWS_REGION")
                           .or_else([&] { return variable(environment, "AWS_DEFAULT_REGION"); })
                           .value_or(profile.get("region"));
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (region.size() > 40 || !std::ranges::all_of(region, fits)) return bad("AWS_REGION: expected a region's name");
  return region;
}

Result<std::string> sts_url(const Environment& environment, const std::string& region) {
  if (auto given = variable(environment, "AWS_ENDPOINT_URL_STS")) {
    SY_CHECK(credentials::check_confidential(*given, "AWS_ENDPOINT_URL_STS"));
    return *std::move(given);
  }
  if (region.empty()) return "https://sts.amazonaws.com/";
  return "https://sts." + region + (region.starts_with("cn-") ? ".amazonaws.com.cn/" : ".amazonaws.com/");
}

/// From the environment, or else from the profile.
Result<std::optional<WebIdentity>> web_identity(const Environment& environment, const Chosen& profile,
                                                const std::string& region) {
  WebIdentity identity;
  identity.token_path =
      variable(environment, "AWS_WEB_IDENTITY_TOKEN_FILE").value_or(profile.get("web_identity_token_file"));
  if (identity.token_path.empty()) return std::nullopt;
  identity.role_arn = variable(environment, "AWS_ROLE_ARN").value_or(profile.get("role_arn"));
  if (identity.role_arn.empty()) return bad("AWS_ROLE_ARN: expected a role with AWS_WEB_IDENTITY_TOKEN_FILE");
  identity.session_name = variable(environment, "AWS_ROLE_SESSION_NAME").value_or(profile.get("role_session_name"));
  if (identity.session_name.empty()) identity.session_name = "switchyard";
  SY_TRY(identity.sts_url, sts_url(environment, region));
  return identity;
}

/// Plain HTTP is allowed to this machine and to the fixed addresses of ECS and EKS, which never leave the host.
Result<std::optional<Container>> container(const Environment& environment) {
  constexpr std::string_view kEcsHost = "http://169.254.170.2";
  Container out;
  if (const auto relative = variable(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    if (!relative->starts_with('/')) return bad("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: expected a path");
    out.url = std::string(kEcsHost) + *relative;
  } else if (const auto full = variable(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
    const auto place = credentials::place_of(*full);
    if (!place) return bad("AWS_CONTAINER_CREDENTIALS_FULL_URI: expected a URL");
    const std::string& host = place->origin.host;
    if (host != "169.254.170.2" && host != "169.254.170.23" && host != "fd00:ec2::23") {
      SY_CHECK(credentials::check_confidential(*full, "AWS_CONTAINER_CREDENTIALS_FULL_URI"));
    }
    out.url = *full;
  } else {
    return std::nullopt;
  }
  out.token_path = variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").value_or("");
  out.token = variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  // A header's value; "Basic abc" has a blank inside.
  const auto fits = [](char c) { return c >= ' ' && c < 0x7f; };
  if (!std::ranges::all_of(out.token, fits))
    return bad("AWS_CONTAINER_AUTHORIZATION_TOKEN: expected one line of ASCII");
  return out;
}

Result<InstanceMetadata> instance_metadata(const Environment& environment) {
  std::string disabled = variable(environment, "AWS_EC2_METADATA_DISABLED").value_or("");
  if (disabled == "true" || disabled == "True" || disabled == "TRUE") {
    return bad(
        "no AWS credentials: expected AWS_BEARER_TOKEN_BEDROCK, AWS_ACCESS_KEY_ID, AWS_WEB_IDENTITY_TOKEN_FILE, a "
        "profile, or an instance's role (AWS_EC2_METADATA_DISABLED is set)");
  }
  const bool ipv6 = variable(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("") == "IPv6";
  std::string endpoint = variable(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT")
                             .value_or(ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (!net::parse_url(endpoint)) return bad("AWS_EC2_METADATA_SERVICE_ENDPOINT: expected a URL");
  return InstanceMetadata{endpoint};
}

Result<void> refuse_unsupported(const Chosen& profile) {
  for (const char* setting :
       {"source_profile", "credential_source", "credential_process", "sso_session", "sso_start_url"}) {
    if (!profile.get(setting).empty()) {
      return bad("profile '" + profile.name + "': " + setting +
                 " is not supported: expected aws_access_key_id or web_identity_token_file");
    }
  }
  return {};
}

}  // namespace

Result<Plan> plan(const Environment& environment, const ReadFile& read) {
  auto token = variable(environment, "AWS_BEARER_TOKEN_BEDROCK");
  auto id = variable(environment, "AWS_ACCESS_KEY_ID");
  auto chosen = choose_profile(environment, read);
  // What the environment holds is enough, however unreadable the files are.
  if (!chosen && !token && !id) return std::unexpected(std::move(chosen).error());
  const Chosen profile = chosen ? *std::move(chosen) : Chosen{};
  SY_TRY(const std::string region, region_of(environment, profile));

  if (token) {
    if (!is_token_text(*token)) return bad("AWS_BEARER_TOKEN_BEDROCK: expected a key without blanks");
    return Plan{BearerToken{*std::move(token)}, region, "AWS_BEARER_TOKEN_BEDROCK"};
  }
  if (id) {
    SY_TRY(sigv4::Keys keys, keys_from(*std::move(id), variable(environment, "AWS_SECRET_ACCESS_KEY").value_or(""),
                                       variable(environment, "AWS_SESSION_TOKEN").value_or(""), "AWS_ACCESS_KEY_ID"));
    return Plan{std::move(keys), region, "AWS_ACCESS_KEY_ID"};
  }
  SY_TRY(auto identity, web_identity(environment, profile, region));
  if (identity) return Plan{*std::move(identity), region, "web identity"};
  const std::string origin = "profile '" + profile.name + "'";
  if (const std::string own_id = profile.get("aws_access_key_id"); !own_id.empty()) {
    SY_TRY(sigv4::Keys keys,
           keys_from(own_id, profile.get("aws_secret_access_key"), profile.get("aws_session_token"), origin));
    return Plan{std::move(keys), region, origin};
  }
  SY_CHECK(refuse_unsupported(profile));
  SY_TRY(auto endpoint, container(environment));
  if (endpoint) return Plan{*std::move(endpoint), region, "container credentials"};
  SY_TRY(InstanceMetadata instance, instance_metadata(environment));
  return Plan{std::move(instance), region, "instance metadata"};
}

}  // namespace switchyard::aws
