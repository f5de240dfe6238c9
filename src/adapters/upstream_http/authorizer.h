#pragma once
/// \file
/// The credentials of a cloud, made for each call: a signature for AWS, a token for Google.

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/cancel_token.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/provider.h"
#include "net/http_client.h"
#include "service/credentials/credential_source.h"
#include "wire/sigv4/signer.h"

namespace switchyard {

/// Where one loop's credentials come from. A source may be missing: then the calls that need it fail.
struct CloudCredentials {
  std::unique_ptr<CredentialSource> aws, google;
  std::string aws_region;            ///< For hosts whose name tells none; may be empty.
  std::string google_quota_project;  ///< For x-goog-user-project; may be empty.
};

/// The region in an AWS host's name ("bedrock-runtime.eu-west-1.amazonaws.com", "...-fips...", ".api.aws",
/// "vpce-1-2.bedrock-runtime.eu-west-1.vpce.amazonaws.com"), or `fallback`.
std::string_view signing_region(std::string_view host, std::string_view fallback);

/// One per event loop; `clock` outlives it.
class Authorizer {
 public:
  Authorizer(CloudCredentials credentials, const Clock& clock) : credentials_(std::move(credentials)), clock_(clock) {}

  /// The header lines to add to `request`, empty for schemes whose lines are fixed. What `request` points to outlives
  /// the task. Errors: kUnavailable if there are no credentials, kUpstreamTimeout, kCancelled.
  Task<Result<std::string>> lines(AuthScheme auth, const net::ClientRequest& request, CancelToken& token);

 private:
  Result<std::string> sign(const net::ClientRequest& request, const sigv4::Keys& keys);

  CloudCredentials credentials_;
  const Clock& clock_;
  std::map<std::string, sigv4::Signer, std::less<>> signers_;  ///< By region.
};

}  // namespace switchyard
