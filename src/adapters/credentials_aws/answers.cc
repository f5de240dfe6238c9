#include "adapters/credentials_aws/answers.h"

#include "adapters/credentials/fetch.h"
#include "adapters/credentials/rfc3339.h"
#include "adapters/credentials_aws/xml.h"
#include "base/json.h"

namespace switchyard::aws {
namespace {

using credentials::error_name;
using credentials::is_token_text;
using credentials::not_available;

struct Parts {
  std::string id, secret, token, expiration;
};

Result<Credentials> checked(Parts parts, std::string_view what) {
  if (!is_token_text(parts.id) || !is_token_text(parts.secret) || !is_token_text(parts.token)) {
    return not_available(std::string(what) + ": expected an access key, a secret and a session token");
  }
  const auto expires = credentials::parse_rfc3339(parts.expiration);
  if (!expires) return not_available(std::string(what) + ": expected a time of expiry");
  return Credentials{
      .bearer = {}, .keys = {std::move(parts.id), std::move(parts.secret), std::move(parts.token)}, .expires = expires};
}

std::string status_and(int status, std::string_view name) {
  return "status " + std::to_string(status) + ", error '" + std::string(error_name(name)) + "'";
}

}  // namespace

Result<Credentials> parse_sts_answer(int status, std::string_view body) {
  const auto leaves = parse_xml(body);
  const auto text_at = [&leaves](std::string_view path) -> std::string {
    if (!leaves) return {};
    for (const XmlLeaf& leaf : *leaves) {
      if (leaf.path == path) return leaf.text;
    }
    return {};
  };
  if (status != 200) return not_available("AWS STS: " + status_and(status, text_at("ErrorResponse/Error/Code")));
  if (!leaves) return not_available("AWS STS: expected XML");
  const std::string at = "AssumeRoleWithWebIdentityResponse/AssumeRoleWithWebIdentityResult/Credentials/";
  return checked({text_at(at + "AccessKeyId"), text_at(at + "SecretAccessKey"), text_at(at + "SessionToken"),
                  text_at(at + "Expiration")},
                 "AWS STS");
}

Result<Credentials> parse_endpoint_answer(int status, std::string_view body, std::string_view what) {
  const auto document = json::Document::parse(body);
  const json::Value root = document ? document->root() : json::Value();
  // An instance's metadata service says what went wrong in "Code" with status 200, a container's in "code" with others.
  const std::string code = root["Code"].exists() ? root["Code"].string() : root["code"].string();
  const bool good = status == 200 && (code.empty() || code == "Success");
  if (!good) return not_available(std::string(what) + ": " + status_and(status, code));
  if (!root.is_object()) return not_available(std::string(what) + ": expected a JSON object");
  return checked({root["AccessKeyId"].string(), root["SecretAccessKey"].string(), root["Token"].string(),
                  root["Expiration"].string()},
                 what);
}

}  // namespace switchyard::aws
