#include "adapters/upstream_http/authorizer.h"

#include <algorithm>

namespace switchyard {
namespace {

constexpr std::string_view kService = "bedrock";  ///< What Bedrock's runtime endpoints are signed for.

/// The next provider may have credentials of its own.
std::unexpected<Error> no_credentials(std::string detail) {
  return std::unexpected(Error{ErrorKind::kUnavailable, Retry::kOtherUpstream,
                               "credentials for the provider are not available", std::move(detail), std::nullopt});
}

/// "eu-west-1", "us-gov-east-1": small letters and digits in at least three words, the last a number.
bool is_region(std::string_view label) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const bool ends_in_number =
      label.size() > 2 && label[label.size() - 2] == '-' && label.back() >= '1' && label.back() <= '9';
  return ends_in_number && std::ranges::all_of(label, fits) && std::ranges::count(label, '-') >= 2 &&
         !label.starts_with("vpce-");
}

}  // namespace

std::string_view signing_region(std::string_view host, std::string_view fallback) {
  const bool aws =
      host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn") || host.ends_with(".api.aws");
  while (aws && !host.empty()) {
    const std::string_view label = host.substr(0, host.find('.'));
    if (is_region(label)) return label;
    host.remove_prefix(std::min(host.size(), label.size() + 1));
  }
  return fallback;
}

Task<Result<std::string>> Authorizer::lines(AuthScheme auth, const net::ClientRequest& request, CancelToken& token) {
  const bool aws = auth == AuthScheme::kAwsSigV4;
  if (!aws && auth != AuthScheme::kGoogleOauth) co_return std::string();
  CredentialSource* const source = aws ? credentials_.aws.get() : credentials_.google.get();
  if (source == nullptr) co_return no_credentials("none could be set up when the gateway started");
  const auto got = co_await source->get(request.deadline, token);
  if (!got) {
    const ErrorKind kind = got.error().kind;
    if (kind == ErrorKind::kCancelled || kind == ErrorKind::kUpstreamTimeout) co_return std::unexpected(got.error());
    co_return no_credentials(got.error().detail);
  }
  const Credentials& credentials = **got;
  if (credentials.bearer.empty()) {
    if (aws) co_return sign(request, credentials.keys);
    co_return no_credentials("Google gave no token");
  }
  std::string lines = "authorization: Bearer " + credentials.bearer + "\r\n";
  if (!aws && !credentials_.google_quota_project.empty()) {
    lines.append("x-goog-user-project: ").append(credentials_.google_quota_project).append("\r\n");
  }
  co_return lines;
}

Result<std::string> Authorizer::sign(const net::ClientRequest& request, const sigv4::Keys& keys) {
  const std::string_view region = signing_region(request.origin->host, credentials_.aws_region);
  if (region.empty()) return no_credentials("no region to sign for: neither the host's name nor AWS_REGION says one");
  auto signer = signers_.find(region);
  if (signer == signers_.end()) {
    const std::string name(region);
    signer = signers_.emplace(name, sigv4::Signer(name, std::string(kService))).first;
  }
  const std::string hash = sigv4::payload_sha256(request.body);
  const sigv4::Field host{"host", request.origin->authority};
  const std::size_t mark = request.target.find('?');
  const std::string_view query = mark == std::string_view::npos ? std::string_view() : request.target.substr(mark + 1);
  const sigv4::Request signed_request{.method = request.method,
                                      .path = request.target.substr(0, mark),
                                      .query = query,
                                      .headers = {&host, 1},
                                      .payload_sha256 = hash};
  return signer->second.sign(signed_request, keys, clock_.wall());
}

}  // namespace switchyard
